import sys
import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ...shop import get_shop
from ...surveys import importing
from ...surveys.importing.files import Rows
from ...surveys.importing.formats import FIELDS
from ...surveys.models import Survey

_WIDTH = 30
_TOLD = 50


class Command(BaseCommand):
    """Without --write it only says what it would do."""

    help = (
        "Bring past responses, points or opt-outs along from a CSV file of another tool. "
        "Says what it would do, and does it with --write."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.value for kind in importing.Kind])
        parser.add_argument("file", type=Path)
        parser.add_argument("--write", action="store_true", help="really do it")
        parser.add_argument(
            "--format", choices=list(importing.FORMATS), default="plain", help="which tool wrote the file"
        )
        parser.add_argument(
            "--column",
            action="append",
            type=_column,
            default=[],
            metavar="FIELD=NAME",
            help="what the file calls a column, such as score=Rating; may be repeated",
        )
        parser.add_argument("--survey", default="after-delivery", help="slug of the survey of responses")
        parser.add_argument("--channel", default="", help="slug of the channel of rows that name none")
        parser.add_argument("--currency", default="", help="currency of points where a row names none")
        parser.add_argument("--reason", default="Brought along", help="what customers read beside their points")
        parser.add_argument("--timezone", type=_zone, help="of times that name none, such as Europe/Berlin")
        parser.add_argument("--dates", choices=["dmy", "mdy"], default="", help="what 03/04/2024 means")
        parser.add_argument("--encoding", default="", help="of the file; found out by itself if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, form = importing.Kind(options["kind"]), importing.FORMATS[options["format"]]
        columns = dict(options["column"])
        if unknown := columns.keys() - set(FIELDS[kind]):
            raise CommandError(f"There is no field {', '.join(sorted(unknown))}. Fields are: {', '.join(FIELDS[kind])}")
        report = importing.Report()
        try:
            with (
                get_shop().write_access(),
                importing.open_rows(options["file"], kind, form, columns=columns, encoding=options["encoding"]) as rows,
            ):
                for field, name in rows.used.items():
                    self.stdout.write(f"{field}: column {name}")
                self._import(kind, rows, report, options)
        except importing.Unreadable as error:
            raise CommandError(str(error)) from None
        self._tell(report, is_written=options["write"])

    def _import(self, kind: importing.Kind, rows: Rows, report: importing.Report, options: dict[str, Any]) -> None:
        dates = importing.Dates(options["timezone"] or timezone.get_default_timezone(), options["dates"])
        common: dict[str, Any] = {
            "now": timezone.now(),
            "is_written": options["write"],
            "progress": _Bar(rows, report, self.stderr.write, is_drawn=sys.stderr.isatty()),
        }
        if kind is importing.Kind.RESPONSES:
            importing.import_responses(rows, _destination(options, dates), report, **common)
        elif kind is importing.Kind.POINTS:
            currencies = set(get_shop().currencies().values())
            currency = options["currency"].upper()
            importing.import_points(
                rows, dates, report, currency=currency, currencies=currencies, reason=options["reason"], **common
            )
        else:
            importing.import_opt_outs(rows, dates, report, **common)

    def _tell(self, report: importing.Report, *, is_written: bool) -> None:
        for line in report.told[:_TOLD]:
            self.stdout.write(line)
        if report.errors > _TOLD:
            self.stdout.write(f"… and {report.errors - min(len(report.told), _TOLD)} more")
        for text, many in (*report.passed_over.items(), *report.remarks.items()):
            self.stdout.write(f"{many} rows: {text}")
        self.stdout.write(
            f"{report.rows} rows read: {report.new} {'imported' if is_written else 'to import'}, "
            f"{report.repeated} there already, {sum(report.passed_over.values())} passed over, {report.errors} with errors."
        )
        if not is_written:
            self.stdout.write("Nothing was written. Repeat with --write to do it.")


def _destination(options: dict[str, Any], dates: importing.Dates) -> importing.Destination:
    survey = Survey.objects.filter(slug=options["survey"]).first()
    if survey is None:
        slugs = ", ".join(Survey.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(f"There is no survey {options['survey']}. Surveys are: {slugs}")
    channels = get_shop().channels()
    if options["channel"] and options["channel"] not in channels:
        raise CommandError(f"There is no channel {options['channel']}. Channels are: {', '.join(channels)}")
    separator = importing.FORMATS[options["format"]].separator_of_tags
    return importing.Destination(survey, options["channel"], frozenset(channels), dates, separator)


def _column(text: str) -> tuple[str, str]:
    field, equals, name = text.partition("=")
    if not equals or not name.strip():
        raise ArgumentTypeError("write it as FIELD=NAME, such as score=Rating")
    return field.strip(), name.strip()


def _zone(text: str) -> tzinfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ArgumentTypeError(f"there is no time zone {text}; write one such as Europe/Berlin") from None


class _Bar:
    """How far it is: a bar where somebody looks, else a line every ten seconds."""

    def __init__(self, rows: Rows, report: importing.Report, write: Callable[..., Any], *, is_drawn: bool) -> None:
        self._rows, self._report, self._write, self._is_drawn = rows, report, write, is_drawn
        self._told = time.monotonic()

    def __call__(self) -> None:
        share = self._rows.share
        if self._is_drawn:
            full = round(_WIDTH * share)
            bar = "█" * full + "░" * (_WIDTH - full)
            end = "\n" if share >= 1 else ""
            self._write(f"\r{bar} {share:4.0%} {self._report.rows:,} rows", ending=end)
        elif time.monotonic() - self._told >= 10:
            self._told = time.monotonic()
            self._write(f"{share:.0%}, {self._report.rows:,} rows")
