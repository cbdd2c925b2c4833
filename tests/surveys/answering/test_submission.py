"""Every kind of question, answered well and badly."""

from dataclasses import replace

import pytest

from saleor_nps_plugin.errors import Invalid, Required, ScoreOutOfRange
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.making import editing
from saleor_nps_plugin.surveys.making.editing import ChoiceDraft, Draft, QuestionDraft, draft_of
from saleor_nps_plugin.surveys.making.ready_questions import ready_question
from saleor_nps_plugin.surveys.models import Invitation, Response, Survey, Tally
from saleor_nps_plugin.surveys.reporting import tallies

CHOICES = (ChoiceDraft("a"), ChoiceDraft("b"))
COMPETITOR = replace(ready_question("competitor"), choices=(ChoiceDraft("Nile"), ChoiceDraft("Mall")))


@pytest.fixture
def ask(survey, now):
    """Let the survey ask these questions alone; their ids."""

    def ask(*questions, **changes):
        draft = replace(draft_of(Survey.objects.get(pk=survey.pk)), questions=questions, **changes)
        editing.save(survey.pk, draft, known=None, now=now)
        return [item.id for item in draft_of(Survey.objects.get(pk=survey.pk)).questions]

    return ask


@pytest.fixture
def submit(story):
    def submit(score, *answers, invitation=None, **more):
        token = invitation_token((invitation or story.invite()).key)
        return recording.submit(token, Submission(score=score, answers=answers, **more), now=story.now)

    return submit


def question(kind, **changes):
    choices = CHOICES if "choice" in kind else ()
    return QuestionDraft(kind=kind, texts={"en": "?"}, choices=choices, **changes)


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("text", {"text": " So \x00 so\r\n"}, {"text": "So  so"}),
        ("single_choice", {"choices": ("a",)}, {"choices": ["a"]}),
        ("multiple_choice", {"choices": ("b", "a", "b", "")}, {"choices": ["b", "a"]}),
        ("yes_no", {"yes": False}, {"yes": False}),
        ("scale", {"number": 0.0}, {"number": 0.0}),
        ("scale", {"number": 10}, {"number": 10.0}),
        ("number", {"number": -2.5}, {"number": -2.5}),
        ("number", {"number": 1e15, "text": "stray", "choices": ("a",), "yes": True}, {"number": 1e15}),
    ],
)
def test_an_answer_is_kept_in_the_field_that_fits(ask, submit, kind, given, stored):
    (pk,) = ask(question(kind))

    response = submit(9, SubmittedAnswer(pk, **given))

    answer = response.answers.get()
    kept = {"text": answer.text, "choices": answer.choices, "number": answer.number, "yes": answer.yes}
    assert kept == {"text": "", "choices": [], "number": None, "yes": None} | stored


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", {"text": "x" * 5001}),
        ("single_choice", {"choices": ("a", "b")}),
        ("single_choice", {"choices": ("c",)}),
        ("multiple_choice", {"choices": ("a", "A")}),
        ("scale", {"number": 11}),
        ("scale", {"number": -1}),
        ("scale", {"number": 3.5}),
        ("scale", {"number": float("nan")}),
        ("number", {"number": float("inf")}),
        ("number", {"number": float("nan")}),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_all_of_the_response(ask, submit, kind, given):
    (pk,) = ask(question(kind))

    with pytest.raises(Invalid) as refusal:
        submit(9, SubmittedAnswer(pk, **given))

    assert refusal.value.field in ("answers", "comment")
    assert not Response.objects.exists()


@pytest.mark.parametrize("kind", ["text", "single_choice", "multiple_choice", "yes_no", "scale", "number"])
def test_an_empty_answer_is_none(ask, submit, story, kind):
    optional, required = ask(question(kind), question(kind, is_required=True, categories=("detractor",)))
    invitation = story.invite()

    assert not submit(9, SubmittedAnswer(optional), SubmittedAnswer(required), invitation=invitation).answers.exists()
    with pytest.raises(Required):
        submit(3, SubmittedAnswer(required), invitation=invitation)

    assert Response.objects.get().score == 9


def test_what_another_category_is_asked_is_left_out_and_not_looked_at(ask, submit):
    (pk,) = ask(question("single_choice", categories=("promoter",)))

    response = submit(3, SubmittedAnswer(pk, choices=("nonsense",)))

    assert not response.answers.exists()


def test_the_product_is_one_of_the_orders(ask, submit, story):
    (pk,) = ask(replace(ready_question("product"), is_required=True))
    lines = (Line("12", "3", "Assam"), Line("13", "3", "Darjeeling"))
    invitation = story.invite(lines=lines)

    for choices in (("14",), ("12", "13"), ("Assam",)):
        with pytest.raises(Invalid):
            submit(3, SubmittedAnswer(pk, choices=choices), invitation=invitation)
    with pytest.raises(Required):
        submit(3, invitation=invitation)
    response = submit(3, SubmittedAnswer(pk, choices=("13",)), invitation=invitation)

    assert response.answers.get().choices == ["13"]
    assert response.segments["about"] == ["13"] and "reason" not in response.segments
    assert Tally.objects.filter(dimension="about", key="13", score_3=1).exists()
    assert tallies.differences() == 0


def test_without_products_nobody_has_to_name_one(ask, submit, story):
    (pk,) = ask(replace(ready_question("product"), is_required=True))
    invitation = story.invite(lines=())

    with pytest.raises(Invalid):
        submit(3, SubmittedAnswer(pk, choices=("12",)), invitation=invitation)

    assert not submit(3, invitation=invitation).answers.exists()


@pytest.mark.parametrize(
    ("preference", "is_asked"), [(0, True), (6, True), (7, False), (8, False), (9, True), (10, True), (None, False)]
)
def test_which_other_shop_is_asked_of_those_who_are_decided(ask, submit, story, preference, is_asked):
    preferred, other = ask(ready_question("preference"), replace(COMPETITOR, is_required=True))
    given = () if preference is None else (SubmittedAnswer(preferred, number=preference),)
    invitation = story.invite()

    if is_asked:
        with pytest.raises(Required):
            submit(9, *given, invitation=invitation)
    else:
        submit(9, *given, invitation=invitation)
    response = submit(9, *given, SubmittedAnswer(other, choices=("Nile",)), invitation=invitation)

    assert response.answers.filter(question=other, choices=["Nile"]).exists() is is_asked


def test_a_shop_that_staff_did_not_name_is_refused(ask, submit):
    preferred, other = ask(ready_question("preference"), COMPETITOR)

    with pytest.raises(Invalid):
        submit(9, SubmittedAnswer(preferred, number=10), SubmittedAnswer(other, choices=("Mine",)))


@pytest.mark.parametrize(
    ("scale", "good", "bad", "categories"),
    [
        ("csat", (1, 5), (0, 6, "0", True), {1: "detractor", 2: "detractor", 3: "passive", 4: "promoter"}),
        ("ces", (1, 7), (0, 8, 3.0, "x"), {3: "detractor", 4: "passive", 5: "promoter", 7: "promoter"}),
        ("recovery", (0, 10), (-1, 11, None), {6: "detractor", 7: "passive", 9: "promoter"}),
    ],
)
def test_every_scale_has_its_own_numbers(story, submit, scale, good, bad, categories):
    survey = editing.create(Draft(scale, True, scale=scale, touchpoint="support_contact"))

    def invite():
        invitation = story.invite(email=f"{Invitation.objects.count()}@example.com")
        Invitation.objects.filter(pk=invitation.pk).update(survey=survey)
        return invitation

    for score in (*good, *categories):
        response = submit(score, invitation=invite())
        assert (response.score, response.case_status) == (
            score,
            "open" if response.category.value == "detractor" else "none",
        )
        assert categories.get(score, response.category.value) == response.category.value
    for score in bad:
        with pytest.raises(ScoreOutOfRange) as refusal:
            submit(score, invitation=invite())
        assert f"from {good[0]} to {good[1]}" in refusal.value.message
    assert Response.objects.count() == len(good) + len(categories)
    counted = Tally.objects.filter(span="day", survey=survey, score_1__gte=0)
    assert {row.dimension.partition(":")[0] for row in counted} == {scale}


def test_how_likely_to_discourage_is_kept_and_counted(submit, story):
    invitation = story.invite()

    first = submit(9, invitation=invitation, discourage_score=10)
    assert first.segments["discourage"] == ["10"]
    assert Tally.objects.get(dimension="discourage", span="day", country="").key == "10"
    second = submit(9, invitation=invitation, discourage_score="")

    assert second.discourage_score is None and "discourage" not in second.segments
    with pytest.raises(ScoreOutOfRange) as refusal:
        submit(9, invitation=invitation, discourage_score=11)
    assert refusal.value.field == "discourage_score"
    assert tallies.differences() == 0
