"""What happens when Django starts."""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed_apps
from django.apps.registry import Apps
from django.conf import settings
from django.core import checks
from django.db.models.signals import post_migrate

from .logs import mask_request_logs
from .shop import SALEOR_SHOP, get_shop, shop_path

BEAT_SCHEDULE = {
    "saleor-nps-send-due": {"task": "saleor_nps_plugin.tasks.send_due", "schedule": timedelta(minutes=1)},
    "saleor-nps-sweep": {"task": "saleor_nps_plugin.tasks.sweep", "schedule": timedelta(hours=1)},
}


def _after_migrate(*, apps: Apps = installed_apps, **kwargs: Any) -> None:
    """Put in place what an operator finds at the first start. Does nothing when our tables were just taken away."""
    if "survey" not in apps.all_models["saleor_nps_plugin"]:
        return
    from .surveys.making.ready import ensure_survey

    with get_shop().write_access():
        ensure_survey()
    if shop_path() == SALEOR_SHOP:
        from .plugin import ensure_configuration

        ensure_configuration()


class NpsConfig(AppConfig):
    """Surveys, scores, referrals and points."""

    name = "saleor_nps_plugin"
    label = "saleor_nps_plugin"
    verbose_name = "NPS surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_after_migrate, sender=self)
        mask_request_logs()
        if shop_path() != SALEOR_SHOP:
            return
        self._schedule_tasks()
        from .compatibility import check_public_address, check_saleor_version, warn_about_untested_version
        from .graphql import extend

        checks.register(check_saleor_version)
        # Only when Django is told that the database is there: with migrate, and check --database default.
        checks.register(check_public_address, checks.Tags.database)
        warn_about_untested_version()
        extend.install()
        from . import shortcut

        shortcut.install()

    def _schedule_tasks(self) -> None:
        # A settings module may have chosen other times; its own entries stay.
        schedule: dict[str, Any] = getattr(settings, "CELERY_BEAT_SCHEDULE")  # noqa: B009  (Saleor's, so unknown to Django's types)
        for name, entry in BEAT_SCHEDULE.items():
            schedule.setdefault(name, entry)
