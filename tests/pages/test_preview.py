"""The preview shows every page and e-mail, and its stand-in shop plays the whole journey."""

import re
from pathlib import Path

import pytest
from django.http import Http404
from django.test import RequestFactory

import preview
from preview import gallery, journey, orders, rewarding, samples
from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.surveys.models import Response
from saleor_nps_plugin.surveys.reporting import reports, score_filter
from tests.pages.conftest import Visitor
from tests.reading import read

STATUSES = {
    "survey-missing": 422,
    "survey-long": 422,
    "many-missing": 422,
    "expired": 410,
    "unknown": 404,
    "off": 404,
    "redeem-refused": 422,
}


@pytest.fixture
def open_shop(shop, survey, settings):
    folder = Path(preview.__file__).parent / "templates"
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [folder]}]
    base_url = shop.base_url
    samples.open_shop(8010)
    yield shop
    shop.base_url = base_url


def test_every_sample_is_shown_in_every_language(open_shop):
    request = RequestFactory().get("/", {"scheme": "dark"})
    for language in SUPPORTED:
        samples.of(language)
    before = Response.objects.count()

    for language in SUPPORTED:
        for name in gallery.ALL:
            response = gallery.sample(request, language, name)
            assert response.status_code == STATUSES.get(name, 200), (language, name)
            assert "MISSING" not in response.text
            if not name.endswith("-text"):
                assert read(response.content).one("html")["lang"] == language
                assert "prefers-color-scheme" not in response.text
    assert Response.objects.count() == before, "looking at samples records nothing"


@pytest.mark.parametrize(("language", "name"), [("tlh", "survey"), ("en", "nothing")])
def test_there_is_no_other_sample(language, name):
    with pytest.raises(Http404):
        gallery.sample(RequestFactory().get("/"), language, name)


def test_an_order_is_fulfilled_the_mail_arrives_and_the_score_moves(open_shop):
    ours = score_filter.ScoreFilter(channels=(orders.SHOP,))
    before = reports.score(ours)

    journey.fulfil_order(RequestFactory().post("/", {"first_name": "Ada", "language": "pl"}))
    inbox = read(journey.state(RequestFactory().get("/")).content)

    (entry,) = inbox.all("a", target="mail")
    mail = read(journey.mail(RequestFactory().get(entry["href"]), int(entry["href"].split("/")[-2])).content)
    assert "Dzień dobry, Ada!" in mail.text
    (link,) = [link["href"] for link in mail.all("a") if link["href"].endswith("score=0")]
    Visitor(re.search(r"/s/([^/]+)/", link)[1]).post({"score": "0", "comment": "Zimna"})
    state = read(journey.state(RequestFactory().get("/")).content)
    after = reports.score(ours)
    assert (after.responses, after.detractors) == (before.responses + 1, before.detractors + 1)
    assert "Zimna" in state.text
    assert next(entry.text for entry in state.all("a", target="mail")).startswith("Score 0"), "staff are told"


def test_days_pass_and_the_silent_are_reminded_once(open_shop):
    journey.fulfil_order(RequestFactory().post("/", {"language": "en"}))
    journey.state(RequestFactory().get("/"))

    for _ in range(2):
        journey.days_pass(RequestFactory().post("/"))
        journey.state(RequestFactory().get("/"))

    assert [mail.event for mail in open_shop.outbox] == ["nps_invitation", "nps_reminder"]


def amounts(state):
    """What the newest promoter has: to use, and pending; and where the friends' orders stand."""
    rewards = state.one("div", data_part="rewards")
    return re.findall(r"€[\d.]+", rewards.text), [line.text for line in rewards.all("li")]


def test_a_friend_orders_the_points_wait_and_a_part_is_taken_back(open_shop):
    def press(button):
        button(RequestFactory().post("/"))
        return amounts(read(journey.state(RequestFactory().get("/")).content))

    journey.fulfil_order(RequestFactory().post("/", {"first_name": "Ada", "language": "en"}))
    journey.state(RequestFactory().get("/"))
    link = re.search(r"/s/([^/]+)/", open_shop.outbox[-1].payload["survey_url"])
    Visitor(link[1]).post({"score": "10"})
    Visitor(link[1]).get("thanks/")
    assert amounts(read(journey.state(RequestFactory().get("/")).content)) == (["€0.00", "€4.22"], [])

    sums, (friend,) = press(rewarding.friend_orders)
    assert (sums, friend.endswith(": Rewarded")) == (["€0.00", "€9.22"], True)
    assert press(rewarding.refund)[0] == ["€0.00", "€7.72"]
    assert press(rewarding.month_passes)[0] == ["€7.72", "€0.00"]
    assert [mail.event for mail in open_shop.outbox] == [
        "nps_invitation",
        "nps_promoter_thanks",
        "nps_referral_reward",
        "nps_reward_reversed",
    ]
    state = read(journey.state(RequestFactory().get("/")).content)
    address = state.one("div", data_part="rewards").one("a")["href"]
    owner = Visitor(re.search(r"/r/([^/]+)/", address)[1], "r")
    assert owner.get().status_code == 200
    assert "You can use now €7.72" in owner.sees().text
