"""The page of an anonymous survey."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import ballots
from saleor_nps_plugin.surveys.asking import waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Ballot, Question, Response, SealedAnswer, Survey, Touchpoint, Trace
from tests.reading import read
from tests.surveys.story import daytime


@pytest.fixture
def tokens(story, survey):
    """Ballots of five people, the first of whom reads German and the second Persian; and the token that opts the first out."""
    employees = Survey.objects.create(name="Our people", slug="our-people", touchpoint=Touchpoint.EMPLOYEE)
    Question.objects.create(survey=employees, position=0, is_comment=True)
    people = [Person(f"{number}@shop.example", code) for number, code in enumerate(["de", "fa", "en", "en", "en"])]
    story.now = timezone.now()
    plan = waves.Plan(employees, "Staff", starts_at=story.now, days=1)
    waves.ask_addresses(plan, people, channel="default-channel", is_anonymous=True, now=story.now)
    ballots.send_due(now=daytime(story.now))
    mails = sorted(story.shop.outbox, key=lambda mail: mail.message.to)
    found = [re.search(r"/b/([^/]+)/", mail.message.body)[1] for mail in mails]
    return [*found, re.search(r"/n/([^/]+)/", mails[0].message.body)[1]]


def test_the_page_promises_anonymity_in_the_readers_language(tokens):
    page = Client().get(f"/b/{tokens[0]}/?score=9")

    assert page.status_code == 200 and page["Content-Language"] == "de"
    assert page["Cache-Control"] == "no-store" and page["Referrer-Policy"] == "no-referrer"
    seen = read(page.content)
    assert seen.one("input", name="score", value="9") is not None
    assert "opt-out" not in page.content.decode() and "may_contact" not in page.content.decode()
    assert 'data-seen="' not in page.content.decode(), "nobody is told that somebody has the page open"
    assert 'dir="rtl"' in Client().get(f"/b/{tokens[1]}/").content.decode()


def test_looking_uses_nothing_up(tokens):
    for _ in range(3):
        Client().get(f"/b/{tokens[2]}/?score=3")
        Client().head(f"/b/{tokens[2]}/?score=3")

    assert Ballot.objects.count() == 5 and not SealedAnswer.objects.exists()


def test_an_answer_is_taken_once_and_leaves_no_trace(tokens):
    browser = Client(headers={"user-agent": "Firefox of somebody"})

    sent = browser.post(f"/b/{tokens[2]}/", {"score": "9", "comment": "good", "may_contact": "1"})

    assert sent.status_code == 303 and sent["Location"] == "thanks/"
    assert not sent.cookies
    thanks = browser.get(f"/b/{tokens[2]}/thanks/")
    assert thanks.status_code == 200 and "Thank you" in thanks.content.decode()
    assert browser.post(f"/b/{tokens[2]}/", {"score": "1"}).status_code == 409
    assert browser.get(f"/b/{tokens[2]}/").status_code == 409
    assert SealedAnswer.objects.get().content["comment"] == "good"
    assert not Trace.objects.exists() and not Response.objects.exists()


@pytest.mark.parametrize("data", [{}, {"score": "11"}, {"score": "9", "comment": "x" * 5001}])
def test_what_is_wrong_is_said_and_the_ballot_stays_good(tokens, data):
    page = Client().post(f"/b/{tokens[2]}/", data)

    assert page.status_code == 422
    assert Ballot.objects.count() == 5 and not SealedAnswer.objects.exists()


@pytest.mark.parametrize("path", ["/b/{}x/", "/b/x{}/", "/b/{}x/thanks/", "/n/{}x/"])
def test_a_changed_link_opens_nothing(tokens, path):
    token = tokens[-1] if path.startswith("/n") else tokens[2]

    assert Client().get(path.format(token)).status_code == 404
    assert Client().post(path.format(token), {"score": "9"}).status_code in (404, 405)
    assert Ballot.objects.count() == 5 and not Shopper.objects.exists()


def test_links_of_one_kind_do_not_open_another(tokens):
    for path in (f"/s/{tokens[0]}/", f"/d/{tokens[0]}/", f"/n/{tokens[0]}/", f"/b/{tokens[-1]}/", f"/r/{tokens[0]}/"):
        assert Client().get(path).status_code == 404


def test_mail_programs_opt_out_with_one_post(tokens):
    link = f"/n/{tokens[-1]}/"
    assert Client().get(link).status_code == 200 and not Shopper.objects.exists()

    answer = Client().post(link, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Shopper.objects.get().opted_out_at is not None
    assert ballots.has_opted_out(tokens[-1])
