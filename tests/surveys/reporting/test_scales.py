"""Answers on different scales are never counted together."""

from itertools import chain

import pytest

from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.making import editing
from saleor_nps_plugin.surveys.making.editing import Draft
from saleor_nps_plugin.surveys.models import Invitation, Tally
from saleor_nps_plugin.surveys.reporting import reports, tallies
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from saleor_nps_plugin.surveys.reporting.scoring import SCALES, Category, category, scores_of, scores_on
from tests.surveys.story import an_order


@pytest.fixture
def csat(survey):
    """A survey on another scale beside the one after a delivery."""
    return editing.create(Draft("Satisfied?", True, scale="csat", ignores_cooldown=True))


def test_other_scales_never_reach_the_score(story, survey, csat):
    order = story.invite_all(email="a@example.com")
    story.answer(order[csat.pk], 1)
    before = reports.score(ScoreFilter())
    story.answer(order[survey.pk], 9)

    assert before.responses == 0
    assert reports.score(ScoreFilter()).distribution == (0,) * 9 + (1, 0)
    assert {row.dimension for row in Tally.objects.filter(survey=csat)} == {
        "csat:",
        "csat:category",
        "csat:customer_kind",
        "csat:language",
        "csat:product",
    }
    assert not Tally.objects.filter(survey=survey, dimension__contains=":").exists()
    whole = Tally.objects.get(survey=csat, dimension="csat:", span="day", country="")
    assert (whole.sent, whole.answered, whole.score_1) == (1, 1, 1)
    assert tallies.differences() == 0


def test_tallies_of_every_scale_can_be_made_anew(story, survey, csat):
    for number, score in enumerate((1, 3, 5)):
        order = story.invite_all(email=f"{number}@example.com")
        story.answer(order[csat.pk], score)
        story.answer(order[survey.pk], score)
    before = sorted(Tally.objects.values_list("dimension", "span", "country", "key", "sent", "score_1"))

    tallies.rebuild()

    after = sorted(Tally.objects.values_list("dimension", "span", "country", "key", "sent", "score_1"))
    assert after == before and len(after) > 20
    assert tallies.differences() == 0


def test_a_wrong_count_on_another_scale_is_noticed(story, csat):
    story.answer(story.invite_all()[csat.pk], 4)
    Tally.objects.filter(dimension="csat:", span="day", country="").update(score_4=2)

    assert tallies.differences() == 1


def test_every_score_of_a_scale_is_in_one_category():
    for scale in SCALES:
        groups = [scores_of(one, scale=scale) for one in Category]
        assert sorted(chain.from_iterable(groups)) == list(scores_on(scale))
        assert all(
            category(score, scale) is one for one, scores in zip(Category, groups, strict=True) for score in scores
        )
    assert [list(scores_on(scale))[:: len(scores_on(scale)) - 1] for scale in SCALES] == [
        [0, 10],
        [0, 10],
        [1, 5],
        [1, 7],
    ]


@pytest.fixture
def story(story):
    def invite_all(**changes):
        """An order is fulfilled and every survey about it sent; the invitations by survey."""
        order = an_order(**changes)
        story.shop.add_order(order)
        scheduling.schedule_order(order, now=story.now)
        story.send()
        return {row.survey_id: row for row in Invitation.objects.filter(order_id=order.id)}

    story.invite_all = invite_all
    return story
