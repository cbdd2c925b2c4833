from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Q

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Question, QuestionKind, Response
from saleor_nps_plugin.surveys.reporting.response_filter import ResponseFilter, count_up_to, matching

LATE, SOON = date(2026, 3, 5), date(2026, 3, 2)


@pytest.fixture
def answers(story, survey):
    """Three responses, told apart by their scores: 10, 7 and 2."""
    why = Question.objects.create(
        survey=survey, position=9, kind=QuestionKind.SINGLE_CHOICE, choices=[{"value": "late"}]
    )
    happy = story.invite(
        email="a@example.com", number="1001", user_id=7, lines=(Line(product_id="1", category_id="5", name="Assam"),)
    )
    story.answer(happy, 10, "Wonderful, 100 % tea")
    passive = story.invite(
        email="b@example.com", number="1002", channel="channel-pln", country="DE", language_code="de"
    )
    story.answer(passive, 7)
    story.later(days=3)
    sad = story.invite(email="c@example.com", number="2001")
    given = Submission(
        score=2, comment="ÄRGER: too late", answers=(SubmittedAnswer(question_id=why.pk, choices=("late",)),)
    )
    response = recording.submit(invitation_token(sad.key), given, now=story.now)
    changes = cases.Changes(assignee_id=4, tags=["angry", "tea"], case_status="in_progress")
    cases.update_response(response.pk, changes, staff_id=4, now=story.now)
    troll = Response.objects.get(score=7)
    cases.update_response(troll.pk, cases.Changes(is_counted=False, exclusion_reason="Test"), staff_id=4, now=story.now)
    return f"{why.pk}:late"


@pytest.mark.parametrize(
    ("wanted", "scores"),
    [
        ({}, [2, 7, 10]),
        ({"search": "TEA"}, [10]),
        ({"search": "ärger"}, [2]),
        ({"search": " too late "}, [2]),
        ({"search": "100 %"}, [10]),
        ({"search": "%%%"}, []),
        ({"search": "1002"}, [7]),
        ({"search": "#2001"}, [2]),
        ({"search": "te"}, []),
        ({"search": "   "}, [2, 7, 10]),
        ({"categories": ("promoter", "detractor")}, [2, 10]),
        ({"scores": (7, 8)}, [7]),
        ({"categories": ("promoter",), "scores": (7,)}, []),
        ({"channels": None}, [2, 7, 10]),
        ({"channels": ()}, []),
        ({"channels": ("channel-pln",)}, [7]),
        ({"survey_ids": (0,)}, []),
        ({"touchpoints": ("order_fulfilled",)}, [2, 7, 10]),
        ({"countries": ("DE", "AT")}, [7]),
        ({"languages": ("de",)}, [7]),
        ({"product_ids": ("1", "99")}, [10]),
        ({"category_ids": ("3",)}, [2, 7]),
        ({"customer_kinds": ("returning",)}, []),
        ({"customer_kinds": ("new",)}, [2, 7, 10]),
        ({"case_statuses": ("in_progress", "open")}, [2]),
        ({"assignee_id": 4}, [2]),
        ({"assignee_id": 0}, [7, 10]),
        ({"tags": ("tea", "other")}, [2]),
        ({"has_comment": True}, [2, 10]),
        ({"has_comment": False}, [7]),
        ({"is_counted": False}, [7]),
        ({"user_id": 7}, [10]),
        ({"since": LATE}, [2]),
        ({"until": SOON}, [7, 10]),
        ({"since": SOON, "until": date.max}, [2, 7, 10]),
        ({"search": "tea", "since": LATE}, []),
    ],
)
def test_a_filter_lets_through_what_it_says(answers, wanted, scores):
    found = matching(ResponseFilter(**wanted))

    assert sorted(found.values_list("score", flat=True)) == scores


def test_reasons_are_filtered_by_their_keys(answers):
    assert list(matching(ResponseFilter(reasons=(answers,))).values_list("score", flat=True)) == [2]
    assert not matching(ResponseFilter(reasons=("0:late",))).exists()


def test_counting_stops_at_the_limit(answers):
    rows = matching(ResponseFilter()).order_by("-created_at")

    assert (count_up_to(rows), count_up_to(rows, 2)) == (3, 2)


def test_a_search_can_use_the_index_of_comments(answers):
    for number in range(20):
        Response.objects.filter(score=7).update(tags=[str(number)])
    condition = Q(comment__icontains="too late") | Q(order_id__in=[uuid4()])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = Response.objects.filter(condition).explain()

    assert "nps_response_comment" in plan
    assert "nps_response_order" in plan
