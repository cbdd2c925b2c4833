from datetime import timedelta

import pytest

from saleor_nps_plugin import privacy
from saleor_nps_plugin.surveys.answering import judging, untrue
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import CaseNote, DetractorAlert, Invitation, Response, Source, Survey, Trace
from saleor_nps_plugin.surveys.reporting import reports, score_filter, tallies

SHOP = {"enabled": True, "delay_hours": "0", "shop_name": "Tea & Co"}
RULES = {
    "untrue_seconds": "too_fast",
    "untrue_per_device": "same_device",
    "untrue_per_network": "same_network",
    "untrue_same_comments": "same_comment",
}
LONG = "The parcel came late and the box was open."


@pytest.fixture
def answers(story):
    """Answers, each to a survey of its own, with what is known of how they came."""
    count = iter(range(10_000))

    def answer(score=0, comment="", *, source=Source.ORDER, address=None, trace=None, **traced):
        number = next(count)
        invitation = story.invite(email=address or f"shopper{number}@example.com", number=str(number))
        Invitation.objects.filter(pk=invitation.pk).update(source=source)
        response = story.answer(invitation, score, comment)
        response = Response.objects.select_related("survey", "invitation").get(pk=response.pk)
        given = {
            "network": f"10.0.{number // 200}.{number % 200}",
            "device": "Phone",
            "agent": "Phone",
            "seconds": 40.0,
        }
        untrue.note(response, trace=given | traced if trace is None else trace, now=story.now)
        return response

    return answer


def judge(story, **later):
    story.later(**(later or {"minutes": 2}))
    return judging.judge_due(now=story.now, limit=200)


def flags(*responses):
    return [Response.objects.get(pk=response.pk).flags for response in responses]


def counted():
    return reports.score(score_filter.ScoreFilter()).responses


def test_an_honest_answer_counts(answers, story):
    response = answers(9, LONG)

    assert judge(story) == 1
    assert flags(response) == [[]]
    assert (counted(), tallies.differences()) == (1, 0)


def test_an_answer_is_judged_a_minute_later_and_once(answers, story):
    response = answers(0, "Bad", seconds=0.4)

    assert judge(story, seconds=59) == 0
    assert flags(response) == [[]]
    assert judge(story, seconds=2) == 1
    assert judge(story) == 0
    assert CaseNote.objects.count() == 1


def test_what_looks_untrue_is_kept_and_left_out_of_the_score(answers, story):
    response, honest = answers(0, "Bad", honeypot=True), answers(10)

    judge(story)

    response.refresh_from_db()
    assert (response.flags, response.is_counted, response.comment) == (["honeypot"], False, "Bad")
    assert response.exclusion_reason == "Looks untrue: a field that people do not see was filled in"
    assert flags(honest) == [[]]
    assert (counted(), reports.score(score_filter.ScoreFilter()).value, tallies.differences()) == (1, 100, 0)
    note = CaseNote.objects.get()
    assert note.facts["flags"] == [[], ["honeypot"]]
    assert (note.author_id, note.kind, note.facts["revision"]) == (None, "change", response.revision)


@pytest.mark.parametrize(
    ("comment", "seconds", "expected"),
    [("Bad", 1.9, ["too_fast"]), ("Bad", 2.0, []), ("", 0.1, []), ("Bad", None, []), ("Bad", -5, []), ("Bad", "0", [])],
)
def test_nobody_writes_within_two_seconds(answers, story, comment, seconds, expected):
    response = answers(5, comment, seconds=seconds)

    judge(story)

    assert flags(response) == [expected]


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", []),
        ("Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) Chrome/130.0 Mobile Safari/537.36", []),
        ("", []),
        ("python-requests/2.32", ["scanner"]),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", ["scanner"]),
        ("Mozilla/5.0 HeadlessChrome/130.0", ["scanner"]),
    ],
)
def test_programs_are_known_by_what_they_call_themselves(answers, story, agent, expected):
    response = answers(5, agent=agent)

    judge(story)

    assert flags(response) == [expected]


def test_five_answers_a_day_from_one_device_are_fine_and_six_are_not(answers, story):
    first = [answers(0, network="203.0.113.7") for _ in range(5)]
    other = answers(0, network="203.0.113.7", device="Laptop")
    judge(story)
    assert flags(*first, other) == [[]] * 6

    sixth = answers(0, network="203.0.113.7")
    judge(story)

    assert flags(*first, sixth) == [["same_device"]] * 6
    assert flags(other) == [[]]
    assert (counted(), tallies.differences()) == (1, 0)


def test_another_day_is_another_day(answers, story):
    first = [answers(0, network="203.0.113.7") for _ in range(5)]
    story.later(days=1)
    later = answers(0, network="203.0.113.7")

    judge(story)

    assert flags(*first, later) == [[]] * 6
    assert len({trace.device for trace in Trace.objects.all()}) == 2


def test_more_than_twenty_answers_a_day_from_one_network_are_not_customers(answers, story, shop):
    shop.configure(**SHOP, untrue_per_network="2")
    inside = [answers(0, network="2001:db8:1:2::1", device="A"), answers(0, network="2001:db8:1:2:ffff::9", device="B")]
    outside = answers(0, network="2001:db8:1:3::1")
    judge(story)
    assert flags(*inside, outside) == [[], [], []]

    third = answers(0, network="2001:db8:1:2::3", device="C")
    judge(story)

    assert flags(*inside, third, outside) == [["same_network"], ["same_network"], ["same_network"], []]


def test_a_tablet_in_the_store_is_one_device_for_everybody(answers, story):
    tablet = [answers(0, network="203.0.113.7", source=Source.KIOSK) for _ in range(30)]

    judge(story)

    assert flags(*tablet) == [[]] * 30
    assert {trace.device + trace.network for trace in Trace.objects.all()} == {""}


def test_employees_share_a_network(answers, story):
    answer = answers(0, trace={})
    Survey.objects.update(touchpoint="employee")
    response = Response.objects.select_related("survey", "invitation").get(pk=answer.pk)

    untrue.note(response, trace={"network": "203.0.113.7", "device": "Phone"}, now=story.now)

    trace = Trace.objects.get(response=response)
    assert trace.network == "" != trace.device


def test_the_same_words_three_times_within_a_week(answers, story):
    first = [answers(0, LONG), answers(0, "the parcel came LATE, and the box was open")]
    short = [answers(0, "Too late, sorry.") for _ in range(3)]
    judge(story)
    assert flags(*first, *short) == [[]] * 5

    story.later(days=3)
    third = answers(0, f"  {LONG}\n")
    judge(story)

    assert flags(*first, third, *short) == [["same_comment"]] * 3 + [[]] * 3


def test_the_same_words_after_a_week_are_no_pattern(answers, story):
    first = [answers(0, LONG), answers(0, LONG)]
    story.later(days=7, minutes=1)
    later = answers(0, LONG)

    judge(story)

    assert flags(*first, later) == [[], [], []]


def test_staff_who_put_one_back_win_for_ever(answers, story):
    responses = [answers(0, network="203.0.113.7") for _ in range(6)]
    judge(story)
    cases.update_response(responses[0].pk, cases.Changes(is_counted=True), staff_id=5, now=story.now)

    answers(0, network="203.0.113.7")
    untrue.note(responses[0], trace={"honeypot": True}, now=story.now)
    judge(story)

    back = Response.objects.get(pk=responses[0].pk)
    assert (back.is_counted, back.flags, back.exclusion_reason) == (True, ["same_device"], "")
    assert untrue.is_put_back(back)
    assert (counted(), tallies.differences()) == (1, 0)


def test_what_staff_wrote_stays_their_reason(answers, story):
    response = answers(0, "Bad", honeypot=True)
    cases.update_response(
        response.pk, cases.Changes(is_counted=False, exclusion_reason="A test"), staff_id=5, now=story.now
    )

    judge(story)

    response.refresh_from_db()
    assert (response.flags, response.exclusion_reason) == (["honeypot"], "A test")
    assert untrue.told_reason(response) == "A test"


def test_flags_add_up_and_are_told_in_the_readers_language(answers, story):
    response = answers(0, LONG, seconds=1)
    judge(story)
    assert flags(response) == [["too_fast"]]

    untrue.note(response, trace={"honeypot": True}, now=story.now)
    judge(story)

    response.refresh_from_db()
    assert response.flags == ["too_fast", "honeypot"]
    assert untrue.told_reason(response) == (
        "Looks untrue: answered faster than anybody writes, a field that people do not see was filled in"
    )


def test_staff_are_not_told_of_a_detractor_who_looks_untrue(answers, story, shop):
    shop.configure(**SHOP, staff_emails="care@tea.example")
    answers(0, "Bad", honeypot=True)
    assert DetractorAlert.objects.count() == 1

    judge(story)

    assert DetractorAlert.objects.count() == 0


def test_an_operator_who_trusts_everybody(answers, story, shop):
    shop.configure(**SHOP, flag_untrue="false")

    response = answers(0, "Bad", honeypot=True)

    assert (Trace.objects.count(), judge(story), flags(response)) == (0, 0, [[]])


@pytest.mark.parametrize(("setting", "flag"), RULES.items())
def test_nought_turns_every_other_rule_off(answers, story, shop, setting, flag):
    shop.configure(**SHOP, **dict.fromkeys(set(RULES) - {setting}, "0"))
    responses = [answers(0, LONG, network="203.0.113.7", seconds=0) for _ in range(21)]

    judge(story)

    assert flags(*responses) == [[flag]] * 21


def test_nobody_is_known_again_by_what_is_stored(answers, story):
    answers(0, LONG, network="203.0.113.7", device="Phone 12", agent="Phone 12")

    trace = Trace.objects.get()
    stored = "".join(str(value) for value in vars(trace).values())
    assert "203.0" not in stored and "Phone" not in stored and "parcel" not in stored
    assert (len(trace.device), len(trace.network), len(trace.words)) == (64, 64, 64)


def test_traces_are_gone_after_a_week_and_with_their_author(answers, story):
    answers(0, address="ada@example.com")
    answers(0)
    privacy.forget(email="ada@example.com", now=story.now)
    assert Trace.objects.count() == 1

    judging.forget_old(now=story.now + timedelta(days=7))
    assert Trace.objects.count() == 1
    judging.forget_old(now=story.now + timedelta(days=7, seconds=1))
    assert Trace.objects.count() == 0


@pytest.mark.parametrize(
    "trace",
    [{}, {"network": 7, "device": None, "agent": [], "seconds": "x"}, {"network": "x" * 5000, "seconds": 1e400}],
)
def test_nonsense_is_not_judged(answers, story, trace):
    response = answers(0, LONG, trace=trace)

    judge(story)

    assert flags(response) == [[]]


def test_an_anonymous_answer_leaves_no_trace(answers, story, survey):
    Survey.objects.update(is_anonymous=True)

    answers(0, honeypot=True)

    assert Trace.objects.count() == 0


def test_many_are_judged_in_batches(answers, story):
    responses = [answers(0, network="203.0.113.7") for _ in range(12)]
    story.later(minutes=2)

    while judging.judge_due(now=story.now, limit=5) == 5:
        pass

    assert flags(*responses) == [["same_device"]] * 12
    assert (counted(), tallies.differences()) == (0, 0)
