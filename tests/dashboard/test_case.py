"""A case at the desk: what is seen of it, and what staff do about it."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.shop.interface import Contact, Line
from saleor_nps_plugin.surveys.following_up import cases, replies
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.following_up.replies import Draft
from saleor_nps_plugin.surveys.models import CaseNote, CaseReply, Response
from tests.surveys.story import an_order


@pytest.fixture
def case(story):
    return story.answer(
        story.invite(number="1058", first_name="Zofia", user_id=77, language_code="pl", charged=Decimal(40)),
        3,
        "Late <b>and</b> cold",
    )


@pytest.fixture
def ada(desk, case):
    """Ada, with the case before her."""
    ada = desk()
    ada.get(f"responses/{case.pk}/")
    return ada


def act(who, case, action="change", *, revision=None, **data):
    case.refresh_from_db()
    number = case.revision if revision is None else revision
    return who.post(f"responses/{case.pk}/{action}/", revision=number, **data)


def told(response):
    return json.loads(response["HX-Trigger"])["nps:notify"]["text"]


def test_a_case_shows_answer_order_and_customer_beside_each_other(ada, case, story):
    story.shop.configure(enabled=True, delay_hours="0", cooldown_days="0")
    story.shop.add_order(an_order(number="900", user_id=77, charged=Decimal(60)))
    story.answer(story.invite(number="901", user_id=77, email="ada@example.com"), 9, "Lovely")

    ada.get(f"responses/{case.pk}/")

    page = ada.sees().one("article")
    assert page.one("p", class_="comment").text == "Late <b>and</b> cold"
    assert "Order #1058" in page.text and "Assam" in page.text and "$40.00" in page.text
    assert "$100.00" in page.text and "3 orders" in page.text
    assert page.one("ul", class_="case-earlier").text.endswith("Lovely")
    assert page.one("div", class_="letter").text.startswith("Dzień dobry, Zofia!")
    assert ada.sees().one("a", aria_current="true")["id"] == f"row-{case.pk}"


def test_a_row_opens_its_case_without_the_list(ada, case):
    row = ada.sees().one("a", id=f"row-{case.pk}")

    ada.get(row["hx-get"].removeprefix("/dashboard/"))

    assert ada.sees().one("article") and not ada.sees().all("nav")


def test_somebody_takes_a_case_and_resolves_it(ada, case):
    act(ada, case, assignee="me")
    act(ada, case, case_status="resolved")

    case.refresh_from_db()
    assert (case.assignee_id, case.case_status) == (ADA.id, "resolved")
    page = ada.sees()
    assert "Ada Lovelace took the case." in page.one("ol", id="case-history").text
    assert page.one("input", id="case-revision")["value"] == "3"
    assert page.one("a", id=f"row-{case.pk}")["hx-swap-oob"] == "true"
    assert page.one("span", id="count-open").text == "0"


def test_a_case_goes_to_a_colleague_and_to_nobody(ada, case):
    act(ada, case, assignee=BEN.id)
    assert Response.objects.get().assignee_id == BEN.id

    act(ada, case, assignee="")
    assert Response.objects.get().assignee_id is None


@pytest.mark.parametrize("assignee", ["999", "x", "1" * 30])
def test_nobody_but_staff_can_have_a_case(ada, case, assignee):
    assert act(ada, case, assignee=assignee).status_code in (404, 422)
    assert Response.objects.get().assignee_id is None


def test_tags_are_written_with_commas_between(ada, case):
    act(ada, case, tags=" late, courier ,, late")

    assert Response.objects.get().tags == ["late", "courier"]
    assert ada.sees().one("input", id="case-tags")["value"] == "late, courier"


def test_ten_thousand_tags_are_refused_in_plain_words(ada, case):
    refused = act(ada, case, tags=",".join(map(str, range(10_000))))

    assert (refused.status_code, refused.content.decode()) == (422, "A response takes at most 50 tags.")
    assert Response.objects.get().tags == []


def test_an_answer_is_left_out_with_a_reason_and_counted_again(ada, case):
    assert act(ada, case, is_counted="no", exclusion_reason=" ").status_code == 422
    assert act(ada, case, is_counted="no", exclusion_reason="A <i>test</i>").status_code == 200
    assert "A <i>test</i>" in ada.sees().text
    case.refresh_from_db()
    assert (case.is_counted, case.exclusion_reason) == (False, "A <i>test</i>")

    act(ada, case, is_counted="yes")

    assert Response.objects.get().is_counted


def test_two_notes_at_once_are_both_kept(ada, case):
    act(ada, case, "note", note="First", revision=1)
    act(ada, case, "note", note="Second <b>", revision=1)

    assert [note.text for note in CaseNote.objects.all()] == ["First", "Second <b>"]
    assert "Second <b>" in ada.sees().one("ol").text
    assert ada.sees().one("form", id="case-note").one("textarea").text == ""


def test_the_second_of_two_sees_what_the_first_did_and_keeps_what_was_typed(ada, case, story):
    cases.update_response(case.pk, Changes(tags=["late"]), staff_id=BEN.id, now=story.now)

    refused = act(ada, case, tags="cold, mine", revision=1)

    assert refused.status_code == 409
    assert refused["HX-Retarget"] == "#case-head"
    page = ada.sees()
    assert "Ben Ode has changed the tags meanwhile." in page.one("div", role="alert").text
    assert page.one("input", id="case-tags")["value"] == "cold, mine"
    assert page.one("input", id="case-revision")["value"] == "2"
    assert Response.objects.get().tags == ["late"]
    assert act(ada, case, tags="cold, mine", revision=2).status_code == 200


def test_two_replies_at_once_are_one(ada, case, story):
    replies.send_reply(case.pk, Draft(key=uuid4(), text="First"), staff_id=BEN.id, now=story.now)

    refused = act(ada, case, "reply", key=uuid4(), text="Second", points="500", voucher="7", revision=1)

    assert refused.status_code == 409
    assert "Ben Ode has replied to the customer meanwhile." in ada.sees().text
    assert not ada.sees().all("section", id="case-compose")
    assert (CaseReply.objects.get().text, PointsEntry.objects.count(), story.shop.offered) == ("First", 0, {})


def test_a_reply_waits_and_its_state_is_seen(ada, case, story):
    key = ada.sees().one("input", name="key")["value"]

    answered = act(ada, case, "reply", key=key, text="Przepraszamy", subject="Hej", case_status="resolved")

    assert told(answered) == "Your reply goes out within a minute."
    assert "Goes out within a minute" in ada.sees().one("ol").text
    assert ada.sees().one("section", id="case-compose")["hx-swap-oob"] == "true"
    assert ada.sees().one("input", name="key")["value"] != key
    made = CaseReply.objects.get()
    assert (made.text, made.facts["subject"], made.author_id) == ("Przepraszamy", "Hej", ADA.id)
    replies.send_due(now=story.now.replace(year=2100))
    ada.get(f"responses/{case.pk}/history/")
    assert "Sent" in ada.sees().text and "hx-trigger" not in ada.sees().one("ol")
    assert story.shop.outbox[-1].message.subject == "Hej"


def test_a_reply_with_gifts_is_given_once_however_often_it_is_sent(ada, case, story):
    key = uuid4()
    for _ in range(3):
        act(ada, case, "reply", key=key, text="Sorry", voucher="7", points="500")

    assert (CaseReply.objects.count(), len(story.shop.offered)) == (1, 1)
    assert PointsEntry.objects.get().points == 500
    (code,) = story.shop.offered
    assert code in ada.sees().one("ol").text


@pytest.mark.parametrize(
    "data",
    [
        {"text": ""},
        {"text": "Sorry", "points": "many"},
        {"text": "Sorry", "points": "-5"},
        {"text": "Sorry", "voucher": "x"},
        {"text": "Sorry", "voucher": "99"},
        {"text": "Sorry", "case_status": "lost"},
        {"text": "Sorry", "key": "again"},
    ],
)
def test_a_reply_that_cannot_be_changes_nothing(ada, case, story, data):
    refused = act(ada, case, "reply", **{"key": uuid4(), **data})

    assert refused.status_code == 422 and refused.content
    assert not (CaseReply.objects.exists() or CaseNote.objects.exists() or PointsEntry.objects.exists())
    assert story.shop.offered == {}


def test_gifts_need_their_permissions(desk, story):
    case = story.answer(story.invite(channel="channel-pln", currency="PLN"), 2)
    ben = desk(BEN)
    ben.get(f"responses/{case.pk}/")
    assert not ben.sees().all("details", class_="case-offer")

    for gift in ({"voucher": "7"}, {"points": "5"}):
        assert act(ben, case, "reply", key=uuid4(), text="Sorry", **gift).status_code == 422

    assert not CaseReply.objects.exists()
    assert act(ben, case, "reply", key=uuid4(), text="Sorry").status_code == 200


def test_a_reply_that_failed_says_why_and_can_be_tried_again(ada, case, story):
    story.shop.mail_errors.append(ValueError("no such address"))
    act(ada, case, "reply", key=uuid4(), text="Sorry")
    later = story.now.replace(year=2100)
    replies.send_due(now=later)

    ada.get(f"responses/{case.pk}/history/")
    assert "no such address" in ada.sees().text
    ada.post(f"responses/{case.pk}/replies/{CaseReply.objects.get().pk}/again/")
    replies.send_due(now=later)

    assert CaseReply.objects.get().sent_at == later


def test_what_is_somebody_elses_is_not_there(desk, case):
    ben = desk(BEN)

    for action in ("change", "note", "reply"):
        assert act(ben, case, action, note="x", text="x", key=uuid4(), case_status="resolved").status_code == 404

    assert Response.objects.get().revision == 1


def test_an_order_and_a_customer_that_are_gone(ada, case, story):
    story.shop.remove_order(case.order_id)

    ada.get(f"responses/{case.pk}/")

    assert "This order is not there any more." in ada.sees().text
    assert "can be reached" in ada.sees().one("section", id="case-compose").text


def test_a_customer_without_an_order_is_reached_through_the_account(ada, case, story):
    story.shop.remove_order(case.order_id)
    story.shop.add_customer(77, Contact("zofia@example.com", "Zofia"))
    Response.objects.update(order_id=None)

    ada.get(f"responses/{case.pk}/")

    assert "zofia@example.com" in ada.sees().one("section", id="case-compose").text


def test_a_long_order_is_cut(desk, story):
    lines = tuple(Line(product_id=str(number), name=f"Tea {number}") for number in range(12))
    case = story.answer(story.invite(lines=lines), 3)
    ada = desk()

    ada.get(f"responses/{case.pk}/")

    assert "and 4 more" in ada.sees().one("ul", class_="case-lines").text


def test_a_deleted_response_is_not_found(ada, case):
    case.delete()

    assert ada.get(f"responses/{case.pk}/").status_code == 404


def test_requests_without_a_pass_change_nothing(client, shop, case):
    assert client.post(f"/dashboard/responses/{case.pk}/change/", {"case_status": "resolved"}).status_code == 401
    assert Response.objects.get().case_status == "open"
