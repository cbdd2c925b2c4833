import pytest

from tests.referrals.story import Referring


@pytest.fixture
def referring(shop, now, db):
    return Referring(shop, now)
