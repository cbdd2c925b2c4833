"""Referral codes as voucher codes of Saleor."""

from collections.abc import Callable, Collection, Mapping
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from functools import partial
from typing import Any

from babel.numbers import get_currency_precision
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.core.db.connection import allow_writer
from saleor.core.utils.promo_code import is_available_promo_code
from saleor.discount import DiscountValueType, VoucherType
from saleor.discount.models import Voucher, VoucherChannelListing, VoucherCode
from saleor.order.models import Order, OrderLine
from saleor.plugins.manager import get_plugins_manager

from .. import errors
from .interface import PublishedCode
from .reading import Discount
from .settings import RewardSettings

# In the private metadata of the plugin's own vouchers: the primary key of the channel that each is for.
OWN_VOUCHER = "saleor_nps_plugin.referrals_of_channel"
_PERCENT_STEP = Decimal("0.001")


@allow_writer()
def see_codes_possible(channel: str, settings: RewardSettings) -> None:
    """See `Shop`."""
    if settings.referral_voucher:
        _operators_voucher(settings.referral_voucher, _channel(channel))
    else:
        _prices(_channel(channel), settings)


@allow_writer()
def publish_code(code: str, channel: str, settings: RewardSettings) -> int:
    """See `Shop`."""
    with transaction.atomic():
        row = _channel(channel)
        is_new = False
        if settings.referral_voucher:
            voucher = _operators_voucher(settings.referral_voucher, row)
        else:
            voucher, is_new = _own_voucher_in_step(row, settings)
        published = add_code(voucher, code)
        manager = get_plugins_manager(allow_replica=False)
        tell(manager.voucher_codes_created, [published])
        if is_new:
            tell(manager.voucher_created, voucher, code)
        return int(voucher.pk)


@allow_writer()
def withdraw_code(code: str) -> None:
    """See `Shop`. The row stays, so that nobody else can be given the code."""
    with transaction.atomic():
        row = VoucherCode.objects.select_for_update(of=("self",)).select_related("voucher").filter(code=code).first()
        if row is None or not row.is_active:
            return
        row.is_active = False
        row.save(update_fields=["is_active"])
        tell(get_plugins_manager(allow_replica=False).voucher_updated, row.voucher, row.code)


@allow_writer()
def published_codes(codes: Collection[str], channel: str) -> Mapping[str, PublishedCode]:
    """See `Shop`. One query."""
    now = timezone.now()
    listings = VoucherChannelListing.objects.filter(
        Q(voucher__end_date=None) | Q(voucher__end_date__gte=now),
        voucher_id=OuterRef("voucher_id"),
        voucher__start_date__lte=now,
        channel__slug=channel,
    )
    rows = VoucherCode.objects.filter(code__in=codes).values_list(
        "code",
        "voucher_id",
        "is_active",
        "voucher__discount_value_type",
        Subquery(listings.values("discount_value")[:1]),
    )
    return {
        code: PublishedCode(code, voucher_id, is_active, None if value is None else _discount(value, value_type))
        for code, voucher_id, is_active, value_type, value in rows
    }


@allow_writer()
def refresh_referral_voucher(channel: str, settings: RewardSettings) -> None:
    """See `Shop`."""
    with transaction.atomic():
        row = Channel.objects.filter(slug=channel).first()
        voucher = _own_voucher(row) if row and not settings.referral_voucher else None
        if voucher:
            _keep_in_step(voucher, row, settings)


def _channel(slug: str) -> Channel:
    row = Channel.objects.filter(slug=slug).first()
    if row is None:
        raise errors.Invalid(f'There is no channel "{slug}".', field="channel")
    return row


def add_code(voucher: Voucher, code: str) -> VoucherCode:
    """Add a code to a voucher. Raises NotUnique for one that is taken, and Invalid for one that cannot be."""
    taken = errors.NotUnique(f'There is a voucher or a gift card with the code "{code}" already.', field="code")
    # The checkout takes both in one field, and asks for vouchers first.
    if not is_available_promo_code(code):
        raise taken
    row = VoucherCode(code=code, voucher=voucher)
    try:
        row.full_clean(exclude=["voucher"], validate_unique=False)
        with transaction.atomic():
            VoucherCode.objects.bulk_create([row])
    except ValidationError as error:
        raise errors.Invalid(" ".join(error.messages), field="code") from error
    except IntegrityError as error:
        raise taken from error
    return row


def _operators_voucher(text: str, channel: Channel) -> Voucher:
    """The voucher that the operator named: by its name, or by one of its codes."""
    has_code = Exists(VoucherCode.objects.filter(voucher_id=OuterRef("pk"), code=text))
    found = list(Voucher.objects.filter(Q(has_code) | Q(name=text))[:2])
    problem = ""
    if not found:
        problem = "There is no voucher with this name or code: write the name or a code of a voucher that there is."
    elif len(found) > 1:
        problem = "There is more than one voucher with this name: write a code of the one that is meant."
    elif not found[0].channel_listings.filter(channel=channel).exists():
        problem = f'This voucher has no discount in the channel "{channel.slug}": give it one, or choose another.'
    if problem:
        raise errors.Invalid(f"{text}: {problem}", field="referral_voucher")
    return found[0]


def _own_voucher(channel: Channel) -> Voucher | None:
    return Voucher.objects.filter(private_metadata__contains={OWN_VOUCHER: str(channel.pk)}).order_by("pk").first()


def _own_voucher_in_step(channel: Channel, settings: RewardSettings) -> tuple[Voucher, bool]:
    voucher = _own_voucher(channel)
    if voucher is None:
        # Two at once make one: whoever comes second waits here until the first has finished.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{OWN_VOUCHER}:{channel.pk}"])
        voucher = _own_voucher(channel)
    if voucher is None:
        return _make_own_voucher(channel, settings), True
    _keep_in_step(voucher, channel, settings)
    return voucher, False


def _make_own_voucher(channel: Channel, settings: RewardSettings) -> Voucher:
    voucher = Voucher(
        name=f"Referrals ({channel.slug})"[:255],
        type=VoucherType.ENTIRE_ORDER,
        # Counted over all codes of the voucher: a friend gets one discount, whoever sent the code.
        apply_once_per_customer=True,
        single_use=settings.referral_code_uses == 1,
        discount_value_type=_value_type(settings),
        private_metadata={OWN_VOUCHER: str(channel.pk)},
    )
    voucher.full_clean()
    listing = VoucherChannelListing(channel=channel, currency=channel.currency_code, **_prices(channel, settings))
    _see_stored_exactly(listing)
    voucher.save()
    listing.voucher = voucher
    listing.save()
    return voucher


def _keep_in_step(voucher: Voucher, channel: Channel, settings: RewardSettings) -> None:
    """Make the voucher as the settings say. What they say nothing about may have been changed by staff, and stays."""
    wanted: dict[str, Any] = {"discount_value_type": _value_type(settings), "apply_once_per_customer": True}
    is_single_use = settings.referral_code_uses == 1
    # As in Saleor's own mutation: after its first use a code would be counted by another rule than before.
    if voucher.single_use != is_single_use and not _is_used(voucher):
        wanted["single_use"] = is_single_use
    listing = voucher.channel_listings.filter(channel=channel).first()
    if listing is None:
        listing = VoucherChannelListing(voucher=voucher, channel=channel, currency=channel.currency_code)
    changed = _change(voucher, wanted)
    prices_changed = _change(listing, _prices(channel, settings))
    if changed:
        voucher.save(update_fields=changed)
    if prices_changed:
        _see_stored_exactly(listing)
        listing.save()
    if changed or prices_changed:
        tell(get_plugins_manager(allow_replica=False).voucher_updated, voucher, voucher.code)


def _change(row: Any, wanted: Mapping[str, Any]) -> list[str]:
    """Set what differs; return the names."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


def _is_used(voucher: Voucher) -> bool:
    by_order = Order.objects.filter(voucher_code=OuterRef("code"), voucher_id=OuterRef("voucher_id"))
    by_line = OrderLine.objects.filter(voucher_code=OuterRef("code"))
    by_checkout = Checkout.objects.filter(voucher_code=OuterRef("code"))
    return bool(voucher.codes.filter(Exists(by_order) | Exists(by_line) | Exists(by_checkout)).exists())


def _value_type(settings: RewardSettings) -> str:
    is_percentage = settings.referral_discount.is_percentage
    return str(DiscountValueType.PERCENTAGE if is_percentage else DiscountValueType.FIXED)


def _prices(channel: Channel, settings: RewardSettings) -> dict[str, Decimal | None]:
    """What the settings promise, in amounts that the channel's currency has: never more off, never for a smaller order."""
    smallest = Decimal(1).scaleb(-get_currency_precision(channel.currency_code))
    discount, minimum = settings.referral_discount, settings.referral_minimum_spend
    try:
        value = discount.value.quantize(_PERCENT_STEP if discount.is_percentage else smallest, ROUND_DOWN)
        minimum = minimum.quantize(smallest, ROUND_UP)
    except ArithmeticError:
        raise _not_storable(channel.currency_code) from None
    if not value:
        raise errors.Invalid(
            f"{discount.value} is less than the smallest amount of {channel.currency_code}: write a larger discount.",
            field="referral_discount",
        )
    return {"discount_value": value, "min_spent_amount": minimum or None}


def _see_stored_exactly(listing: VoucherChannelListing) -> None:
    try:
        listing.clean_fields(exclude=["voucher", "channel"])
    except ValidationError as error:
        raise _not_storable(listing.currency) from error


def _not_storable(currency: str) -> errors.Invalid:
    return errors.Invalid(f"Vouchers in {currency} cannot hold this amount: write a smaller one.")


def _discount(value: Decimal, value_type: str) -> Discount:
    exact = value.normalize()
    return Discount(
        exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact,
        value_type == DiscountValueType.PERCENTAGE,
    )


def tell(event: Callable[..., Any], *what: Any) -> None:
    """Send an event of Saleor's once the transaction is in; whoever fails to take it undoes nothing."""
    transaction.on_commit(allow_writer()(partial(event, *what)), robust=True)
