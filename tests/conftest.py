from datetime import UTC, datetime

import pytest

from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Survey
from tests.surveys.story import Story


@pytest.fixture
def now():
    return datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop():
    """The stand-in shop, empty, with surveys switched on and mails sent at once."""
    shop = get_shop()
    shop.reset()
    shop.configure(enabled=True, delay_hours="0", shop_name="Tea & Co")
    yield shop
    shop.reset()


@pytest.fixture
def survey(db):
    ensure_survey()
    return Survey.objects.get(slug="after-delivery")


@pytest.fixture
def story(shop, survey, now):
    return Story(shop=shop, now=now)
