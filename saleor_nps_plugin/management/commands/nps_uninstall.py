from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from ...apps import BEAT_SCHEDULE
from ...links import APP_IDENTIFIER, PLUGIN_ID
from ...shop import get_shop


class Command(BaseCommand):
    """Takes out of the database what `pip uninstall` cannot."""

    help = "Remove every table, schedule and setting of the plugin. Answers are lost. Then run pip uninstall saleor-nps-plugin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This deletes every survey, invitation and answer. Repeat with --yes to do it.")
        with get_shop().write_access(), transaction.atomic():
            _delete("django_celery_beat", "PeriodicTask", name__in=list(BEAT_SCHEDULE))
            _delete("plugins", "PluginConfiguration", identifier=PLUGIN_ID)
            _delete("app", "App", identifier=APP_IDENTIFIER)
            call_command("migrate", "saleor_nps_plugin", "zero", stdout=self.stdout)
            # What Django keeps about every model; permissions go with it.
            _delete("contenttypes", "ContentType", app_label="saleor_nps_plugin")
        self.stdout.write("Nothing of the plugin is left in the database. Now run: pip uninstall saleor-nps-plugin")


def _delete(app: str, model: str, /, **wanted: Any) -> None:
    """Delete rows of an app of Saleor's, if it is installed."""
    if app in apps.app_configs:
        apps.get_model(app, model)._default_manager.filter(**wanted).delete()
