"""What staff change about a survey."""

from dataclasses import replace

import pytest

from saleor_nps_plugin.errors import Conflict, Invalid, NotFound
from saleor_nps_plugin.surveys import editing
from saleor_nps_plugin.surveys.editing import Words, draft_of, drafted, errors_in
from saleor_nps_plugin.surveys.models import Question, QuestionKind, Survey, SurveyText
from saleor_nps_plugin.surveys.texts import question_text, texts_of


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


def test_a_draft_is_stored_and_read_back(survey, reasons):
    before = draft_of(fresh(survey))
    detractors = survey.questions.get(categories=["detractor"])
    draft = replace(
        before,
        name="After the parcel",
        is_active=False,
        channels=("channel-pln",),
        delay_hours=72,
        words={"en": Words(question="Would you?"), "pl": Words("Czy?", "Temat", "Dzięki")},
        wordings={**before.wordings, detractors.pk: {"pl": "Co poszło źle?"}},
        labels={reasons.pk: {"late": {"en": "Late", "pl": "Późno"}, "broken": {"en": "Broken"}}},
    )

    editing.save(survey.pk, draft, known=before.fingerprint)

    stored = fresh(survey)
    assert draft_of(stored) == draft
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


def test_emptied_words_give_way_to_the_plugins(survey):
    SurveyText.objects.create(survey=survey, language_code="de", question="Würden Sie?")
    before = draft_of(fresh(survey))

    editing.save(survey.pk, replace(before, words={"de": Words()}), known=before.fingerprint)

    assert not SurveyText.objects.exists()
    assert texts_of(fresh(survey), "de", shop_name="Tee").question.startswith("Wie wahrscheinlich")


def test_who_saves_second_is_told_and_nothing_is_stored(survey):
    before = draft_of(fresh(survey))
    editing.save(survey.pk, replace(before, name="First"), known=before.fingerprint)

    with pytest.raises(Conflict):
        editing.save(survey.pk, replace(before, name="Second"), known=before.fingerprint)

    assert fresh(survey).name == "First"


@pytest.mark.parametrize(
    ("change", "part", "advice"),
    [
        ({"name": ""}, "name", "name"),
        ({"name": "x" * 201}, "name", "200"),
        ({"delay_hours": 8761}, "delay_hours", "8760"),
        ({"words": {"de": Words(question="x" * 501)}}, "question.de", "500"),
        ({"words": {"de": Words(subject="x" * 201)}}, "subject.de", "200"),
        ({"words": {"de": Words(thanks="x" * 2001)}}, "thanks.de", "2000"),
    ],
)
def test_what_cannot_be_stored_is_refused(survey, change, part, advice):
    before = draft_of(fresh(survey))
    draft = replace(before, **change)

    assert list(errors_in(draft)) == [part] and advice in errors_in(draft)[part]
    with pytest.raises(Invalid) as refusal:
        editing.save(survey.pk, draft, known=before.fingerprint)

    assert refusal.value.field == part
    assert draft_of(fresh(survey)) == before


def test_a_survey_that_is_gone_is_not_found(db):
    with pytest.raises(NotFound):
        editing.save(0, editing.Draft("x", True), known="")


def test_a_draft_can_be_seen_without_storing_anything(survey, reasons):
    before = draft_of(fresh(survey))
    promoters = survey.questions.get(categories=["promoter"])
    draft = replace(before, words={"de": Words(question="Neu?")}, wordings={promoters.pk: {"de": "Warum?"}})

    seen = drafted(fresh(survey), draft)

    assert texts_of(seen, "de", shop_name="Tee").question == "Neu?"
    texts = {question.pk: question_text(question, "de", default_language="en") for question in seen.questions.all()}
    assert texts[promoters.pk] == "Warum?" and texts[reasons.pk] == "Why?"
    assert draft_of(fresh(survey)) == before
