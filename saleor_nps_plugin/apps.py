"""What happens when Django starts."""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db.models.signals import post_migrate

from .shop import SALEOR_SHOP, shop_path

BEAT_SCHEDULE = {
    "saleor-nps-send-due": {"task": "saleor_nps_plugin.tasks.send_due", "schedule": timedelta(minutes=1)},
    "saleor-nps-sweep": {"task": "saleor_nps_plugin.tasks.sweep", "schedule": timedelta(hours=1)},
}


def _after_migrate(**kwargs: Any) -> None:
    from .surveys.ready import ensure_survey

    ensure_survey()


class NpsConfig(AppConfig):
    """Surveys, scores, referrals and points."""

    name = "saleor_nps_plugin"
    label = "saleor_nps_plugin"
    verbose_name = "NPS surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(_after_migrate, sender=self)
        if shop_path() != SALEOR_SHOP:
            return
        self._schedule_tasks()
        from .compatibility import check_saleor_version, warn_about_untested_version
        from .graphql.extend import install

        checks.register(check_saleor_version)
        warn_about_untested_version()
        install()

    def _schedule_tasks(self) -> None:
        # A settings module may have chosen other times; its own entries stay.
        for name, entry in BEAT_SCHEDULE.items():
            settings.CELERY_BEAT_SCHEDULE.setdefault(name, entry)
