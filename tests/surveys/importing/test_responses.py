from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from saleor_nps_plugin import privacy
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys import importing
from saleor_nps_plugin.surveys.following_up import thanking
from saleor_nps_plugin.surveys.importing import responses
from saleor_nps_plugin.surveys.models import CaseStatus, DetractorAlert, Invitation, Response, Survey
from saleor_nps_plugin.surveys.reporting import reports, score_filter, tallies


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8", name="answers.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture
def load(db, shop, survey, file):
    """What the command says about a file with this text."""

    def run(text, *arguments, kind="responses", encoding="utf-8"):
        out = StringIO()
        call_command("nps_import", kind, str(file(text, encoding)), *arguments, stdout=out, stderr=StringIO())
        return out.getvalue()

    return run


def stored(*fields):
    return list(Response.objects.order_by("pk").values_list(*fields))


def test_past_answers_count_as_if_they_had_been_given_here(load):
    said = load(
        "email,score,comment,date,language,country,channel,tags\n"
        'Ada@Example.com,9,"Good, really",2024-05-01T10:00:00Z,en,PL,default-channel,"tea, fast"\n'
        "bob@example.com,3,,2024-05-02 23:30:00 -0200,,,,\n",
        "--write",
    )

    assert "2 rows read: 2 imported, 0 there already, 0 passed over, 0 with errors." in said
    good, bad = Response.objects.order_by("pk")
    assert (good.score, good.comment, good.created_at) == (9, "Good, really", datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert (good.language_code, good.country, good.channel) == ("en", "PL", "default-channel")
    assert (good.tags, good.segments) == (["tea", "fast"], {"language": ["en"]})
    assert good.shopper.email_hash == email_hash("ada@example.com")
    assert bad.created_at == datetime(2024, 5, 3, 1, 30, tzinfo=UTC)
    assert (bad.segments, bad.language_code, bad.channel) == ({}, "en", "")
    assert reports.score(score_filter.ScoreFilter()).distribution[3::6] == (1, 1)
    assert tallies.differences() == 0


def test_without_being_told_to_nothing_is_written(load):
    said = load("email,score,date\nada@example.com,9,2024-05-01\nada@example.com,9,2024-05-01\n")

    assert "2 rows read: 1 to import, 1 there already" in said
    assert "Nothing was written. Repeat with --write to do it." in said
    assert "score: column score" in said
    assert (Response.objects.count(), Shopper.objects.count(), tallies.differences()) == (0, 0, 0)


def test_every_row_that_cannot_be_is_told_with_its_line(load):
    said = load(
        "email,score,comment,date,channel\n"
        "ada@example.com,11,,2024-05-01,\n"
        'bob@example.com,5,"two\nlines",2024-05-01,\n'
        "no address,5,,2024-05-01,\n"
        "eve@example.com,7.5,,2024-05-01,\n"
        "eve@example.com,5,,yesterday,\n"
        "eve@example.com,5,,,\n"
        "eve@example.com,5,,2999-01-01,\n"
        "eve@example.com,5,,2024-02-30,\n"
        "eve@example.com,5,,03/04/2024,\n"
        "eve@example.com,5,,1970-01-01,\n"
        "eve@example.com,5,,2024-05-01,nowhere\n"
        f"eve@example.com,5,{'x' * 5001},2024-05-01,\n",
        "--write",
    )

    for line in (
        "line 2: score 11 is not 0-10",
        'line 5: "no address" is no e-mail address',
        "line 6: score 7.5 is not 0-10",
        'line 7: "yesterday" is no date',
        "line 8: there is no date",
        "line 9: 2999-01-01 is in the future",
        'line 10: "2024-02-30" is no date',
        "line 11: 03/04/2024 may be two days; say --dates dmy or --dates mdy",
        "line 12: 1970-01-01 is too long ago to be true",
        'line 13: there is no channel "nowhere"',
        "line 14: the comment has 5001 characters; at most 5000 fit",
        "12 rows read: 1 imported, 0 there already, 0 passed over, 11 with errors.",
    ):
        assert line in said
    assert stored("comment") == [("two\nlines",)]


def test_the_same_file_twice_adds_nothing(load):
    text = "email,score,comment,date\nada@example.com,9,Good,2024-05-01\n,7,,2024-05-01\n,7,,2024-05-01\n"

    load(text, "--write")
    said = load(text, "--write")

    assert "3 rows read: 0 imported, 3 there already" in said
    assert (Response.objects.count(), tallies.differences()) == (3, 0)


def test_rows_that_name_nobody_are_as_many_answers_as_there_are(load, monkeypatch):
    monkeypatch.setattr(responses, "BATCH", 2)
    text = "score,date\n" + "10,2024-05-01\n" * 5

    load(text, "--write")
    said = load(text + "10,2024-05-01\n", "--write")

    assert "6 rows read: 1 imported, 5 there already" in said
    assert (Response.objects.count(), reports.score(score_filter.ScoreFilter()).responses) == (6, 6)


def test_an_id_makes_a_row_one_whatever_else_it_says(load):
    load("id,score,date\n77,9,2024-05-01\n", "--write")

    said = load("id,score,date\n77,2,2024-05-02\n78,2,2024-05-02\n", "--write")

    assert "1 imported, 1 there already" in said
    assert stored("score") == [(9,), (2,)]


def test_imported_answers_bother_nobody(load, shop):
    shop.configure(enabled=True, staff_emails="care@tea.example")
    now = timezone.now()

    load(f"email,score,date,channel\nada@example.com,0,{now.isoformat()},default-channel\n"
         f"bob@example.com,10,{now.isoformat()},default-channel\n", "--write")  # fmt: skip

    assert stored("case_status", "invitation") == [(CaseStatus.NONE, None)] * 2
    assert not DetractorAlert.objects.exists() and not Invitation.objects.exists()
    assert thanking.thank_waiting(now=now.replace(year=now.year + 1)) == 0
    assert thanking.thank_waiting(now=timezone.now() + thanking.PATIENCE * 2) == 0
    assert shop.outbox == []


def test_whoever_answered_elsewhere_is_not_asked_again_soon(load, story, shop):
    shop.configure(enabled=True, delay_hours="0", cooldown_days="90")
    answered = timezone.now().replace(microsecond=0)
    load(f"email,score,date\nada@example.com,9,{answered.isoformat()}\n", "--write")
    story.now = timezone.now()

    invitation = story.fulfill(email="ada@example.com")

    assert (invitation.status, invitation.skip_reason) == ("skipped", "cooldown")


def test_somebody_forgotten_does_not_come_back_with_the_file(load):
    text = "email,score,comment,date\nada@example.com,9,I am Ada,2024-05-01\n"
    load(text, "--write")
    privacy.forget(email="ada@example.com", now=timezone.now())

    load(text, "--write")

    assert stored("score", "comment", "shopper") == [(9, "", None)]


def test_no_address_is_stored(load):
    load("email,score,date\nada@example.com,9,2024-05-01\n", "--write")

    rows = [*Response.objects.values(), *Shopper.objects.values()]
    assert "ada@" not in str(rows)


def test_an_anonymous_survey_stays_anonymous(load):
    Survey.objects.filter(slug="after-delivery").update(is_anonymous=True)

    load("email,score,date\nada@example.com,9,2024-05-01\n", "--write")

    assert (stored("shopper"), Shopper.objects.count()) == ([(None,)], 0)


def test_another_scale_has_its_own_scores_and_never_moves_the_nps(load):
    Survey.objects.create(name="Help", slug="help", touchpoint="support_contact", scale="csat")

    said = load("score,date\n5,2024-05-01\n6,2024-05-01\n", "--survey=help", "--write")

    assert "line 3: score 6 is not 1-5" in said
    assert reports.score(score_filter.ScoreFilter()).responses == 0
    assert tallies.differences() == 0


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("score;comment;date\n9;Süß, wirklich;2024-05-01\n", "utf-8-sig"),
        ("score\tcomment\tdate\n9\tSüß, wirklich\t2024-05-01\n", "utf-16"),
        ('score,comment,date\r\n9,"Süß, wirklich",2024-05-01\r\n', "cp1252"),
        ('"Score" , Comment ,DATE\n9,"Süß, wirklich",2024-05-01\n\n', "utf-8"),
    ],
)
def test_files_as_spreadsheets_write_them(load, text, encoding):
    load(text, "--write", encoding=encoding)

    assert stored("score", "comment") == [(9, "Süß, wirklich")]


FILES = {
    "delighted": "Response ID,Email,Name,Score,Comment,Created At,Tags,Survey Type,Locale\n"
    "9,ada@example.com,Ada,10,Good,2024-05-01 10:00:00 UTC,a,nps,pt-BR\n",
    "retently": "Email,First Name,Score,Comments,Response Tags,Campaign,Created Date,Language\n"
    "ada@example.com,Ada,10,Good,a,Spring,2024-05-01T10:00:00.000Z,pt-BR\n",
    "asknicely": "response_id,person_id,name,email,answer,comment,status,sent,responded,question_type,topics,language\n"
    "9,3,Ada,ada@example.com,10,Good,,1714550000,1714557600,nps,a,pt-BR\n"
    "10,4,Bob,bob@example.com,,,,1714550000,,nps,,\n"
    "11,5,Eve,eve@example.com,4,,,1714550000,1714557600,csat,,\n",
    "wootric": "id,email,score,text,created_at,survey_language,tags,excluded_from_calculations\n"
    "9,ada@example.com,10,Good,2024-05-01 10:00:00 UTC,pt-BR,a,false\n",
}


@pytest.mark.parametrize("tool", FILES)
def test_what_other_tools_export(load, tool):
    load(FILES[tool], f"--format={tool}", "--write")

    (response,) = Response.objects.all()
    assert (response.score, response.comment, response.tags) == (10, "Good", ["a"])
    assert (response.language_code, response.created_at) == ("pt-br", datetime(2024, 5, 1, 10, tzinfo=UTC))
    assert response.shopper.email_hash == email_hash("ada@example.com")


def test_rows_that_say_nothing_are_passed_over(load):
    said = load(FILES["asknicely"], "--format=asknicely")

    assert "1 rows: without a score" in said
    assert "1 rows: answers to another kind of question (csat)" in said
    assert "3 rows read: 1 to import, 0 there already, 2 passed over, 0 with errors." in said


def test_what_another_tool_left_out_is_left_out(load):
    load(FILES["wootric"].replace("false", "true"), "--format=wootric", "--write")

    assert stored("is_counted", "exclusion_reason") == [(False, "Left out of the score before it was imported")]
    assert (reports.score(score_filter.ScoreFilter()).responses, tallies.differences()) == (0, 0)


def test_columns_can_be_named(load):
    load("Rating,When\n9,2024-05-01\n", "--column=score=rating", "--column=date=When", "--write")

    assert stored("score") == [(9,)]


@pytest.mark.parametrize(
    ("text", "arguments", "sentence"),
    [
        ("", [], "The file is empty; its first line has to name the columns."),
        ("Rating,date\n9,2024-05-01\n", [], "There is no column for the score"),
        ("score,date\n", ["--column=score=Rating"], 'There is no column "Rating". Columns are: score, date.'),
        ("score,date\n", ["--column=mark=Rating"], "There is no field mark."),
        ("score,date\n", ["--survey=none"], "There is no survey none. Surveys are: after-delivery"),
        ("score,date\n", ["--channel=none"], "There is no channel none."),
        ("score,date\n", ["--encoding=klingon"], 'There is no encoding "klingon".'),
        ("score,date,comment\n9,2024-05-01,Süß\n", ["--encoding=ascii"], "cannot be read"),
        ("score,date\n", ["--timezone=Mars/Base"], "there is no time zone Mars/Base"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_written(load, text, arguments, sentence):
    with pytest.raises(CommandError) as refusal:
        load(text, *arguments, "--write")

    assert sentence in str(refusal.value)
    assert Response.objects.count() == 0


def test_a_file_that_is_not_there(db, shop, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("nps_import", "responses", str(tmp_path / "none.csv"))


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_file(load):
    text = 'score,date,comment\n9,2024-05-01,Good\n9,2024-05-01,"never closed\n' + "9,2024-05-01,x\n" * 10_000

    said = load(text, "--write")

    assert "line 3: a field has no end; is a quotation mark missing?" in said
    assert Response.objects.count() >= 1


def test_a_batch_is_all_or_nothing(load, monkeypatch):
    monkeypatch.setattr(responses, "BATCH", 2)
    real, calls = tallies.count_many, []

    def fail_later(ids):
        calls.append(ids)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(ids)

    monkeypatch.setattr(tallies, "count_many", fail_later)
    text = "score,date\n" + "".join(f"{score},2024-05-01\n" for score in range(6))
    with pytest.raises(KeyboardInterrupt):
        load(text, "--write")
    assert (Response.objects.count(), tallies.differences()) == (2, 0)

    monkeypatch.setattr(tallies, "count_many", real)
    assert "4 imported, 2 there already" in load(text, "--write")
    assert tallies.differences() == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-01", "2024-05-01T00:00"),
        ("2024-05-01T10:00:00.123Z", "2024-05-01T10:00"),
        ("2024-05-01 10:00:00 UTC", "2024-05-01T10:00"),
        ("2024-05-01 10:00:00 -0800", "2024-05-01T18:00"),
        ("1714557600", "2024-05-01T10:00"),
        ("1714557600000", "2024-05-01T10:00"),
        ("31/12/2024", "2024-12-31T00:00"),
        ("12/31/2024 1:45 PM", "2024-12-31T13:45"),
        ("5.1.2024", "2024-01-05T00:00"),
        ("05.05.2024 08:07", "2024-05-05T08:07"),
        ("Dec 31, 2024", "2024-12-31T00:00"),
        ("December 31, 2024 at 12:05 AM", "2024-12-31T00:05"),
        ("31 Dec 2024 13:45 +0200", "2024-12-31T11:45"),
        ("Tue, 31 Dec 2024", "2024-12-31T00:00"),
    ],
)
def test_dates_as_tools_write_them(text, expected):
    assert importing.Dates(UTC).read(text).strftime("%Y-%m-%dT%H:%M") == expected


def test_dates_follow_what_the_operator_said():
    from zoneinfo import ZoneInfo

    dates = importing.Dates(ZoneInfo("Europe/Berlin"), "mdy")

    assert dates.read("03/04/2024 10:00") == datetime(2024, 3, 4, 9, tzinfo=UTC)
    assert importing.Dates(UTC, "dmy").read("03/04/2024") == datetime(2024, 4, 3, tzinfo=UTC)
