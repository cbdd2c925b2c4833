from typing import Any
from uuid import UUID

import pytest

from saleor_nps_plugin import rendering
from saleor_nps_plugin.emails import Brand, Mail, detractor_alert_mail, survey_mail

KEY = UUID("6f1d9c3e-2b4a-4c8d-9e7f-0a1b2c3d4e5f")
BRAND = Brand(
    shop_name="Tea & Co",
    logo_url="",
    color="#1f6f5c",
    sender_name="Tea & Co",
    sender_address="hello@tea.example",
)


@pytest.fixture(autouse=True)
def _missing_variables_show():
    """A template that names a variable nobody passes must not pass silently."""
    engine = rendering.engine()
    engine.string_if_invalid = "<< MISSING %s >>"
    yield
    engine.string_if_invalid = ""


@pytest.fixture
def brand() -> Brand:
    return BRAND


@pytest.fixture
def survey_mail_with():
    def make(**changes: Any) -> Mail:
        values: dict[str, Any] = {
            "key": KEY,
            "to": "ada@example.com",
            "language_code": "en",
            "brand": BRAND,
            "question": "How likely are you to recommend Tea & Co to a friend or colleague?",
            "subject": "How was your order from Tea & Co?",
            "survey_url": "https://shop.example/plugins/global/nps/s/token/",
            "opt_out_url": "https://shop.example/plugins/global/nps/s/token/opt-out/",
            "order_number": "1042",
            "first_name": "Ada",
            "is_reminder": False,
        }
        return survey_mail(**(values | changes))

    return make


@pytest.fixture
def alert_with():
    def make(**changes: Any) -> Mail:
        values: dict[str, Any] = {
            "key": "17",
            "to": ["care@tea.example", "boss@tea.example"],
            "language_code": "en",
            "brand": BRAND,
            "score": 3,
            "comment": "Broken cup",
            "order_number": "1042",
            "channel": "default-channel",
            "channel_name": "Tea shop",
            "survey_name": "After delivery",
            "case_status": "open",
            "case_url": "https://shop.example/plugins/global/nps/dashboard/responses/17/",
        }
        return detractor_alert_mail(**(values | changes))

    return make
