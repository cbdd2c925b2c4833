"""Celery's doors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.db import OperationalError, connection
from django.utils import timezone

from . import accounts
from .announcements import announcing
from .referrals import lookups
from .rewards import expiring, notices
from .shop import get_shop
from .surveys.answering import attacks, ballots, door_answers, judging
from .surveys.asking import scheduling, sending, waves
from .surveys.following_up import case_values, replies, thanking
from .surveys.reporting import stages

BATCH = 200
# Bounds one run, so that a backlog is shared among workers and a restart never waits long.
MOST_BATCHES = 25
# Longer than the pause between two sweeps, so that one that failed is made up for.
LOOK_BACK = timedelta(hours=25)


# What a run does by batches. What came in is counted and judged first: of an answer that looks untrue staff are not told.
_EVERY_MINUTE: tuple[Callable[..., int], ...] = (
    door_answers.record_due,
    judging.judge_due,
    thanking.thank_waiting,
    attacks.send_due,
    replies.send_due,
    waves.step_due,
    stages.count_new,
    accounts.follow_invited,
    sending.send_due,
    ballots.send_due,
    notices.send_due,
    announcing.tell_due,
)


@shared_task(name="saleor_nps_plugin.tasks.send_due", ignore_result=True)
def send_due() -> None:
    """Send the mails that are due; count and look at what came in before. Raises in the end all that went wrong."""
    with get_shop().write_access():
        _one_after_the_other(
            lambda: attacks.look(now=timezone.now()),
            *(partial(_in_batches, do) for do in _EVERY_MINUTE),
            lambda: case_values.note_values(limit=BATCH),
        )


def _in_batches(do: Callable[..., int]) -> None:
    for _ in range(MOST_BATCHES):
        if do(now=timezone.now(), limit=BATCH) < BATCH:
            break


def _one_after_the_other(*steps: Callable[[], object]) -> None:
    """What fails keeps nothing else from being done."""
    failed = []
    for step in steps:
        try:
            step()
        except Exception as error:  # noqa: BLE001 (raised below, with the others)
            failed.append(error)
            if not _has_database():
                break
    if failed:
        raise ExceptionGroup("NPS could not finish its work; the rest was done", failed)


def _has_database() -> bool:
    try:
        connection.close_if_unusable_or_obsolete()
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


@shared_task(name="saleor_nps_plugin.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Find fulfilled orders whose event never came, and orders that changed without a word; let points expire."""
    sweep_now()


@dataclass
class Swept:
    """What a sweep found."""

    invitations: int = 0
    orders: int = 0
    expired: int = 0


def sweep_now() -> Swept:
    """Do the hourly work at once. Raises in the end all that went wrong."""
    now, swept = timezone.now(), Swept()

    def invite() -> None:
        swept.invitations = scheduling.sweep(now=now)

    def follow_orders() -> None:
        swept.orders = thanking.sweep(now=now, since=now - LOOK_BACK)

    def expire() -> None:
        while more := expiring.expire_due(now=now, limit=BATCH):
            swept.expired += more

    with get_shop().write_access():
        _one_after_the_other(
            invite,
            follow_orders,
            expire,
            lambda: expiring.warn_due(now=now),
            lambda: lookups.delete_old(now=now),
            lambda: judging.forget_old(now=now),
            lambda: announcing.delete_old(now=now),
        )
    return swept
