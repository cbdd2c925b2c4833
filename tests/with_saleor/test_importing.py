"""Moving in, inside a real Saleor: its guarded connection, its channels and its currencies."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from saleor.core.db.connection import restrict_writer

from saleor_nps_plugin.rewards.models import PointsAccount
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.models import Response
from saleor_nps_plugin.surveys.reporting import tallies
from tests.with_saleor.checkouts import open_channel

pytestmark = [pytest.mark.django_db, pytest.mark.every_version]

CHANNEL = "dollars"


def load(path, kind, text, *arguments):
    path.write_text(text)
    out = StringIO()
    call_command("nps_import", kind, str(path), *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_everything_moves_in_although_saleor_guards_its_connection(tmp_path):
    open_channel(CHANNEL, "USD")
    file = tmp_path / "moving.csv"
    answers = f"email,score,date,channel\nada@example.com,9,2024-05-01,{CHANNEL}\nbob@example.com,3,2024-05-01,none\n"

    with connection.execute_wrapper(restrict_writer):
        dry = load(file, "responses", answers)
        said = load(file, "responses", answers, "--write")
        again = load(file, "responses", answers, "--write")
        load(file, "points", "email,points\nada@example.com,120\n", "--currency=USD", "--write")
        load(file, "opt-outs", "email\nbob@example.com\n", "--write")

    assert 'line 3: there is no channel "none"' in dry and "1 to import" in dry
    assert "1 imported" in said and "1 there already" in again
    assert list(Response.objects.values_list("score", "channel")) == [(9, CHANNEL)]
    assert PointsAccount.objects.get().available == 120
    assert Shopper.objects.filter(opted_out_at__isnull=False).count() == 1
    assert tallies.differences() == 0
