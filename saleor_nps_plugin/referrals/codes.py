"""Codes that shoppers share: each is a voucher code of the shop, made, kept and withdrawn together with it."""

from datetime import datetime
from urllib.parse import quote

from django.db import IntegrityError, transaction

from ..errors import NotFound, NotUnique, RewardsInactive
from ..shop import get_shop
from ..shop.interface import PublishedCode
from ..shop.settings import ChannelSettings, RewardSettings
from ..shoppers.models import Shopper
from .generating import new_code
from .models import ReferralCode, ReferralStatus, RefusalReason

ATTEMPTS = 5


def find_code(text: str) -> ReferralCode | None:
    """Return the code that somebody typed, whatever the case and the spaces around it."""
    code = text.strip().upper()
    if not code.isascii() or not code.isalnum():
        # PostgreSQL would refuse to look for some of what people can type.
        return None
    return ReferralCode.objects.filter(code=code).select_related("shopper").first()


def share_url(code: ReferralCode, settings: RewardSettings) -> str:
    """Return the storefront's address with the code in it, or "" where none is set."""
    return settings.share_url.replace("{code}", quote(code.code, safe=""))


def ensure_code(shopper: Shopper | None, channel: str, *, now: datetime, again: bool = False) -> ReferralCode:
    """Return the one active code of a shopper in a channel, made and published if need be.

    A code whose voucher code vanished in the shop is published again under the same text; if somebody else has taken that
    text since, a new code replaces it. One that staff merely switched off in the shop, or that is used up, stays as it is.

    Raises RewardsInactive where referrals are off, for nobody, and for a shopper whose code was deactivated by staff,
    unless `again`, which is theirs to say. Raises NotFound for a channel that does not exist, Invalid when the operator's
    voucher cannot be used, NotUnique when no free code was found. Then nothing is left behind, in the shop either.
    """
    settings = get_shop().settings().for_channel(channel)
    if shopper is None or not settings.enabled or not settings.referral_enabled:
        raise RewardsInactive("There are no referral codes in this channel.", field="channel")
    code = _active(shopper, channel)
    if code is not None and published(code):
        return code
    with transaction.atomic():
        if not _lock_shopper(shopper.pk):
            raise RewardsInactive("This customer was forgotten.")
        return _ensure_locked(shopper, channel, settings, now, again=again)


def _ensure_locked(
    shopper: Shopper, channel: str, settings: ChannelSettings, now: datetime, *, again: bool
) -> ReferralCode:
    # Whoever held the lock before may have made or mended it.
    code = _active(shopper, channel)
    if code is not None:
        is_good = published(code) or _publish_again(code, settings)
        return code if is_good else _replace(shopper, code, settings, now)
    if not again and ReferralCode.objects.filter(shopper=shopper, channel=channel).exists():
        # Whoever had a code and has none was switched off: what takes a code's place is active itself.
        raise RewardsInactive("This referral code was switched off by the shop.")
    return _make(shopper, channel, settings, now)


@transaction.atomic
def deactivate(code: ReferralCode, *, now: datetime) -> ReferralCode:
    """Switch a code off for good and withdraw it in the shop. Repeating it changes nothing.

    Off means off: friends' orders that have not been rewarded yet earn nothing any more, and the shopper gets no other code
    unless staff make one.
    """
    code = lock_code(code.pk)
    if code.deactivated_at is None:
        _switch_off(code, now)
    if code.is_replaced:
        # Staff have the last word, also on codes whose friends would still have counted.
        code.is_replaced = False
        code.save(update_fields=["is_replaced"])
    _reject_open(code, RefusalReason.CODE_OFF)
    return code


@transaction.atomic
def hand_over(other: Shopper, kept: Shopper, *, now: datetime) -> None:
    """Let the codes of one shopper be another's, because both turned out to be the same person.

    Friends may hold both codes, but one code per shopper and channel is the promise: where both have an active one the older
    stays, because more friends will have it. The younger is withdrawn in the shop; what friends ordered with it before still
    counts. Repeating it changes nothing.
    """
    if other.pk == kept.pk:
        return
    _lock_shopper(other.pk, kept.pk)
    active = ReferralCode.objects.filter(shopper__in=(other, kept), deactivated_at=None).order_by("created_at", "pk")
    stays: dict[str, ReferralCode] = {}
    for code in active.select_for_update():
        if stays.setdefault(code.channel, code) is not code:
            _switch_off(code, now, is_replaced=True)
    ReferralCode.objects.filter(shopper=other).update(shopper=kept)


@transaction.atomic
def withdraw_all(shopper: Shopper, *, now: datetime) -> None:
    """Withdraw every code of a person who is to be forgotten, and let nothing lead from code to person."""
    _lock_shopper(shopper.pk)
    for code in ReferralCode.objects.filter(shopper=shopper).select_for_update().order_by("pk"):
        if code.deactivated_at is None:
            _switch_off(code, now)
        _reject_open(code, RefusalReason.REFERRER_GONE)
    ReferralCode.objects.filter(shopper=shopper).update(shopper=None)


def published(code: ReferralCode) -> PublishedCode | None:
    """Return a code as the shop has it; None once it has vanished there, or is somebody else's by now."""
    found = get_shop().published_codes([code.code], code.channel).get(code.code)
    return found if found is not None and found.voucher_id == code.voucher_id else None


def lock_code(code_id: int) -> ReferralCode:
    """Lock a code and, before it, its owner's row, until the transaction ends; return the code as it is now.

    Every writer locks in this order, and a shopper's codes and rewards change one at a time. Raises NotFound.
    """
    while True:
        owner_id = ReferralCode.objects.filter(pk=code_id).values_list("shopper_id", flat=True).first()
        with transaction.atomic():
            if owner_id is not None:
                _lock_shopper(owner_id)
            rows = ReferralCode.objects.select_for_update(of=("self",)).select_related("shopper")
            code = rows.filter(pk=code_id).first()
            if code is None:
                raise NotFound("There is no such referral code.", field="id")
            if code.shopper_id in (None, owner_id):
                return code
            # Somebody signed up meanwhile, and codes changed hands. Let go of the lock: the new owner's is to come first.
            transaction.set_rollback(True)


def _lock_shopper(*shopper_ids: int) -> int:
    """Lock shoppers for writers of codes; rows that merely refer to a shopper can still be made. Returns how many there are."""
    rows = Shopper.objects.filter(pk__in=shopper_ids).order_by("pk").select_for_update(no_key=True)
    return len(rows.values_list("pk", flat=True))


def _active(shopper: Shopper, channel: str) -> ReferralCode | None:
    return ReferralCode.objects.filter(shopper=shopper, channel=channel, deactivated_at=None).first()


def _publish_again(code: ReferralCode, settings: ChannelSettings) -> bool:
    if is_used_up(code, settings):
        return True
    try:
        with transaction.atomic():
            code.voucher_id = get_shop().publish_code(code.code, code.channel, settings)
            code.save(update_fields=["voucher_id"])
    except NotUnique:
        return False
    return True


def is_used_up(code: ReferralCode, settings: RewardSettings) -> bool:
    """Whether as many friends have ordered with a code as may. An operator's voucher has limits of its own instead."""
    if not settings.uses_of_codes:
        return False
    return code.referrals.exclude(status=ReferralStatus.REJECTED).count() >= settings.uses_of_codes


def _replace(shopper: Shopper, code: ReferralCode, settings: ChannelSettings, now: datetime) -> ReferralCode:
    # Not withdrawn: in the shop this text is somebody else's now.
    ReferralCode.objects.filter(pk=code.pk).update(deactivated_at=now, is_replaced=True)
    return _make(shopper, code.channel, settings, now)


def _make(shopper: Shopper, channel: str, settings: ChannelSettings, now: datetime) -> ReferralCode:
    if not get_shop().currency(channel):
        raise NotFound(f'There is no channel "{channel}".', field="channel")
    for _ in range(ATTEMPTS):
        try:
            # The row first: if the shop refuses, it goes again.
            with transaction.atomic():
                code = ReferralCode.objects.create(code=new_code(), shopper=shopper, channel=channel, created_at=now)
                code.voucher_id = get_shop().publish_code(code.code, channel, settings)
                code.save(update_fields=["voucher_id"])
        except (NotUnique, IntegrityError):
            continue
        return code
    raise NotUnique("No free referral code was found. Please try again.")


def _switch_off(code: ReferralCode, now: datetime, *, is_replaced: bool = False) -> None:
    code.deactivated_at, code.is_replaced = now, is_replaced
    code.save(update_fields=["deactivated_at", "is_replaced"])
    get_shop().withdraw_code(code.code)


def _reject_open(code: ReferralCode, reason: RefusalReason) -> None:
    open_ones = code.referrals.filter(status=ReferralStatus.PENDING)
    open_ones.update(status=ReferralStatus.REJECTED, refusal=reason)
