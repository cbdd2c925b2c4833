"""Single voucher codes of Saleor that staff give to customers."""

from decimal import Decimal

from babel.core import UnknownLocaleError
from babel.numbers import format_currency, format_percent
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext
from saleor.core.db.connection import allow_writer
from saleor.discount import DiscountValueType, VoucherType
from saleor.discount.models import Voucher, VoucherChannelListing, VoucherCode
from saleor.plugins.manager import get_plugins_manager

from .. import errors
from .desk import OfferVoucher
from .saleor_vouchers import OWN_VOUCHER, add_code, tell

_MOST = 100


@allow_writer()
def offer_vouchers(channel: str) -> list[OfferVoucher]:
    """See `Desk`. Two queries at most."""
    rows = VoucherChannelListing.objects.filter(voucher__in=_on_offer(channel), channel__slug=channel)
    listings = rows.select_related("voucher").order_by("voucher__name", "voucher_id")[:_MOST]
    return [
        OfferVoucher(listing.voucher_id, listing.voucher.name or f"#{listing.voucher_id}", _discount(listing))
        for listing in listings
    ]


@allow_writer()
def find_offer(text: str, channel: str) -> int:
    """See `Desk`. One query."""
    has_code = Exists(VoucherCode.objects.filter(voucher_id=OuterRef("pk"), code=text))
    found = list(_on_offer(channel).filter(Q(has_code) | Q(name=text)).values_list("pk", flat=True)[:2])
    if not found:
        raise errors.Invalid(
            gettext(
                "There is no voucher of this name or code in the channel whose codes work once: make one, or write another."
            ),
            field="voucher",
        )
    if len(found) > 1:
        raise errors.Invalid(
            gettext("There is more than one voucher with this name: write a code of the one that is meant."),
            field="voucher",
        )
    return int(found[0])


@allow_writer()
def publish_offer(code: str, voucher_id: int, channel: str) -> str:
    """See `Desk`."""
    with transaction.atomic():
        voucher = _on_offer(channel).filter(pk=voucher_id).first()
        if voucher is None:
            raise errors.Invalid(gettext("This voucher is not to be had in the channel any more."), field="voucher")
        published = add_code(voucher, code)
        tell(get_plugins_manager(allow_replica=False).voucher_codes_created, [published])
        return voucher.name or f"#{voucher.pk}"


def _on_offer(channel: str) -> QuerySet[Voucher]:
    """Vouchers of which a code can be given away: elsewhere it would work for everybody who reads it, or for staff alone."""
    running = Voucher.objects.active_in_channel(timezone.now(), channel)
    return running.filter(single_use=True, only_for_staff=False).exclude(private_metadata__has_key=OWN_VOUCHER)


def _discount(listing: VoucherChannelListing) -> str:
    language = (translation.get_language() or "en").replace("-", "_")
    try:
        written = _written(listing, language)
    except (UnknownLocaleError, ValueError):
        written = _written(listing, "en")
    is_free_delivery = listing.voucher.type == VoucherType.SHIPPING
    return gettext("{discount} off delivery").format(discount=written) if is_free_delivery else written


def _written(listing: VoucherChannelListing, language: str) -> str:
    value = Decimal(listing.discount_value)
    if listing.voucher.discount_value_type == DiscountValueType.PERCENTAGE:
        return format_percent(value / 100, locale=language, decimal_quantization=False)
    return format_currency(value, listing.currency, locale=language, numbering_system="default")
