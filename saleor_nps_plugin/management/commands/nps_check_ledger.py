from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from ...rewards import checking
from ...shop import get_shop


class Command(BaseCommand):
    """Proves every account equal to its entries."""

    help = "Check every rule of the points ledger; fail, and say what is wrong, if one is broken. Changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        with get_shop().write_access(), transaction.atomic():
            with connection.cursor() as cursor:
                # One snapshot for all questions: whoever earns points meanwhile is no violation.
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            found = list(checking.violations())
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            raise CommandError(f"{len(found)} rules of the ledger are broken.")
        self.stdout.write("The ledger is in order.")
