from typing import Any

from django.core.management.base import BaseCommand

from ...tasks import sweep_now


class Command(BaseCommand):
    """The same door as Celery's hourly task, and says what it found."""

    help = (
        "Invite about fulfilled orders whose event never came; bring rewards in step with their orders; expire points."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep_now()
        self.stdout.write(
            f"{swept.invitations} invitations made, {swept.orders} orders and answers looked at for rewards, "
            f"{swept.expired} lots of points expired."
        )
