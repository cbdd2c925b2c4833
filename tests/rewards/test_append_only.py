import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from saleor_nps_plugin.rewards.models import PointsDraw, PointsEntry


@pytest.fixture
def drawn(purse):
    purse.earn(100)
    purse.spend(40)


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("model", [PointsEntry, PointsDraw])
def test_rows_cannot_be_changed_or_deleted(model):
    before = list(model.objects.order_by("pk").values())
    for attempt in (
        lambda: model.objects.update(points=1),
        lambda: model.objects.all()._raw_delete(using="default"),
        lambda: _execute(f"UPDATE {model._meta.db_table} SET points = points"),
        lambda: _execute(f"DELETE FROM {model._meta.db_table}"),
    ):
        with pytest.raises(DatabaseError, match=f"{model._meta.db_table} is append-only"), transaction.atomic():
            attempt()

    assert list(model.objects.order_by("pk").values()) == before


def test_an_account_with_entries_cannot_be_deleted(purse):
    purse.earn(5)

    with pytest.raises(DatabaseError), transaction.atomic():
        purse.account.delete()
        connection.check_constraints()


def test_a_lot_cannot_give_more_than_it_has(purse):
    purse.earn(5)

    with pytest.raises(IntegrityError), transaction.atomic():
        _execute("UPDATE nps_points_lot SET remaining = -1")


def _execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
