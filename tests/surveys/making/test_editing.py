"""What staff change about a survey."""

from dataclasses import replace
from decimal import Decimal

import pytest

from saleor_nps_plugin.errors import Conflict, Invalid, NotFound, NotUnique
from saleor_nps_plugin.surveys.making import editing
from saleor_nps_plugin.surveys.making.editing import (
    ChoiceDraft,
    Draft,
    QuestionDraft,
    Words,
    draft_of,
    drafted,
    errors_in,
)
from saleor_nps_plugin.surveys.making.ready_questions import READY, name_of, ready_question
from saleor_nps_plugin.surveys.making.texts import question_text, texts_of
from saleor_nps_plugin.surveys.models import Question, QuestionKind, Survey, SurveyText, SurveyVersion


def fresh(survey):
    return Survey.objects.prefetch_related("texts", "questions").get(pk=survey.pk)


@pytest.fixture
def reasons(survey):
    """A question with answers to choose."""
    return Question.objects.create(
        survey=survey,
        position=9,
        kind=QuestionKind.SINGLE_CHOICE,
        texts={"en": "Why?"},
        choices=[{"value": "late", "labels": {"en": "Too late"}, "more": 1}, {"value": "broken"}],
    )


@pytest.fixture
def save(survey, now):
    def save(draft, known=None):
        return editing.save(survey.pk, draft, known=known, now=now)

    return save


def yes_no(text="Again?", **changes):
    return QuestionDraft(kind="yes_no", texts={"en": text}, **changes)


def test_a_draft_is_stored_and_read_back(survey, reasons, save):
    before = draft_of(fresh(survey))
    promoters, passives, detractors, why = before.questions
    draft = replace(
        before,
        name="After the parcel",
        is_active=False,
        channels=("channel-pln",),
        delay_hours=72,
        words={"en": Words(question="Would you?"), "pl": Words("Czy?", "Temat", "Dzięki")},
        questions=(
            promoters,
            passives,
            replace(detractors, texts={"pl": "Co poszło źle?"}),
            replace(
                why,
                choices=(
                    ChoiceDraft("late", {"en": "Late", "pl": "Późno"}),
                    ChoiceDraft("broken", {"en": "Broken"}),
                ),
            ),
        ),
        touchpoint="store_visit",
        weight=Decimal("2.5"),
        ignores_cooldown=True,
        asks_discourage=True,
        is_anonymous=True,
    )

    save(draft, before.fingerprint)

    stored = fresh(survey)
    assert draft_of(stored) == draft
    assert draft_of(stored).fingerprint == draft.fingerprint
    assert (stored.name, stored.is_active, stored.channels, stored.delay_hours) == (
        "After the parcel",
        False,
        ["channel-pln"],
        72,
    )
    assert texts_of(stored, "pl", shop_name="Tea").question == "Czy?"
    reasons.refresh_from_db()
    assert reasons.texts == {"en": "Why?"}
    assert reasons.choices[0] == {"value": "late", "labels": {"en": "Late", "pl": "Późno"}, "more": 1}


def test_questions_are_added_removed_and_moved(survey, save):
    before = draft_of(fresh(survey))
    promoters, _, detractors = before.questions
    number = QuestionDraft(kind="number", texts={"en": "How many?"}, is_required=True, categories=("passive",))

    save(replace(before, questions=(detractors, number, promoters)), before.fingerprint)

    stored = draft_of(fresh(survey)).questions
    assert [item.id for item in stored[::2]] == [detractors.id, promoters.id]
    assert replace(stored[1], id=None) == number
    assert stored[1].id not in {item.id for item in before.questions}
    assert fresh(survey).version == 1 and not SurveyVersion.objects.exists()


def test_emptied_words_give_way_to_the_plugins(survey, save):
    SurveyText.objects.create(survey=survey, language_code="de", question="Würden Sie?")
    before = draft_of(fresh(survey))

    save(replace(before, words={"de": Words()}), before.fingerprint)

    assert not SurveyText.objects.exists()
    assert texts_of(fresh(survey), "de", shop_name="Tee").question.startswith("Wie wahrscheinlich")


def test_who_saves_second_is_told_and_nothing_is_stored(survey, save):
    before = draft_of(fresh(survey))
    save(replace(before, name="First"), before.fingerprint)

    with pytest.raises(Conflict):
        save(replace(before, name="Second"), before.fingerprint)

    assert fresh(survey).name == "First"


@pytest.mark.parametrize(
    "change",
    [
        {"weight": Decimal(2)},
        {"ignores_cooldown": True},
        {"asks_discourage": True},
        {"touchpoint": "relationship"},
        {"questions": ()},
    ],
)
def test_every_change_is_noticed_by_who_saves_second(survey, save, change):
    before = draft_of(fresh(survey))
    save(replace(before, **change))

    with pytest.raises(Conflict):
        save(replace(before, name="Second"), before.fingerprint)


def test_the_same_weight_written_otherwise_is_no_change():
    assert Draft("x", True, weight=Decimal("1")).fingerprint == Draft("x", True, weight=Decimal("1.000")).fingerprint


CHOICE = ChoiceDraft("a")
COMPETITOR = replace(ready_question("competitor"), choices=(ChoiceDraft("Nile"),))


@pytest.mark.parametrize(
    ("change", "part", "advice"),
    [
        ({"name": ""}, "name", "name"),
        ({"name": "x" * 201}, "name", "200"),
        ({"delay_hours": 8761}, "delay_hours", "8760"),
        ({"delay_hours": -1}, "delay_hours", "8760"),
        ({"weight": Decimal("-1")}, "weight", "999"),
        ({"weight": Decimal("1000")}, "weight", "999"),
        ({"weight": Decimal("NaN")}, "weight", "999"),
        ({"weight": Decimal("0.0001")}, "weight", "decimals"),
        ({"touchpoint": "birthday"}, "touchpoint", "moment"),
        ({"words": {"de": Words(question="x" * 501)}}, "question.de", "500"),
        ({"words": {"de": Words(subject="x" * 201)}}, "subject.de", "200"),
        ({"words": {"de": Words(thanks="x" * 2001)}}, "thanks.de", "2000"),
        ({"questions": (yes_no("x" * 501),)}, "q0.en", "500"),
        ({"questions": (yes_no(), yes_no(""))}, "q1", "Write the question"),
        ({"questions": (QuestionDraft(kind="song"),)}, "q0", "kind"),
        ({"questions": (QuestionDraft(role="boss"),)}, "q0", "kind"),
        ({"questions": (yes_no(role="liked"),)}, "q0", "purpose"),
        ({"questions": (yes_no(is_comment=True),)}, "q0", "comment"),
        ({"questions": (yes_no(categories=("fan",)),)}, "q0", "category"),
        ({"questions": (QuestionDraft(kind="single_choice", texts={"en": "?"}),)}, "q0.choices", "at least one"),
        (
            {"questions": (QuestionDraft(kind="single_choice", texts={"en": "?"}, choices=(CHOICE, CHOICE)),)},
            "q0.choices",
            "alike",
        ),
        (
            {
                "questions": (
                    QuestionDraft(
                        kind="multiple_choice",
                        texts={"en": "?"},
                        choices=tuple(ChoiceDraft(str(number)) for number in range(31)),
                    ),
                )
            },
            "q0.choices",
            "30",
        ),
        (
            {"questions": (QuestionDraft(kind="single_choice", texts={"en": "?"}, choices=(ChoiceDraft(""),)),)},
            "q0.choices",
            "at least one",
        ),
        (
            {"questions": (QuestionDraft(kind="single_choice", texts={"en": "?"}, choices=(CHOICE, ChoiceDraft(""))),)},
            "q0.c1",
            "Write this answer",
        ),
        (
            {
                "questions": (
                    QuestionDraft(kind="single_choice", texts={"en": "?"}, choices=(CHOICE, ChoiceDraft("A "))),
                )
            },
            "q0.choices",
            "alike",
        ),
        (
            {"questions": (QuestionDraft(kind="single_choice", texts={"en": "?"}, choices=(ChoiceDraft("x" * 101),)),)},
            "q0.c0",
            "100",
        ),
        (
            {
                "questions": (
                    QuestionDraft(
                        kind="single_choice", texts={"en": "?"}, choices=(ChoiceDraft("x", {"en": "x" * 201}),)
                    ),
                )
            },
            "q0.c0.en",
            "200",
        ),
        ({"questions": tuple(yes_no(str(number)) for number in range(9))}, "questions", "8"),
        (
            {"questions": (QuestionDraft(is_comment=True), QuestionDraft(is_comment=True, categories=("passive",)))},
            "questions",
            "comment",
        ),
        ({"questions": (COMPETITOR,)}, "q0", "prefer"),
        ({"questions": (ready_question("product"), ready_question("product"))}, "q1", "already"),
    ],
)
def test_what_cannot_be_stored_is_refused(survey, save, change, part, advice):
    before = draft_of(fresh(survey))
    draft = replace(before, **change)

    assert list(errors_in(draft)) == [part] and advice in errors_in(draft)[part]
    with pytest.raises(Invalid) as refusal:
        save(draft, before.fingerprint)

    assert refusal.value.field == part
    assert draft_of(fresh(survey)) == before


def test_eight_questions_fit_for_each_category_alone(survey, save):
    groups = [(category, number) for category in ("promoter", "passive", "detractor") for number in range(8)]
    draft = replace(
        draft_of(fresh(survey)),
        questions=tuple(yes_no(f"{category} {number}", categories=(category,)) for category, number in groups),
    )

    save(draft)

    assert fresh(survey).questions.count() == 24 + 3
    assert len(draft_of(fresh(survey)).questions) == 24


def test_a_question_of_another_survey_cannot_be_taken(survey, save):
    other = editing.create(Draft("Other", True, questions=(yes_no(),)))
    theirs = draft_of(fresh(other)).questions[0]
    before = draft_of(fresh(survey))

    with pytest.raises(Invalid) as refusal:
        save(replace(before, questions=(*before.questions, replace(theirs, texts={"en": "Mine"}))))

    assert refusal.value.field == "q3"
    assert draft_of(fresh(other)).questions == (theirs,)


def test_a_survey_that_is_gone_is_not_found(db, now):
    with pytest.raises(NotFound):
        editing.save(0, Draft("x", True), known="", now=now)


def test_a_draft_can_be_seen_without_storing_anything(survey, reasons):
    before = draft_of(fresh(survey))
    promoters, *_, why = before.questions
    questions = (replace(promoters, texts={"de": "Warum?"}), why, yes_no("Wieder?"))
    draft = replace(before, words={"de": Words(question="Neu?")}, questions=questions)

    seen = drafted(fresh(survey), draft)

    assert texts_of(seen, "de", shop_name="Tee").question == "Neu?"
    texts = {question.pk: question_text(question, "de", default_language="en") for question in seen.questions.all()}
    assert texts == {promoters.id: "Warum?", why.id: "Why?", -3: "Wieder?"}
    assert draft_of(fresh(survey)) == before


def test_a_survey_is_made(db):
    draft = Draft(
        name="Visit to our store",
        is_active=True,
        touchpoint="store_visit",
        scale="csat",
        words={"en": Words("How was it?")},
        questions=(yes_no(id=12), QuestionDraft(is_comment=True)),
    )

    made = fresh(editing.create(draft))

    assert made.slug == "visit-to-our-store"
    again = draft_of(made)
    assert replace(again, slug="", questions=tuple(replace(item, id=None) for item in again.questions)) == replace(
        draft, questions=tuple(replace(item, id=None) for item in draft.questions)
    )


def test_a_name_that_is_taken_makes_another_slug_and_a_slug_that_is_taken_is_refused(db):
    slugs = [editing.create(Draft(name, True)).slug for name in ("Tea", "Tea", "Tea", "Чай", "Чай")]

    assert slugs == ["tea", "tea-2", "tea-3", "survey", "survey-2"]
    count = Survey.objects.count()
    with pytest.raises(NotUnique) as refusal:
        editing.create(Draft("Other", True, slug="tea-2"))
    assert refusal.value.field == "slug"
    assert Survey.objects.count() == count


@pytest.mark.parametrize(("slug", "advice"), [("tea time", "hyphens"), ("чай", "hyphens"), ("x" * 101, "100")])
def test_a_slug_that_cannot_be_is_refused(db, slug, advice):
    count = Survey.objects.count()

    with pytest.raises(Invalid, match=advice):
        editing.create(Draft("Tea", True, slug=slug))

    assert Survey.objects.count() == count


def test_a_slug_stays_what_it_is(survey, save):
    before = draft_of(fresh(survey))

    with pytest.raises(Invalid) as refusal:
        save(replace(before, slug="other"))

    assert refusal.value.field == "slug"
    assert fresh(survey).slug == "after-delivery"


def test_every_ready_question_can_be_added(survey, save):
    ready = tuple(replace(item, choices=(CHOICE,)) if key == "competitor" else item for key, item in READY.items())

    save(replace(draft_of(fresh(survey)), questions=ready))

    stored = fresh(survey).questions.filter(until_version=None)
    assert [item.role for item in stored] == ["liked", "improve", "product", "preference", "competitor"]
    assert all(name_of(key) for key in READY)
