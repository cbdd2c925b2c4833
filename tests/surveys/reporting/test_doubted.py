from datetime import date

import pytest

from saleor_nps_plugin.surveys.models import Response
from saleor_nps_plugin.surveys.reporting.doubted import Doubted, doubted
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from tests.surveys.reporting.respondents import a_survey, answers

EVERYTHING = ScoreFilter()


@pytest.fixture
def flagged(story, survey):
    """Somebody's answer looks untrue."""

    def flagged(*, about=survey, is_counted=False, **values):
        response = answers(story, about, 1, **values)
        Response.objects.filter(pk=response.pk).update(flags=["too_fast"], is_counted=is_counted)

    return flagged


def test_answers_that_staff_left_out_themselves_are_not_doubted(story, survey):
    response = answers(story, survey, 0)
    Response.objects.filter(pk=response.pk).update(is_counted=False, exclusion_reason="Test")

    assert doubted(EVERYTHING) == Doubted(left_out=0, put_back=0)
    assert Doubted(0, 0).share(0) is None


def test_the_share_is_of_all_answers(flagged):
    flagged()
    flagged(is_counted=True)

    found = doubted(EVERYTHING)

    assert found == Doubted(left_out=1, put_back=1)
    assert found.share(3) == 0.25


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({"channels": ("channel-pln",)}, 1),
        ({"countries": ("DE",)}, 1),
        ({"product_ids": ("7",)}, 1),
        ({"scale": "csat"}, 1),
        ({"since": date(2026, 3, 3)}, 0),
        ({}, 2),
    ],
)
def test_filters_narrow_it_down(flagged, wanted, number):
    flagged()
    flagged(channel="channel-pln", country="DE", segments={"product": ["7"]})
    flagged(about=a_survey("support", scale="csat"))

    assert doubted(ScoreFilter(**wanted)).left_out == number
