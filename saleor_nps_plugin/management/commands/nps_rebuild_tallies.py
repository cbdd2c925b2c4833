from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...shop import get_shop
from ...surveys.reporting import tallies


class Command(BaseCommand):
    """Counts everything anew, and proves the running counts equal to it."""

    help = "Rebuild the running counts behind every score from the responses; with --check only compare."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if any count is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        with get_shop().write_access():
            if not options["check"]:
                self.stdout.write(f"{tallies.rebuild()} rows of counts rebuilt.")
            wrong = tallies.differences()
        if wrong:
            raise CommandError(f"{wrong} rows of counts are wrong. Run nps_rebuild_tallies without --check.")
        self.stdout.write("The counts equal the responses.")
