"""The surveys and questions that come with the plugin."""

import pytest

from saleor_nps_plugin import languages
from saleor_nps_plugin.surveys.making import editing, ready
from saleor_nps_plugin.surveys.making.editing import Draft, draft_of
from saleor_nps_plugin.surveys.making.ready_questions import READY
from saleor_nps_plugin.surveys.making.texts import REASONS, choice_label, question_text, texts_of
from saleor_nps_plugin.surveys.models import Question, QuestionRole, Survey


@pytest.fixture
def surveys(db):
    ready.ensure_survey()
    return {survey.slug: survey for survey in Survey.objects.all()}


def test_only_the_survey_after_a_delivery_asks_anybody_by_itself(surveys):
    assert {slug: (row.touchpoint, row.scale, row.is_active) for slug, row in surveys.items()} == {
        "after-delivery": ("order_fulfilled", "nps", True),
        "product-used": ("product_used", "nps", False),
        "csat": ("support_contact", "csat", False),
        "ces": ("support_contact", "ces", False),
        "recovery": ("support_contact", "recovery", True),
    }
    assert surveys["product-used"].delay_hours == 720 and surveys["product-used"].ignores_cooldown
    roles = {item.role for item in draft_of(surveys["product-used"]).questions}
    assert roles == {"product", "liked", "improve", ""}


def test_making_them_again_changes_nothing(surveys):
    Survey.objects.update(name="Ours", is_active=False)
    before = list(Survey.objects.order_by("pk").values())

    ready.ensure_survey()

    assert list(Survey.objects.order_by("pk").values()) == before


def test_a_shop_that_was_there_before_gets_the_new_ones_once(db):
    Survey.objects.all().delete()
    survey = Survey.objects.create(slug=ready.AFTER_DELIVERY, name="Ours", touchpoint="order_fulfilled")
    Question.objects.create(survey=survey, position=0)

    ready.ensure_survey()
    ready.ensure_survey()

    assert Survey.objects.count() == 5
    assert Survey.objects.get(pk=survey.pk).name == "Ours" and survey.questions.count() == 1


def test_a_shop_with_surveys_of_its_own_is_not_asked_about_deliveries(db):
    Survey.objects.all().delete()
    editing.create(Draft("Ours", True))

    ready.ensure_survey()

    assert not Survey.objects.filter(slug=ready.AFTER_DELIVERY).exists()


@pytest.mark.parametrize("slug", ["after-delivery", "product-used", "csat", "ces", "recovery"])
def test_nobody_is_asked_more_than_one_comment(surveys, slug):
    assert editing.errors_in(draft_of(surveys[slug])) == {}
    for category in ("promoter", "passive", "detractor"):
        asked = [item for item in draft_of(surveys[slug]).questions if category in (item.categories or [category])]
        assert sum(item.is_comment for item in asked) == 1


@pytest.mark.parametrize("code", languages.SUPPORTED)
def test_words_of_their_own_have_no_gaps(surveys, code):
    for survey in surveys.values():
        texts = texts_of(survey, code, shop_name="Tea & Co")
        for text in (texts.question, texts.subject, texts.thanks, texts.discourage):
            assert text and "{" not in text


def test_scales_and_touchpoints_have_words_of_their_own(surveys):
    def question(**changes):
        return texts_of(Survey(default_language="en", **changes), "en", shop_name="Tea", own=()).question

    asked = [
        question(touchpoint="order_fulfilled"),
        question(touchpoint="employee"),
        question(touchpoint="partner"),
        question(touchpoint="support_contact", scale="csat"),
        question(touchpoint="support_contact", scale="ces"),
        question(touchpoint="support_contact", scale="recovery"),
    ]

    assert len(set(asked)) == 6 and all("Tea" in text for text in asked)


def test_roles_have_words_and_reasons_labels(db):
    words = {
        role: question_text(Question(role=role, kind=READY[role].kind), "en", default_language="en")
        for role in QuestionRole.values
    }
    labels = {choice_label({"value": value}, "en", default_language="en") for value in REASONS}

    assert len(set(words.values())) == 5
    assert len(labels) == len(REASONS) and not labels & set(REASONS)
    assert choice_label({"value": "price", "labels": {"en": "Too dear"}}, "en", default_language="en") == "Too dear"
    assert choice_label({"value": "Nile"}, "de", default_language="en") == "Nile"


def test_a_question_written_in_one_language_only_is_shown_in_that(db):
    asked = Question(kind="yes_no", texts={"de": "Wieder?"})

    assert question_text(asked, "fr", default_language="en") == "Wieder?"


def test_who_is_asked_in_several_categories_reads_neutral_words(db):
    texts = {
        question_text(Question(categories=categories), "en", default_language="en")
        for categories in ([], ["passive", "detractor"], ["detractor", "passive"])
    }

    assert len(texts) == 1
