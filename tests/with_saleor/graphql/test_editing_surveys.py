"""npsSurveyCreate and npsSurveyUpdate."""

from dataclasses import replace

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering.submission import SubmittedAnswer
from saleor_nps_plugin.surveys.making import editing
from saleor_nps_plugin.surveys.making.editing import Draft, QuestionDraft
from saleor_nps_plugin.surveys.making.ready_questions import ready_question
from saleor_nps_plugin.surveys.models import Question, Survey, SurveyText, SurveyVersion

from .conftest import ask, global_id, refusal

FIELDS = """
  npsSurvey {
    id name slug touchpoint isActive channels { slug } delayHours weight scale ignoresCooldown asksDiscourage isAnonymous
    version question(languageCode: DE) discourageQuestion(languageCode: EN)
    questions(languageCode: DE) { id kind role text categories isRequired isComment choices { value label } }
  }
  errors { field message code }
"""
CREATE = "mutation ($input: NpsSurveyInput!) { npsSurveyCreate(input: $input) { %s } }" % FIELDS
UPDATE = "mutation ($id: ID!, $input: NpsSurveyInput!) { npsSurveyUpdate(id: $id, input: $input) { %s } }" % FIELDS
ANSWERS = """
query ($id: ID!) {
  npsResponse(id: $id) { category answers { question { text choices { value } } choices { value label } yes } }
}
"""
ASKED = """
query ($token: String!) {
  npsInvitation(token: $token) { survey { version questions { text role choices { value label } } } }
}
"""

pytestmark = pytest.mark.every_version


@pytest.fixture
def manager(staff_who):
    return staff_who("manage_plugins")


@pytest.fixture
def create(manager):
    def create(client=None, **given):
        return ask(client or manager, CREATE, input=given)["npsSurveyCreate"]

    return create


@pytest.fixture
def update(manager, survey):
    def update(client=None, of=None, **given):
        node = global_id("NpsSurvey", (of or survey).pk)
        return ask(client or manager, UPDATE, id=node, input=given)["npsSurveyUpdate"]

    return update


def wrong(answer):
    assert answer["npsSurvey"] is None
    return [(error["field"], error["code"]) for error in answer["errors"]]


AGAIN = {"kind": "YES_NO", "texts": [{"languageCode": "EN", "text": "Again?"}]}
WHY = {
    "kind": "SINGLE_CHOICE",
    "texts": [{"languageCode": "DE", "text": "Warum?"}, {"languageCode": "EN", "text": "Why?"}],
    "categories": ["DETRACTOR"],
    "isRequired": True,
    "choices": [
        {"value": "late", "labels": [{"languageCode": "DE", "label": "Zu spät"}]},
        {"value": "quality", "labels": []},
    ],
}


def test_a_survey_is_made(create, channel_USD, nps_plugin):
    nps_plugin(shop_name="Tea")
    made = create(
        name="Visit to the\nstore",
        slug="store",
        touchpoint="STORE_VISIT",
        isActive=False,
        channels=[channel_USD.slug],
        delayHours=3,
        weight=0.5,
        ignoresCooldown=True,
        asksDiscourage=True,
        texts=[{"languageCode": "DE", "question": "Wie war es?", "subject": "Besuch"}],
        questions=[WHY, {"kind": "TEXT", "texts": [], "isComment": True}],
    )

    assert made["errors"] == []
    survey = Survey.objects.get(slug="store")
    why, comment = survey.questions.all()
    assert made["npsSurvey"] == {
        "id": global_id("NpsSurvey", survey.pk),
        "name": "Visit to the store",
        "slug": "store",
        "touchpoint": "STORE_VISIT",
        "isActive": False,
        "channels": [{"slug": channel_USD.slug}],
        "delayHours": 3,
        "weight": 0.5,
        "scale": "NPS",
        "ignoresCooldown": True,
        "asksDiscourage": True,
        "isAnonymous": False,
        "version": 1,
        "question": "Wie war es?",
        "discourageQuestion": "How likely are you to advise others against buying from Tea?",
        "questions": [
            {
                "id": global_id("NpsQuestion", why.pk),
                "kind": "SINGLE_CHOICE",
                "role": None,
                "text": "Warum?",
                "categories": ["DETRACTOR"],
                "isRequired": True,
                "isComment": False,
                "choices": [
                    {"value": "late", "label": "Zu spät"},
                    {"value": "quality", "label": made["npsSurvey"]["questions"][0]["choices"][1]["label"]},
                ],
            },
            {
                "id": global_id("NpsQuestion", comment.pk),
                "kind": "TEXT",
                "role": None,
                "text": made["npsSurvey"]["questions"][1]["text"],
                "categories": [],
                "isRequired": False,
                "isComment": True,
                "choices": [],
            },
        ],
    }
    assert made["npsSurvey"]["questions"][0]["choices"][1]["label"] != "quality"


def test_a_survey_needs_a_name_and_a_moment_only(create):
    made = create(name="Tea tasting", touchpoint="RELATIONSHIP")["npsSurvey"]

    assert (made["slug"], made["isActive"], made["weight"], made["scale"]) == ("tea-tasting", True, 1.0, "NPS")
    assert made["questions"] == [] and made["discourageQuestion"] is None


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"name": None}, "name", "REQUIRED"),
        ({"name": " \n"}, "name", "INVALID"),
        ({"name": "x" * 201}, "name", "INVALID"),
        ({"touchpoint": None}, "touchpoint", "REQUIRED"),
        ({"slug": "after-delivery"}, "slug", "UNIQUE"),
        ({"slug": "tea time"}, "slug", "INVALID"),
        ({"weight": -1}, "weight", "INVALID"),
        ({"weight": 1e300}, "weight", "INVALID"),
        ({"delayHours": 8761}, "delayHours", "INVALID"),
        ({"channels": ["moon"]}, "channels", "NOT_FOUND"),
        ({"channels": ["\x00"]}, "channels", "NOT_FOUND"),
        ({"texts": [{"languageCode": "DE", "question": "x" * 501}]}, "texts", "INVALID"),
        (
            {"texts": [{"languageCode": "DE", "question": "a"}, {"languageCode": "DE", "question": "b"}]},
            "texts",
            "INVALID",
        ),
        ({"questions": [AGAIN] * 9}, "questions", "INVALID"),
        ({"questions": [AGAIN] * 500}, "questions", "INVALID"),
        ({"questions": [{"kind": "YES_NO", "texts": []}]}, "questions", "INVALID"),
        ({"questions": [{**WHY, "choices": []}]}, "questions", "INVALID"),
        (
            {"questions": [{**WHY, "choices": [{"value": str(n), "labels": []} for n in range(31)]}]},
            "questions",
            "INVALID",
        ),
        ({"questions": [{**WHY, "choices": [{"value": "a", "labels": []}] * 2}]}, "questions", "INVALID"),
        ({"questions": [{**AGAIN, "role": "LIKED"}]}, "questions", "INVALID"),
        ({"questions": [{**AGAIN, "id": "nonsense"}]}, "questions", "GRAPHQL_ERROR"),
        ({"questions": [{**AGAIN, "id": global_id("NpsQuestion", 1)}]}, "questions", "NOT_FOUND"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(create, survey, given, field, code):
    count = Survey.objects.count()

    answer = create(**({"name": "Tea", "touchpoint": "RELATIONSHIP"} | given))

    assert wrong(answer) == [(field, code)]
    assert Survey.objects.count() == count


def test_everything_that_is_wrong_is_said_at_once(create):
    answer = create(
        name="x" * 201,
        touchpoint="RELATIONSHIP",
        delayHours=-1,
        questions=[AGAIN, {"kind": "YES_NO", "texts": []}],
    )

    assert {error["field"] for error in answer["errors"]} == {"name", "delayHours", "questions"}
    assert any(error["message"].startswith("Question 2: ") for error in answer["errors"])


def test_what_is_left_out_stays_as_it_is(update, survey):
    SurveyText.objects.create(survey=survey, language_code="de", question="Würden Sie?")
    before = list(survey.questions.values())

    changed = update(name="Delivered", delayHours=5)["npsSurvey"]

    assert (changed["name"], changed["delayHours"], changed["question"]) == ("Delivered", 5, "Würden Sie?")
    assert list(survey.questions.values()) == before
    assert update(delayHours=None)["errors"] == []
    survey.refresh_from_db()
    assert (survey.name, survey.delay_hours, survey.version) == ("Delivered", None, 1)


def test_texts_and_questions_replace_those_there_are(update, survey):
    SurveyText.objects.create(survey=survey, language_code="de", question="Würden Sie?")
    kept = survey.questions.get(categories=["promoter"])
    node = global_id("NpsQuestion", kept.pk)

    changed = update(
        texts=[{"languageCode": "PL", "question": "Czy?"}],
        questions=[AGAIN, {"id": node, "kind": "TEXT", "texts": [{"languageCode": "DE", "text": "Was war gut?"}]}],
    )["npsSurvey"]

    assert list(survey.texts.values_list("language_code", "question")) == [("pl", "Czy?")]
    again, comment = changed["questions"]
    assert (again["kind"], again["isComment"]) == ("YES_NO", False)
    assert comment == {
        "id": node,
        "kind": "TEXT",
        "role": None,
        "text": "Was war gut?",
        "categories": ["PROMOTER"],
        "isRequired": False,
        "isComment": True,
        "choices": [],
    }


def test_answers_show_the_questions_as_they_were_asked(staff, story, create, update, survey, order):
    update(questions=[WHY])
    why = Question.objects.get(kind="single_choice", survey=survey)
    response = story.answer(order, 3, answers=(SubmittedAnswer(why.pk, choices=("late",)),))
    node = global_id("NpsQuestion", why.pk)
    renamed = {
        **WHY,
        "id": node,
        "texts": [{"languageCode": "EN", "text": "How come?"}],
        "choices": [{"value": "cold", "labels": []}],
    }

    changed = update(questions=[renamed])["npsSurvey"]

    assert (changed["version"], changed["questions"][0]["text"]) == (2, "How come?")
    assert changed["questions"][0]["id"] != node
    assert SurveyVersion.objects.get().number == 1
    assert ask(staff, ANSWERS, id=global_id("NpsResponse", response.pk))["npsResponse"] == {
        "category": "DETRACTOR",
        "answers": [
            {
                "question": {"text": "Why?", "choices": [{"value": "late"}, {"value": "quality"}]},
                "choices": [{"value": "late", "label": "late"}],
                "yes": None,
            }
        ],
    }


def test_a_question_of_another_survey_is_not_taken(create, update, survey):
    other = editing.create(Draft("Other", True, questions=(QuestionDraft(kind="yes_no", texts={"en": "Theirs?"}),)))
    theirs = other.questions.get()

    answer = update(questions=[{**AGAIN, "id": global_id("NpsQuestion", theirs.pk)}])

    assert wrong(answer) == [("questions", "NOT_FOUND")]
    theirs.refresh_from_db()
    assert theirs.texts == {"en": "Theirs?"}


@pytest.mark.parametrize(
    ("node", "code"),
    [(global_id("NpsSurvey", 0), "NOT_FOUND"), ("nonsense", "GRAPHQL_ERROR"), (global_id("Order", 1), "GRAPHQL_ERROR")],
)
def test_an_id_that_names_no_survey_is_refused(manager, survey, node, code):
    answer = ask(manager, UPDATE, id=node, input={"name": "Mine"})["npsSurveyUpdate"]

    assert wrong(answer) == [("id", code)]
    assert not Survey.objects.filter(name="Mine").exists()


def test_the_slug_and_the_scale_stay_what_they_are(update, survey):
    assert wrong(update(slug="other")) == [("slug", "INVALID")]
    assert wrong(update(scale="CSAT")) == [("scale", "INVALID")]
    assert update(slug=survey.slug, scale="NPS")["errors"] == []


def test_only_who_manages_plugins_may(anybody, customer, staff, survey, update, create):
    for client in (anybody, customer, staff):
        assert refusal(client, CREATE, input={"name": "Mine", "touchpoint": "RELATIONSHIP"}) == "PermissionDenied"
        node = global_id("NpsSurvey", survey.pk)
        assert refusal(client, UPDATE, id=node, input={"name": "Mine"}) == "PermissionDenied"

    assert not Survey.objects.filter(name="Mine").exists()


def test_an_app_may(app_api_client, permission_manage_plugins, survey, update):
    app_api_client.app.permissions.add(permission_manage_plugins)

    assert update(client=app_api_client, name="By an app")["npsSurvey"]["name"] == "By an app"


def test_staff_of_some_channels_make_and_change_surveys_of_those_only(
    staff_who, create, update, survey, channel_USD, channel_PLN
):
    polish = staff_who("manage_plugins", channel=channel_PLN)
    named = {"name": "Mine", "touchpoint": "RELATIONSHIP"}

    assert wrong(create(polish, **named)) == [("channels", "NOT_FOUND")]
    assert wrong(create(polish, **named, channels=[channel_PLN.slug, channel_USD.slug])) == [("channels", "NOT_FOUND")]
    assert wrong(update(polish, name="Mine")) == [("id", "NOT_FOUND")]
    theirs = editing.create(Draft("Theirs", True, channels=(channel_USD.slug,)))
    assert wrong(update(polish, of=theirs, name="Mine")) == [("id", "NOT_FOUND")]
    assert not Survey.objects.filter(name="Mine").exists()

    own = create(polish, **named, channels=[channel_PLN.slug])["npsSurvey"]
    stored = Survey.objects.get(name="Mine")
    assert own["channels"] == [{"slug": channel_PLN.slug}]
    assert wrong(update(polish, of=stored, channels=[])) == [("channels", "NOT_FOUND")]
    assert wrong(update(polish, of=stored, channels=[channel_USD.slug])) == [("channels", "NOT_FOUND")]
    assert update(polish, of=stored, name="Ours")["npsSurvey"]["name"] == "Ours"


def test_who_manages_plugins_reads_surveys_but_no_scores(manager, survey):
    assert ask(manager, '{ npsSurvey(slug: "after-delivery") { slug channels { slug } } }')["npsSurvey"] == {
        "slug": "after-delivery",
        "channels": [],
    }
    answer = manager.post_graphql('{ npsSurvey(slug: "after-delivery") { score { value } } }').json()
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_products_of_the_order_are_choices_for_the_storefront(
    anybody, staff, story, survey, order_with_lines, now_asks
):
    product = str(order_with_lines.lines.first().variant.product_id)
    invitation = story.invite(order_with_lines)

    seen = ask(anybody, ASKED, token=invitation_token(invitation.key))["npsInvitation"]["survey"]

    question = seen["questions"][0]
    assert question["role"] == "PRODUCT" and product in {choice["value"] for choice in question["choices"]}
    label = {choice["value"]: choice["label"] for choice in question["choices"]}[product]
    asked = survey.questions.get(role="product")
    response = story.reply(invitation, 9, answers=(SubmittedAnswer(asked.pk, choices=(product,)),))
    answers = ask(staff, ANSWERS, id=global_id("NpsResponse", response.pk))["npsResponse"]["answers"]
    assert [choice["value"] for choice in answers[0]["choices"]] == [product]
    assert label and answers[0]["choices"][0]["label"]


@pytest.fixture
def now_asks(survey, story):
    """The survey asks about the product alone."""
    draft = editing.draft_of(survey)
    editing.save(survey.pk, replace(draft, questions=(ready_question("product"),)), known=None, now=story.now)
