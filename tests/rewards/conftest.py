import pytest

from saleor_nps_plugin.rewards import checking
from tests.rewards.purse import Purse


@pytest.fixture
def purse(db, now):
    """An account without points; what a test did to it, the ledger's rules survived."""
    yield Purse.of("ada@example.com", now)
    assert list(checking.violations()) == []
