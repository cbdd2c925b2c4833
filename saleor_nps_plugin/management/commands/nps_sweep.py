from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from ...shop import get_shop
from ...surveys import scheduling


class Command(BaseCommand):
    """The same door as Celery's hourly task, and says what it found."""

    help = "Invite about fulfilled orders whose event never came."

    def handle(self, *args: Any, **options: Any) -> None:
        with get_shop().write_access():
            made = scheduling.sweep(now=timezone.now())
        self.stdout.write(f"{made} invitations made.")
