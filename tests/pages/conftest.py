import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from saleor_nps_plugin import links, rendering
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import ballots, doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.asking import waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Invitation, Question, Response, Survey, Touchpoint
from tests.pages.strangers import SHOP
from tests.reading import Element, read
from tests.surveys.story import an_order, daytime


@pytest.fixture
def now():
    """The pages look at the clock themselves."""
    return timezone.now()


@pytest.fixture(autouse=True)
def _missing_variables_show() -> Iterator[None]:
    """A template that names a variable nobody passes must not pass silently."""
    engine = rendering.engine()
    engine.string_if_invalid = "<< MISSING %s >>"
    yield
    engine.string_if_invalid = ""


class Visitor:
    """Somebody with a browser that keeps nothing and one link: of an invitation ("s"), or of their own rewards ("r")."""

    def __init__(self, token: str, room: str = "s") -> None:
        self.token = token
        self.room = room
        self.browser = Client()
        self.last: Any = None

    def get(self, page: str = "", **headers: str) -> HttpResponse:
        return self._keep(self.browser.get(f"/{self.room}/{self.token}/{page}", headers=headers or None))

    def post(self, data: Any = None, page: str = "", **options: Any) -> HttpResponse:
        return self._keep(self.browser.post(f"/{self.room}/{self.token}/{page}", data or {}, **options))

    def sees(self) -> Element:
        """The page in front of the visitor."""
        return read(self.last.content)

    def _keep(self, response: Any) -> HttpResponse:
        assert b"MISSING" not in response.content
        self.last = response
        return response


@pytest.fixture
def invitation(story) -> Invitation:
    return story.invite()


@pytest.fixture
def visitor(invitation) -> Visitor:
    return Visitor(invitation_token(invitation.key))


@pytest.fixture
def visitor_of():
    return lambda invitation: Visitor(invitation_token(invitation.key))


@pytest.fixture
def member(shop, now, db):
    from tests.pages.member import Member

    return Member(shop, now)


@pytest.fixture
def answers(db):
    """What has been recorded, as score and comment."""
    return lambda: list(Response.objects.order_by("pk").values_list("score", "comment"))


def chosen(page: Element) -> list[str]:
    return [radio["value"] for radio in page.all("input", name="score") if "checked" in radio]


def asked(page: Element) -> str:
    """The wording of the follow-up question that fits the form's category."""
    category = page.one("form")["data-category"]
    return page.one("label", for_="comment").one("span", class_=category).text


@pytest.fixture
def tokens(story, survey, shop):
    """A token of every kind that leads somewhere."""
    story.now = timezone.now()
    order = an_order(email="", fulfilled_at=story.now)
    shop.add_order(order)
    made = {
        kind: doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name=kind, origins=SHOP))
        for kind in ("link", "kiosk", "snippet")
    }
    unhappy = story.invite(email="unhappy@example.com")
    story.answer(unhappy, 2)
    people = Survey.objects.create(name="Our people", slug="our-people", touchpoint=Touchpoint.EMPLOYEE)
    Question.objects.create(survey=people, position=0, is_comment=True)
    plan = waves.Plan(people, "Staff", starts_at=story.now, days=1)
    staff = [Person(f"{number}@staff.example") for number in range(5)]
    waves.ask_addresses(plan, staff, channel="default-channel", is_anonymous=True, now=story.now)
    ballots.send_due(now=daytime(story.now))
    mail = shop.outbox[-1].message.body
    return {
        "link": links.door_token(made["link"].key),
        "tablet": links.door_token(made["kiosk"].key),
        "storefront": links.door_token(made["snippet"].key),
        "order": links.order_token(order.id, survey.pk),
        "ballot": re.search(r"/b/([^/]+)/", mail)[1],
        "address": re.search(r"/n/([^/]+)/", mail)[1],
        "unhappy": links.invitation_token(unhappy.key),
    }
