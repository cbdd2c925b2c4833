from typing import Any

from django.core.management.base import BaseCommand

from ...tasks import send_due


class Command(BaseCommand):
    """The same door as Celery's task, for shops whose beat does not run."""

    help = "Send the surveys, reminders, alerts and mails about rewards that are due."

    def handle(self, *args: Any, **options: Any) -> None:
        send_due()
