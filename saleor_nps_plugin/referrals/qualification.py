"""What becomes of a friend's order: noted, refused with a reason, rewarded, taken back.

Every step reads the order anew, so that an event may be repeated, late, or lost. What is decided differently by some:

* The code that is on the order counts. If another code takes its place before the reward, the order is its owner's, and
  is checked anew. A friend who orders again with a second code is no new customer.
* Minimum and monthly cap are looked at when the order is paid and fulfilled, because orders are edited until then. All
  else is looked at whenever the order is followed. A refusal is final, or else an address changed afterwards would undo it;
  only a code that was taken off may come back.
* Switched off is switched off, for codes and for the whole program: orders that are not rewarded by then earn nothing.
  A reward once given is taken back for one reason only: the money went back.
"""

from datetime import UTC, datetime

from django.db import transaction

from ..rewards import cashback, ledger, notices
from ..rewards.models import EntryKind, NoticeKind
from ..rewards.reaching import contact_of
from ..shop import get_shop
from ..shop.interface import Contact, Order
from ..shop.settings import ChannelSettings
from ..shoppers.models import Shopper
from ..shoppers.recognizing import email_hash
from . import announced, codes, identity
from .models import Referral, ReferralCode, ReferralStatus, RefusalReason

# So many of an owner's latest friends are compared with a new one.
FRIENDS_COMPARED = 100


def follow_order(order: Order, *, now: datetime) -> Referral | None:
    """Bring the referral of an order up to date with the order; return it, None for an order without one.

    Repeating it changes nothing. Rewards at once when the order is paid and fulfilled; with no points set, QUALIFIED is as
    far as a referral gets. The shop withdraws a code when as many friends have used it as may. Two of them who check out
    at the same moment may both get in: both have their discount by the shop's word, so both count; a limit of one is kept
    by the shop itself. An order that is refused or cancelled later does not make the code work again.

    Raises Invalid if the owner's points would be more than an account can hold; then nothing is changed.
    """
    code_id = _code_on(order)
    if code_id is None and not Referral.objects.filter(order_id=order.id).exists():
        return None
    with transaction.atomic():
        code = codes.lock_code(code_id) if code_id is not None else None
        referral = _locked(order)
        is_new = False
        if code is not None and (referral is None or _may_change_hands(referral, code)):
            referral, is_new = _register(order, code, referral, now)
        if referral is None:
            return None
        if referral.entry is not None:
            _take_back(referral, order, now)
        elif referral.status != ReferralStatus.REJECTED:
            _decide(referral, order, is_on_order=code == referral.code, now=now)
        if is_new:
            _limit_uses(referral, order)
        return referral


def _code_on(order: Order) -> int | None:
    codes_of_text = ReferralCode.objects.filter(code=order.voucher_code) if order.voucher_code else None
    return None if codes_of_text is None else codes_of_text.values_list("pk", flat=True).first()


def _locked(order: Order) -> Referral | None:
    rows = Referral.objects.select_for_update(of=("self",)).select_related("code__shopper", "entry__account__shopper")
    return rows.filter(order_id=order.id).first()


def _may_change_hands(referral: Referral, code: ReferralCode) -> bool:
    """Whether an order that has a referral already is now, or again, another code's."""
    if referral.status not in (ReferralStatus.PENDING, ReferralStatus.REJECTED):
        return False
    return referral.code_id != code.pk or referral.refusal == RefusalReason.CODE_REMOVED


def _register(
    order: Order, code: ReferralCode, referral: Referral | None, now: datetime
) -> tuple[Referral | None, bool]:
    if referral is None:
        if not order.is_askable:
            # Reissued and imported orders copy a code that nobody typed.
            return None, False
        row = Referral(code=code, order_id=order.id, created_at=now)
        Referral.objects.bulk_create([row], ignore_conflicts=True)
        return _locked(order), True
    referral.code, referral.status, referral.refusal = code, ReferralStatus.PENDING, ""
    return referral, True


def _decide(referral: Referral, order: Order, *, is_on_order: bool, now: datetime) -> None:
    settings = get_shop().settings().for_channel(order.channel)
    refusal = _end_of(order)
    owner = referral.code.shopper
    if not refusal and referral.status == ReferralStatus.PENDING:
        if owner is None:
            refusal = RefusalReason.REFERRER_GONE
        else:
            refusal = _refusal_of_code(referral.code, order, settings, is_on_order=is_on_order)
            refusal = refusal or _refusal_of_friend(referral, owner, order)
            if not refusal and order.is_paid and order.is_fulfilled:
                refusal = _reward(referral, owner, order, settings, now)
    if refusal:
        referral.status, referral.refusal = ReferralStatus.REJECTED, refusal
    referral.save()


def _end_of(order: Order) -> str:
    """Why nothing of the order is left, or ""."""
    if order.is_canceled:
        return RefusalReason.ORDER_CANCELED
    if order.is_returned:
        return RefusalReason.ORDER_RETURNED
    return RefusalReason.ORDER_REFUNDED if order.refunded_share == 1 else ""


def _refusal_of_code(code: ReferralCode, order: Order, settings: ChannelSettings, *, is_on_order: bool) -> str:
    if not is_on_order:
        return RefusalReason.CODE_REMOVED
    if code.deactivated_at is not None:
        ordered_before = order.created_at is not None and order.created_at < code.deactivated_at
        if not (code.is_replaced and ordered_before):
            return RefusalReason.CODE_OFF
    return "" if settings.enabled and settings.referral_enabled else RefusalReason.PROGRAM_OFF


def _refusal_of_friend(referral: Referral, owner: Shopper, order: Order) -> str:
    if order.user_id is not None and order.user_id == owner.user_id:
        return RefusalReason.OWN_ACCOUNT
    if order.email and email_hash(order.email) == owner.email_hash:
        return RefusalReason.OWN_EMAIL
    friend = get_shop().contacts([order.id]).get(order.id) or Contact()
    emails = friend.emails | {friend.email, order.email}
    if known := contact_of(owner):
        if identity.share_email(emails, known.emails | {known.email}):
            return RefusalReason.OWN_EMAIL
        if identity.share_address(friend.addresses, known.addresses):
            return RefusalReason.OWN_ADDRESS
        if identity.share_phone(friend.phones, known.phones):
            return RefusalReason.OWN_PHONE
    if get_shop().returning_customers([order]) or _came_before(referral, owner, emails):
        return RefusalReason.NOT_NEW
    return ""


def _came_before(referral: Referral, owner: Shopper, emails: frozenset[str]) -> bool:
    """Whether the owner brought the same friend before, under a variant of the address that the shop takes for another."""
    earlier = Referral.objects.filter(code__shopper=owner, pk__lt=referral.pk).exclude(status=ReferralStatus.REJECTED)
    order_ids = list(earlier.order_by("-pk").values_list("order_id", flat=True)[:FRIENDS_COMPARED])
    friends = get_shop().contacts(order_ids).values() if order_ids else ()
    return any(identity.share_email(emails, friend.emails | {friend.email}) for friend in friends)


def _rewarded_this_month(owner: Shopper, now: datetime) -> int:
    """Counted under the owner's lock, so that two orders at once cannot both be the last one."""
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rewarded = Referral.objects.filter(code__shopper=owner, status=ReferralStatus.REWARDED)
    return rewarded.filter(rewarded_at__gte=month).count()


def _reward(referral: Referral, owner: Shopper, order: Order, settings: ChannelSettings, now: datetime) -> str:
    """Reward the owner of an order's code; return why not, or ""."""
    if order.goods_total < settings.minimum_of_codes:
        return RefusalReason.BELOW_MINIMUM
    if not settings.referral_points:
        referral.status = ReferralStatus.QUALIFIED
        return ""
    if settings.referral_monthly_cap and _rewarded_this_month(owner, now) >= settings.referral_monthly_cap:
        return RefusalReason.CAP_REACHED
    available_at, expires_at = cashback.times_of(order, settings, now)
    entry = ledger.post(
        ledger.account_of(owner, order.currency, now=now),
        kind=EntryKind.REFERRAL,
        points=settings.referral_points,
        key=f"referral:{order.id}",
        now=now,
        available_at=available_at,
        expires_at=expires_at,
        channel=order.channel,
        order_id=order.id,
    )
    referral.entry, referral.status, referral.rewarded_at = entry, ReferralStatus.REWARDED, now
    announced.tell_of_reward(referral, entry, owner, now=now)
    # What was refunded before the reward: its owner is told of what is left of it, not of a gift and a loss.
    taken = ledger.reverse(entry, share=order.refunded_share, now=now) if order.refunded_share else None
    points = entry.points + (taken.points if taken else 0)
    notices.add(
        owner,
        kind=NoticeKind.REFERRAL_REWARD,
        key=f"referral_reward:{order.id}",
        channel=order.channel,
        facts={"points": points, "currency": order.currency, "available_at": available_at.isoformat()},
        now=now,
    )
    return ""


def _take_back(referral: Referral, order: Order, now: datetime) -> None:
    """Take back the share of a reward that was refunded; once it is all, the referral is over for good."""
    if referral.status != ReferralStatus.REWARDED or referral.entry is None or not order.refunded_share:
        return
    reversal = ledger.reverse(referral.entry, share=order.refunded_share, now=now)
    if reversal is not None:
        notices.tell_of_reversal(referral.entry, reversal, order, now=now)
    if refusal := _end_of(order):
        referral.status, referral.refusal = ReferralStatus.REVERSED, refusal
        referral.save()


def _limit_uses(referral: Referral, order: Order) -> None:
    settings = get_shop().settings().for_channel(order.channel)
    if codes.is_used_up(referral.code, settings):
        get_shop().withdraw_code(referral.code.code)
