from typing import Any

from django.core.management.base import BaseCommand

from ... import registration
from ...shop import get_shop


class Command(BaseCommand):
    """For a changed public address; otherwise this happens by itself, after migrate and when the plugin's settings change."""

    help = "Bring the plugin's pages in the Dashboard in step with its configuration and the shop's public address."

    def handle(self, *args: Any, **options: Any) -> None:
        with get_shop().write_access():
            found = registration.sync()
        self.stdout.write(found.state.value)
        if found.address:
            self.stdout.write(f"{found.places} places of the Dashboard lead to {found.address}")
