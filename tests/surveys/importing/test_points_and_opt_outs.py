from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from saleor_nps_plugin.rewards import checking
from saleor_nps_plugin.rewards.models import PointsAccount, PointsEntry, PointsRemark
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.importing import opt_outs


@pytest.fixture
def load(db, shop, survey, tmp_path):
    def run(kind, text, *arguments):
        path, out = tmp_path / "people.csv", StringIO()
        path.write_text(text)
        call_command("nps_import", kind, str(path), *arguments, stdout=out, stderr=StringIO())
        return out.getvalue()

    return run


def balances():
    return dict(PointsAccount.objects.values_list("shopper__email_hash", "available"))


POINTS = "Email,Points\nAda@example.com,120\nbob@example.com,0\n"


def test_points_come_along_with_a_reason(load):
    said = load("points", POINTS, "--currency=usd", "--reason=From the old club", "--write")

    assert "2 rows read: 1 imported, 0 there already, 1 passed over, 0 with errors." in said
    assert balances() == {email_hash("ada@example.com"): 120}
    assert PointsRemark.objects.get().text == "From the old club"
    assert list(checking.violations()) == []


def test_points_are_not_doubled(load):
    load("points", POINTS, "--currency=USD", "--write")

    said = load("points", POINTS, "--currency=USD", "--write")

    assert "0 imported, 1 there already" in said
    assert balances() == {email_hash("ada@example.com"): 120}


def test_a_dry_run_of_points_leaves_nothing(load):
    said = load("points", POINTS + "ada@example.com,120\nada@example.com,7\n", "--currency=USD")

    assert "line 5: other points were imported for this address before" in said
    assert "4 rows read: 1 to import, 1 there already, 1 passed over, 1 with errors." in said
    assert (PointsEntry.objects.count(), PointsAccount.objects.count(), Shopper.objects.count()) == (0, 0, 0)


def test_points_that_cannot_be(load):
    said = load(
        "points",
        "email,points,currency,expires,id\n"
        "ada@example.com,1.5,USD,,\n"
        "ada@example.com,-3,USD,,\n"
        "ada@example.com,3,XXX,,\n"
        "ada@example.com,3,,,\n"
        "nobody,3,USD,,\n"
        "ada@example.com,3,USD,2020-01-01,\n"
        "ada@example.com,9999999999,USD,,\n"
        "ada@example.com,3,USD,2999-01-01,a\n"
        "ada@example.com,4,USD,,b\n",
        "--write",
    )

    for line in (
        "line 2: points 1.5 is no whole number of 0 or more",
        "line 3: points -3 is no whole number of 0 or more",
        'line 4: no channel has the currency "XXX"',
        "line 5: there is no currency",
        'line 6: "nobody" is no e-mail address',
        "line 7: Only points that are added can expire, and not in the past.",
        "line 8: ",
        "9 rows read: 2 imported, 0 there already, 0 passed over, 7 with errors.",
    ):
        assert line in said
    assert balances() == {email_hash("ada@example.com"): 7}


def test_changed_points_under_what_was_imported_are_an_error(load):
    load("points", POINTS, "--currency=USD", "--write")

    said = load("points", POINTS.replace("120", "150"), "--currency=USD", "--write")

    assert "line 2: other points were imported for this address before" in said
    assert balances() == {email_hash("ada@example.com"): 120}


def test_whoever_opted_out_elsewhere_is_never_asked(load, story):
    said = load("opt-outs", "E-Mail;Date\nAda@Example.com;2024-05-01\n", "--write")

    assert "1 rows read: 1 imported" in said
    story.now = timezone.now()
    invitation = story.fulfill(email="ada@example.com")
    assert (invitation.status, invitation.skip_reason) == ("skipped", "opted_out")
    assert str(Shopper.objects.get().opted_out_at.date()) == "2024-05-01"


def test_opt_outs_are_repeatable_and_keep_their_moment(load, monkeypatch):
    monkeypatch.setattr(opt_outs, "BATCH", 2)
    load("opt-outs", "email,date\nada@example.com,2024-05-01\n", "--write")

    said = load(
        "opt-outs",
        "email,date\nada@example.com,2025-05-01\nbob@example.com,2025-05-01\nBOB@example.com,2025-05-01\n"
        "bob@example.com,2025-05-01\nx,\n",
        "--write",
    )

    assert 'line 6: "x" is no e-mail address' in said
    assert "5 rows read: 1 imported, 3 there already, 0 passed over, 1 with errors." in said
    assert sorted(str(one.opted_out_at.date()) for one in Shopper.objects.all()) == ["2024-05-01", "2025-05-01"]


def test_a_dry_run_of_opt_outs_leaves_nothing(load):
    said = load("opt-outs", "email\nada@example.com\nada@example.com\n")

    assert "2 rows read: 1 to import, 1 there already" in said
    assert Shopper.objects.count() == 0
