from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from preview.shop_desk import ADA
from saleor_nps_plugin import rendering
from saleor_nps_plugin.shop.staff import Staff
from tests.reading import Element, read


@pytest.fixture(autouse=True)
def _missing_variables_show() -> Iterator[None]:
    """A template that names a variable nobody passes must not pass silently."""
    engine = rendering.engine()
    engine.string_if_invalid = "<< MISSING %s >>"
    yield
    engine.string_if_invalid = ""


class Desk:
    """Somebody of the staff with one of our pages open in the Dashboard, as its script sees it: every request has the pass."""

    def __init__(self, staff: Staff = ADA, *, language: str = "en") -> None:
        self.browser = Client()
        self.last: Any = None
        answer = self.browser.post("/dashboard/session/", headers={"authorization": f"Bearer token of {staff.email}"})
        assert answer.status_code == 200, answer.content
        self.headers = {
            "authorization": f"Bearer {answer.json()['pass']}",
            "hx-request": "true",
            "accept-language": language,
        }

    def get(self, address: str, **parameters: Any) -> Any:
        return self._keep(self.browser.get(f"/dashboard/{address}", parameters, headers=self.headers))

    def post(self, address: str, **data: Any) -> Any:
        return self._keep(self.browser.post(f"/dashboard/{address}", data, headers=self.headers))

    def sees(self) -> Element:
        """What came into the page."""
        return read(self.last.content)

    def _keep(self, response: HttpResponse) -> HttpResponse:
        assert response.streaming or b"MISSING" not in response.content
        self.last = response
        return response


@pytest.fixture
def desk(db, shop):
    """Opens a page as somebody; desk() is Ada, who may do everything."""
    return Desk


@pytest.fixture
def answers(story):
    """Customers whom nobody knows yet order, are asked and answer: answers(10, 9, country="DE") are two of them."""

    def answer(*scores: int, **order: Any) -> None:
        for score in scores:
            story.answer(story.invite(email=f"{uuid4().hex}@example.com", **order), score)

    return answer
