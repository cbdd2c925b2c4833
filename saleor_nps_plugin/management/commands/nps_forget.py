from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ... import privacy
from ...shop import get_shop


class Command(BaseCommand):
    """For people whom Saleor never knew; deleted accounts are forgotten by themselves."""

    help = "Forget the person with this e-mail address: words and links go, scores stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        with get_shop().write_access():
            forgotten = privacy.forget(email=options["email"], now=timezone.now())
        self.stdout.write(f"Forgotten: {forgotten.invitations} invitations, {forgotten.responses} responses.")
