"""Celery's doors."""

from dataclasses import dataclass
from datetime import timedelta

from celery import shared_task
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


@shared_task(name="saleor_nps_plugin.tasks.send_due", ignore_result=True)
def send_due() -> None:
    """Send the mails that are due; count and look at what came in before. What staff wrote goes first."""
    with get_shop().write_access():
        thanking.thank_waiting(now=timezone.now(), limit=BATCH)
        _record_what_came_through_doors()
        _look_for_untrue_answers()
        for do in (
            replies.send_due,
            waves.step_due,
            stages.count_new,
            accounts.follow_invited,
            sending.send_due,
            ballots.send_due,
            notices.send_due,
        ):
            for _ in range(MOST_BATCHES):
                if do(now=timezone.now(), limit=BATCH) < BATCH:
                    break
        case_values.note_values(limit=BATCH)
        for _ in range(MOST_BATCHES):
            if announcing.tell_due(now=timezone.now(), limit=BATCH) < BATCH:
                break


def _record_what_came_through_doors() -> None:
    for _ in range(MOST_BATCHES):
        if door_answers.record_due(now=timezone.now(), limit=BATCH) < BATCH:
            break


def _look_for_untrue_answers() -> None:
    """Before staff are told of single answers: of one that looks untrue they are not."""
    for _ in range(MOST_BATCHES):
        if judging.judge_due(now=timezone.now(), limit=BATCH) < BATCH:
            break
    attacks.look(now=timezone.now())
    attacks.send_due(now=timezone.now(), limit=BATCH)


@shared_task(name="saleor_nps_plugin.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Find fulfilled orders whose event never came, and orders that changed without a word; let points expire."""
    sweep_now()


@dataclass(frozen=True)
class Swept:
    """What a sweep found."""

    invitations: int
    orders: int
    expired: int


def sweep_now() -> Swept:
    """Do the hourly work at once."""
    now, expired = timezone.now(), 0
    with get_shop().write_access():
        invitations = scheduling.sweep(now=now)
        orders = thanking.sweep(now=now, since=now - LOOK_BACK)
        while more := expiring.expire_due(now=now, limit=BATCH):
            expired += more
        expiring.warn_due(now=now)
        lookups.delete_old(now=now)
        judging.forget_old(now=now)
        announcing.delete_old(now=now)
    return Swept(invitations, orders, expired)
