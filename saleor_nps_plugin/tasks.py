"""Celery's doors."""

from celery import shared_task
from django.utils import timezone

from .shop import get_shop
from .surveys import scheduling, sending

BATCH = 200
# Bounds one run, so that a backlog is shared among workers and a restart never waits long.
MOST_BATCHES = 25


@shared_task(name="saleor_nps_plugin.tasks.send_due", ignore_result=True)
def send_due() -> None:
    """Send the mails that are due."""
    with get_shop().write_access():
        for _ in range(MOST_BATCHES):
            if sending.send_due(now=timezone.now(), limit=BATCH) < BATCH:
                break


@shared_task(name="saleor_nps_plugin.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Find fulfilled orders whose event never came."""
    with get_shop().write_access():
        scheduling.sweep(now=timezone.now())
