"""npsResponse and npsResponses: who may read them, filters, sorting, pages."""

from datetime import timedelta

import pytest
from saleor.core.utils import build_absolute_uri

from saleor_nps_plugin.surveys.answering.submission import SubmittedAnswer
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.models import Answer, Question, Response

from .conftest import ask, complaint, global_id, refusal

RESPONSE = """
query ($id: ID!) {
  npsResponse(id: $id) {
    id score category comment discourageScore languageCode createdAt updatedAt editableUntil isCounted exclusionReason
    caseStatus tags
    survey { slug } invitation { status url order { id } } order { id number } user { id email } channel { slug }
    answers { text question { text } }
    assignee { email } notes { id text user { email } createdAt }
  }
}
"""
RESPONSES = """
query ($filter: NpsResponseFilterInput, $sortBy: NpsResponseSortingInput, $first: Int, $after: String, $last: Int, $before: String) {
  npsResponses(filter: $filter, sortBy: $sortBy, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { comment } }
  }
}
"""


def comments(client, **arguments):
    """The comments of the listed responses, in order."""
    if not {"first", "last"} & arguments.keys():
        arguments["first"] = 100
    page = ask(client, RESPONSES, **arguments)["npsResponses"]
    return [edge["node"]["comment"] for edge in page["edges"]]


def of(response):
    return global_id("NpsResponse", response.pk)


@pytest.fixture
def response(story, order):
    return story.answer(order, 2, "Too cold")


@pytest.fixture
def three(story, place):
    """Answers of three days, oldest first; their comments are their scores."""
    return [story.ago(days=days).answer(place(), score, str(score)) for days, score in ((2, 10), (1, 0), (0, 8))]


def test_staff_read_a_response_with_everything_around_it(staff, story, survey, order, customer_user):
    question = Question.objects.create(survey=survey, position=10, texts={"en": "What else?"})
    response = story.answer(
        order, 2, "Too cold", answers=(SubmittedAnswer(question.pk, text="Late"),), discourage_score=7
    )
    changes = Changes(
        case_status="in_progress",
        assignee_id=staff.user.pk,
        tags=["late"],
        note="Called",
        is_counted=False,
        exclusion_reason="A test",
    )
    cases.update_response(response.pk, changes, staff_id=staff.user.pk, now=story.now)

    seen = ask(staff, RESPONSE, id=of(response))["npsResponse"]

    note = response.notes.get(kind="note")
    assert seen == {
        "id": of(response),
        "score": 2,
        "category": "DETRACTOR",
        "comment": "Too cold",
        "discourageScore": 7,
        "languageCode": "EN",
        "createdAt": story.now.isoformat(),
        "updatedAt": story.now.isoformat(),
        "editableUntil": (story.now + timedelta(hours=24)).isoformat(),
        "isCounted": False,
        "exclusionReason": "A test",
        "caseStatus": "IN_PROGRESS",
        "tags": ["late"],
        "survey": {"slug": "after-delivery"},
        "invitation": {
            "status": "ANSWERED",
            "url": seen["invitation"]["url"],
            "order": {"id": global_id("Order", order.pk)},
        },
        "order": {"id": global_id("Order", order.pk), "number": str(order.number)},
        "user": {"id": global_id("User", customer_user.pk), "email": customer_user.email},
        "channel": {"slug": order.channel.slug},
        "answers": [{"text": "Late", "question": {"text": "What else?"}}],
        "assignee": {"email": staff.user.email},
        "notes": [
            {
                "id": global_id("NpsNote", note.pk),
                "text": "Called",
                "user": {"email": staff.user.email},
                "createdAt": story.now.isoformat(),
            }
        ],
    }
    assert seen["invitation"]["url"].startswith(build_absolute_uri("/plugins/global/nps/s/"))


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_read_responses(request, asker, response):
    client = request.getfixturevalue(asker)

    assert refusal(client, RESPONSE, id=of(response)) == "PermissionDenied"
    assert refusal(client, RESPONSES, first=1) == "PermissionDenied"


def test_an_app_with_the_permission_reads_responses(app_with_permission, response):
    assert ask(app_with_permission, RESPONSE, id=of(response))["npsResponse"]["order"] is not None
    assert comments(app_with_permission) == ["Too cold"]


def test_staff_of_one_channel_read_its_responses_only(polish_staff, story, response, polish_order):
    polish = story.answer(polish_order, 9, "Cześć")

    assert comments(polish_staff) == ["Cześć"]
    assert ask(polish_staff, RESPONSE, id=of(polish))["npsResponse"]["score"] == 9
    assert ask(polish_staff, RESPONSE, id=of(response))["npsResponse"] is None
    assert comments(polish_staff, filter={"channels": [response.channel]}) == []


def test_what_is_forgotten_leaves_the_score(staff, story, response):
    response.shopper.delete()
    response.invitation.delete()
    Response.objects.update(order_id=None)

    seen = ask(staff, RESPONSE, id=of(response))["npsResponse"]

    assert (seen["score"], seen["user"], seen["order"], seen["invitation"]) == (2, None, None, None)


def test_a_deleted_order_and_a_deleted_channel_read_as_null(staff, story, response, order):
    Response.objects.update(channel="gone")
    order.delete()

    seen = ask(staff, RESPONSE, id=of(response))["npsResponse"]

    assert (seen["order"], seen["channel"], seen["comment"]) == (None, None, "Too cold")


@pytest.mark.parametrize("unknown", [global_id("NpsResponse", 10**12), global_id("NpsResponse", 10**30)])
def test_an_unknown_response_is_null(staff, survey, unknown):
    assert ask(staff, RESPONSE, id=unknown)["npsResponse"] is None


@pytest.mark.parametrize("wrong", ["", "x", global_id("Order", 1), global_id("NpsResponse", "x")])
def test_an_id_that_is_none_is_refused_in_words(staff, survey, wrong):
    assert "NpsResponse" in complaint(staff, RESPONSE, id=wrong)


def test_responses_are_filtered(staff, story, survey, order_with_lines, polish_order, place, customer_user2):
    product = order_with_lines.lines.first().variant.product
    cold = story.ago(days=3).answer(polish_order, 2, "Too cold")
    story.ago(days=2).answer(order_with_lines, 9, "Lovely")
    story.answer(place(user=customer_user2, user_email=customer_user2.email), 7)
    changes = Changes(
        case_status="resolved",
        assignee_id=staff.user.pk,
        tags=["late", "cold"],
        is_counted=False,
        exclusion_reason="Test",
    )
    cases.update_response(cold.pk, changes, staff_id=None, now=story.now)

    def found(**wanted):
        return comments(staff, filter=wanted)

    assert found() == ["", "Lovely", "Too cold"]
    assert found(search="COLD") == ["Too cold"]
    assert found(search=str(order_with_lines.number)) == ["Lovely"]
    assert found(search=f"#{order_with_lines.number}") == ["Lovely"]
    assert found(search=" ") == ["", "Lovely", "Too cold"]
    assert found(search="100%") == []
    assert found(search="\x00") == ["", "Lovely", "Too cold"]
    assert found(categories=["DETRACTOR", "PASSIVE"]) == ["", "Too cold"]
    assert found(scores=[9, 2]) == ["Lovely", "Too cold"]
    assert found(scores=[9], categories=["DETRACTOR"]) == []
    assert found(channels=[polish_order.channel.slug]) == ["Too cold"]
    assert found(surveys=[global_id("NpsSurvey", survey.pk)]) == ["", "Lovely", "Too cold"]
    assert found(surveys=[global_id("NpsSurvey", survey.pk + 1)]) == []
    assert found(touchpoints=["EMPLOYEE"]) == []
    assert found(products=[global_id("Product", product.pk)]) == ["Lovely"]
    assert found(caseStatuses=["RESOLVED", "OPEN"]) == ["Too cold"]
    assert found(assignee=global_id("User", staff.user.pk)) == ["Too cold"]
    assert found(tags=["late", "other"]) == ["Too cold"]
    assert found(hasComment=True) == ["Lovely", "Too cold"]
    assert found(hasComment=False) == [""]
    assert found(isCounted=False) == ["Too cold"]
    assert found(isCounted=True) == ["", "Lovely"]
    assert found(customer=global_id("User", customer_user2.pk)) == [""]
    assert found(responded={"gte": (story.now - timedelta(days=2)).isoformat()}) == ["", "Lovely"]
    assert found(responded={"lte": (story.now - timedelta(days=2)).isoformat()}) == ["Lovely", "Too cold"]
    assert found(search="cold", hasComment=True, isCounted=True) == []


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"search": "x" * 201}, "at most 200"),
        ({"tags": ["a"] * 101}, "at most 100"),
        ({"customer": "x"}, "Expected: User"),
        ({"assignee": global_id("Order", 1)}, "Expected: User"),
        ({"products": ["x"]}, "Expected: Product"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_words(staff, survey, wanted, words):
    assert words in complaint(staff, RESPONSES, first=1, filter=wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"responded": {"lte": "0001-01-01T00:00:00+00:00"}},
        {"responded": {"gte": "9999-12-31T23:59:59+00:00"}},
        {"scores": [2147483647, -1]},
        {"customer": global_id("User", 2**40)},
        {"assignee": global_id("User", 10**30)},
        {"tags": ["\x00"]},
        {"channels": [""]},
        {"products": [global_id("Product", 10**30)]},
        {"search": "9" * 200},
        {"search": "\\%_'\""},
    ],
)
def test_a_filter_that_nothing_matches_lists_nothing(staff, response, wanted):
    assert comments(staff, filter=wanted) == []


def test_responses_are_sorted(staff, three):
    assert comments(staff) == ["8", "0", "10"]
    assert comments(staff, sortBy={"field": "CREATED_AT", "direction": "ASC"}) == ["10", "0", "8"]
    assert comments(staff, sortBy={"field": "SCORE", "direction": "ASC"}) == ["0", "8", "10"]
    assert comments(staff, sortBy={"field": "SCORE", "direction": "DESC"}) == ["10", "8", "0"]


@pytest.mark.parametrize(
    "sort_by", [None, {"field": "SCORE", "direction": "DESC"}, {"field": "CREATED_AT", "direction": "ASC"}]
)
def test_pages_follow_each_other(staff, three, sort_by):
    everything = comments(staff, sortBy=sort_by)
    first = ask(staff, RESPONSES, first=2, sortBy=sort_by)["npsResponses"]
    second = ask(staff, RESPONSES, first=2, after=first["pageInfo"]["endCursor"], sortBy=sort_by)["npsResponses"]
    back = ask(staff, RESPONSES, last=2, before=second["pageInfo"]["startCursor"], sortBy=sort_by)["npsResponses"]

    assert [edge["node"]["comment"] for page in (first, second) for edge in page["edges"]] == everything
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert back["edges"] == first["edges"]
    assert first["totalCount"] == second["totalCount"] == 3
    assert comments(staff, last=1, sortBy=sort_by) == everything[-1:]


def test_a_page_has_the_bounds_that_saleor_sets(staff, survey):
    answer = staff.post_graphql(RESPONSES, {"first": 101}).json()
    assert "exceeds the `first` limit" in answer["errors"][0]["message"]
    assert "`first` or `last`" in complaint(staff, RESPONSES)
    assert "cursor is invalid" in complaint(staff, RESPONSES, first=1, after="x")


def test_answers_to_a_question_stay_readable_when_a_choice_is_gone(staff, story, survey, response):
    question = Question.objects.create(
        survey=survey, position=10, kind="single_choice", choices=[{"value": "tea", "labels": {}}]
    )
    Answer.objects.create(response=response, question=question, choices=["tea", "gone"])
    query = "query ($id: ID!) { npsResponse(id: $id) { answers { choices { value label } } } }"

    answers = ask(staff, query, id=of(response))["npsResponse"]["answers"]

    assert answers == [{"choices": [{"value": "tea", "label": "tea"}]}]
