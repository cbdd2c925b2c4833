"""Anonymous answers: nothing leads from an address to what its owner answered, or back."""

import re
import smtplib
import threading
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from saleor_nps_plugin import errors, privacy
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.answering import ballots, recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.asking import sending, waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.asking.wave_progress import progress_of
from saleor_nps_plugin.surveys.models import (
    Ballot,
    DetractorAlert,
    Invitation,
    Question,
    Response,
    SealedAnswer,
    Survey,
    Touchpoint,
    Trace,
    Wave,
)
from saleor_nps_plugin.surveys.reporting import stages, tallies
from tests.forging import changed

DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def now():
    """Daytime in all of the shop's country, for mails of waves leave by day."""
    return DAY.replace(hour=19)


@pytest.fixture
def employees(survey):
    made = Survey.objects.create(
        name="Our people", slug="our-people", touchpoint=Touchpoint.EMPLOYEE, is_anonymous=True
    )
    Question.objects.create(survey=made, position=0, is_comment=True)
    Question.objects.create(survey=made, position=1, kind="yes_no")
    return made


@pytest.fixture
def ask(story, employees):
    """Ask so many people anonymously."""

    def ask(count, **plan):
        people = [Person(f"person{number}@shop.example", ("de", "en", "fa")[number % 3]) for number in range(count)]
        plan = waves.Plan(employees, "Staff", starts_at=story.now, days=1)
        return waves.ask_addresses(plan, people, channel="default-channel", now=story.now)

    return ask


def send(story):
    """The worker sends what is due; the token in each mail, by its address."""
    before = len(story.shop.outbox)
    while ballots.send_due(now=story.now):
        pass
    sending.send_due(now=story.now)
    return {mail.message.to[0]: re.search(r"/b/([^/]+)/", mail.message.body)[1] for mail in story.shop.outbox[before:]}


def every_table():
    """Every value of every column of every table of ours, as text, row by row."""
    rows = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'nps\\_%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} AS t")
            rows[table] = [row for (row,) in cursor.fetchall()]
    return rows


def key_in(token):
    return token[:32]


def is_named(key, text):
    return key in text.replace("-", "")


def test_after_a_wave_nothing_in_any_table_leads_from_an_address_to_an_answer(story, ask):
    ask(20)
    tokens = send(story)
    answered = list(tokens.items())[::2]
    for number, (_, token) in enumerate(answered):
        ballots.cast(token, Submission(score=number, comment=f"comment {number}"), now=story.later(minutes=7))

    tables = every_table()
    stored = "\n".join(row for rows in tables.values() for row in rows)

    assert len(tokens) == 20 and len(set(tokens.values())) == 20
    assert len(tables) > 25
    # Neither the addresses nor their hashes are anywhere at all.
    for address in tokens:
        assert address not in stored.lower()
        assert email_hash(address) not in stored
    # Used ballots are nowhere, and those that were not used are nowhere but in the pool.
    for _, token in answered:
        assert not is_named(key_in(token), stored)
    elsewhere = "\n".join(row for table, rows in tables.items() if table != "nps_ballot" for row in rows)
    for token in tokens.values():
        assert not is_named(key_in(token), elsewhere)
    # The answers have no column in which they differ but what was answered, and their number.
    rows = Response.objects.filter(survey__touchpoint="employee").values()
    assert len(rows) == 10
    differ = {name for row in rows for name, value in row.items() if value != rows[0][name]}
    assert differ <= {"id", "score", "comment"}
    assert {row["created_at"] for row in rows} == {row["updated_at"] for row in rows} == {DAY}
    assert {row["invitation_id"] for row in rows} == {row["shopper_id"] for row in rows} == {None}
    # The invitations say no more than that twenty people got a mail.
    rows = Invitation.objects.values()
    differ = {name for row in rows for name, value in row.items() if value != rows[0][name]}
    assert differ == {"id", "key", "language_code"}
    assert {row["status"] for row in rows} == {"sent"}
    assert not Trace.objects.exists() and not DetractorAlert.objects.exists() and not Shopper.objects.exists()


def test_answers_wait_sealed_until_five_are_in_and_come_out_in_any_order(story, ask):
    orders = set()
    for _ in range(4):
        ask(6)
        tokens = list(send(story).values())
        first = Response.objects.count()
        for score, token in enumerate(tokens[:4]):
            ballots.cast(token, Submission(score=score), now=story.now)
        assert Response.objects.count() == first and SealedAnswer.objects.count() == 4
        assert not Wave.objects.order_by("pk").last().position

        ballots.cast(tokens[4], Submission(score=4), now=story.now)

        assert SealedAnswer.objects.count() == 0
        scores = tuple(Response.objects.order_by("pk").values_list("score", flat=True))[first:]
        assert sorted(scores) == [0, 1, 2, 3, 4]
        orders.add(scores)
        Response.objects.all().delete()
    assert len(orders) > 1, "four times the same order of five has a chance of one in 1.7 million"


def test_mails_get_ballots_by_chance(story, ask):
    wave = ask(40)
    pool = [str(key) for key in Ballot.objects.filter(wave=wave).values_list("key", flat=True)]

    tokens = send(story)

    drawn = [key_in(token) for token in tokens.values()]
    assert sorted(drawn) == sorted(key.replace("-", "") for key in pool)
    assert drawn != [key.replace("-", "") for key in pool]
    assert Ballot.objects.filter(wave=wave, is_out=True).count() == 40


def test_a_ballot_is_good_once(story, ask):
    ask(5)
    token = next(iter(send(story).values()))

    ballots.cast(token, Submission(score=9), now=story.now)

    for refused in (
        lambda: ballots.cast(token, Submission(score=1), now=story.now),
        lambda: ballots.enter(token, now=story.now),
    ):
        with pytest.raises(errors.AlreadyAnswered):
            refused()
    assert SealedAnswer.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [changed, lambda token: changed(token, 0), lambda token: "", lambda token: token + "x" * 90],
)
def test_a_ballot_that_we_did_not_sign_opens_nothing(story, ask, change):
    ask(5)
    token = change(next(iter(send(story).values())))

    with pytest.raises(errors.TokenInvalid):
        ballots.cast(token, Submission(score=9), now=story.now)
    assert not SealedAnswer.objects.exists() and Ballot.objects.count() == 5


def test_a_wrong_answer_leaves_the_ballot_good(story, ask):
    ask(5)
    token = next(iter(send(story).values()))

    with pytest.raises(errors.ScoreOutOfRange):
        ballots.cast(token, Submission(score=11), now=story.now)

    ballots.cast(token, Submission(score=10), now=story.now)
    assert SealedAnswer.objects.get().content["score"] == 10


def test_follow_up_answers_come_out_whole(story, ask, employees):
    question = employees.questions.get(kind="yes_no")
    ask(5)
    for token in send(story).values():
        given = Submission(score=8, comment="fine", answers=(SubmittedAnswer(question.pk, yes=True),))
        ballots.cast(token, given, now=story.now)

    response = Response.objects.first()

    assert (response.score, response.comment, response.survey_version) == (8, "fine", 1)
    assert [answer.yes for answer in response.answers.all()] == [True]
    assert response.case_status == "none"


def test_detractors_open_no_case_for_nobody_could_be_answered(story, ask, shop):
    shop.configure(enabled=True, delay_hours="0", staff_emails="care@shop.example")
    ask(5)
    for token in send(story).values():
        ballots.cast(token, Submission(score=0, may_contact=True), now=story.now)

    assert set(Response.objects.values_list("case_status", flat=True)) == {"none"}
    assert not DetractorAlert.objects.exists()


def test_the_counts_are_true(story, ask):
    ask(7)
    for score, token in enumerate(list(send(story).values())[:6]):
        ballots.cast(token, Submission(score=score), now=story.now)
    while stages.count_new(limit=100):
        pass

    assert tallies.differences() == 0


def test_the_rest_comes_out_when_the_wave_is_over_and_a_few_alone_never_do(story, ask):
    ask(8)
    of_many = list(send(story).values())
    ask(8)
    of_few = list(send(story).values())
    for token in of_many[:7]:
        ballots.cast(token, Submission(score=9), now=story.now)
    story.later(days=3)
    for token in of_few[:4]:
        ballots.cast(token, Submission(score=1), now=story.now)

    story.later(days=70)
    waves.step_due(now=story.now)

    assert list(Response.objects.values_list("score", "created_at")) == [(9, DAY)] * 7
    assert not SealedAnswer.objects.exists() and not Ballot.objects.exists()
    assert {wave.finished_at for wave in Wave.objects.all()} == {story.now}
    with pytest.raises(errors.AlreadyAnswered):
        ballots.enter(of_few[5], now=story.now)


def test_a_link_whose_time_is_over_takes_no_answer(story, ask):
    ask(5)
    token = next(iter(send(story).values()))
    story.later(days=62)

    with pytest.raises(errors.TokenExpired):
        ballots.cast(token, Submission(score=9), now=story.now)
    assert not SealedAnswer.objects.exists()


def test_switched_off_means_off(story, ask, shop):
    ask(5)
    token = next(iter(send(story).values()))
    shop.configure(enabled=False)

    with pytest.raises(errors.PluginInactive):
        ballots.cast(token, Submission(score=9), now=story.now)


@pytest.mark.parametrize("count", [1, 4])
def test_fewer_than_five_people_are_not_asked(ask, count):
    with pytest.raises(errors.Invalid) as refused:
        ask(count)

    assert refused.value.field == "addresses"
    assert not Wave.objects.exists() and not Invitation.objects.exists() and not Ballot.objects.exists()


def test_those_who_refused_do_not_make_up_the_number(story, ask):
    Shopper.objects.create(email_hash=email_hash("person1@shop.example"), opted_out_at=story.now)

    with pytest.raises(errors.Invalid):
        ask(5)
    wave = ask(6)

    assert (wave.asked, wave.spared) == (5, 1)
    assert "person1@shop.example" not in send(story)


def test_the_way_out_is_by_address_and_lasts(story, ask):
    ask(5)
    send(story)
    mail = story.shop.outbox[0]
    token = re.search(r"/n/([^/]+)/", mail.message.body)[1]
    assert f"/n/{token}/" in mail.message.extra_headers["List-Unsubscribe"]

    ballots.opt_out(token, now=story.now)
    ballots.opt_out(token, now=story.later(days=1))

    assert ballots.has_opted_out(token)
    assert Shopper.objects.get().email_hash == email_hash(mail.message.to[0])
    with pytest.raises(errors.TokenInvalid):
        ballots.opt_out(token[:-1], now=story.now)


def test_whoever_refuses_after_the_wave_was_planned_is_spared(story, ask):
    ask(6)
    Shopper.objects.create(email_hash=email_hash("person2@shop.example"), opted_out_at=story.now)

    assert len(send(story)) == 5
    assert Invitation.objects.get(status="skipped").skip_reason == "opted_out"


def test_there_is_no_reminder_and_no_expiry_row(story, ask):
    ask(5)
    send(story)

    assert set(Invitation.objects.values_list("due_at", "address", "expires_at")) == {(None, "", None)}
    for days in (5, 100):
        story.later(days=days)
        assert send(story) == {}


def test_a_server_that_is_down_loses_no_mail(story, ask):
    ask(6)
    story.shop.mail_errors = [smtplib.SMTPServerDisconnected("down")]

    assert send(story) == {}
    story.later(minutes=5)
    tokens = send(story)

    assert len(tokens) == 6
    for token in tokens.values():
        ballots.cast(token, Submission(score=5), now=story.now)
    assert Response.objects.count() + SealedAnswer.objects.count() == 6


def test_a_mail_that_is_sent_by_itself_does_not_show_in_the_pool(story, ask):
    wave = ask(6)
    story.shop.mail_errors = [smtplib.SMTPDataError(451, b"later")]
    assert len(send(story)) == 5
    story.later(minutes=5)

    assert len(send(story)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM nps_ballot WHERE is_out AND wave_id = %s", [wave.pk])
        assert len(cursor.fetchall()) == 1


def test_mails_wait_for_the_morning_together(story, ask, shop):
    shop.configure(enabled=True, delay_hours="0", quiet_hours="5-14")
    ask(6)

    assert send(story) == {}
    assert len(set(Invitation.objects.values_list("due_at", flat=True))) == 1
    story.now = Invitation.objects.first().due_at
    assert len(send(story)) == 6


def test_a_stopped_wave_sends_nothing_more_and_forgets_the_addresses(story, ask):
    wave = ask(6)

    waves.stop(wave.pk, now=story.now)

    assert send(story) == {}
    assert set(Invitation.objects.values_list("address", "status")) == {("", "canceled")}
    assert not Ballot.objects.exists()


def test_progress_tells_no_number_below_five(story, ask):
    wave = ask(8)
    tokens = list(send(story).values())
    for token in tokens[:4]:
        ballots.cast(token, Submission(score=5), now=story.now)
    assert progress_of([wave])[wave.pk].answered is None

    ballots.cast(tokens[4], Submission(score=5), now=story.now)

    progress = progress_of([wave])[wave.pk]
    assert (progress.sent, progress.answered) == (8, 5)


def test_forgetting_a_person_takes_the_mail_back_that_waits(story, ask):
    ask(8)

    privacy.forget(email="Person3@shop.example", now=story.now)

    assert "person3@shop.example" not in send(story)
    assert not Invitation.objects.filter(address__icontains="person3").exists()


@pytest.mark.django_db(transaction=True)
def test_one_ballot_sent_many_times_at_once_is_one_answer(story, ask):
    ask(5)
    token = next(iter(send(story).values()))
    barrier, outcomes = threading.Barrier(4), []

    def answer():
        barrier.wait()
        try:
            ballots.cast(token, Submission(score=9), now=story.now)
            outcomes.append("taken")
        except errors.AlreadyAnswered:
            outcomes.append("refused")
        connections.close_all()

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused"] * 3 + ["taken"]
    assert SealedAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_five_answers_at_once_come_out(story, ask):
    ask(5)
    tokens = list(send(story).values())
    barrier = threading.Barrier(5)

    def answer(token):
        barrier.wait()
        ballots.cast(token, Submission(score=9), now=story.now)
        connections.close_all()

    threads = [threading.Thread(target=answer, args=[token]) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Response.objects.count() == 5 and not SealedAnswer.objects.exists()


def test_a_large_wave_goes_out_in_parts(story, ask):
    ask(450)

    tokens = send(story)

    assert len(tokens) == len(set(tokens.values())) == 450
    assert Invitation.objects.filter(sent_at=story.now, address="").count() == 450


def test_the_key_of_an_anonymous_invitation_answers_nothing(story, ask):
    ask(6)
    token = invitation_token(Invitation.objects.earliest("pk").key)

    with pytest.raises(errors.TokenInvalid):
        recording.submit(token, Submission(score=9), now=story.now)
    with pytest.raises(errors.TokenInvalid):
        recording.note_seen(token, now=story.now, score=9)
