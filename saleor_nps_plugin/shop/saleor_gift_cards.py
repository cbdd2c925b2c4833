"""Points turned into gift cards of Saleor."""

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from babel.numbers import get_currency_precision
from django.contrib.sites.models import Site
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.core.utils.promo_code import generate_promo_code
from saleor.giftcard import events
from saleor.giftcard.models import GiftCard as SaleorGiftCard
from saleor.giftcard.notifications import send_gift_card_notification
from saleor.giftcard.utils import calculate_expiry_date
from saleor.plugins.email_common import DEFAULT_EMAIL_VALUE, get_email_template
from saleor.plugins.manager import PluginsManager, get_plugins_manager
from saleor.plugins.models import PluginConfiguration
from saleor.plugins.user_email.constants import PLUGIN_ID as USER_EMAIL_PLUGIN
from saleor.plugins.user_email.constants import SEND_GIFT_CARD_TEMPLATE_FIELD
from saleor.site.models import SiteSettings
from saleor.webhook.event_types import WebhookEventAsyncType
from saleor.webhook.models import WebhookEvent
from saleor.webhook.utils import get_webhooks_for_event

from .. import errors
from .interface import GiftCard

# Since 3.23 a card can be one customer's own.
_CAN_BE_ASSIGNED = any(field.name == "assigned_to" for field in SaleorGiftCard._meta.get_fields())
# Since 3.23 a channel can refuse gift cards as promo codes.
_CAN_BE_REFUSED = any(field.name == "allow_legacy_gift_card_use" for field in Channel._meta.get_fields())
# The events by which an app learns that a card's code is to be mailed.
_MAILED_BY = (WebhookEventAsyncType.NOTIFY_USER, WebhookEventAsyncType.GIFT_CARD_SENT)


@allow_writer()
def see_gift_cards_accepted(channel: str) -> None:
    """See `Shop`."""
    accepted = Channel.objects.filter(slug=channel).values_list(
        "allow_legacy_gift_card_use" if _CAN_BE_REFUSED else "pk", flat=True
    )
    found = list(accepted)
    if not found:
        raise errors.Invalid(f'There is no channel "{channel}".', field="channel")
    if not found[0]:
        raise errors.Invalid("The checkout of this channel takes no gift cards.", field="channel")


@allow_writer()
def issue_gift_card(*, amount: Decimal, currency: str, channel: str, user_id: int | None, email: str) -> GiftCard:
    """See `Shop`."""
    if amount <= 0 or amount != round(amount, get_currency_precision(currency)):
        raise ValueError(f"{amount} {currency} cannot be the balance of a gift card")
    with transaction.atomic(savepoint=False):
        user = User.objects.filter(pk=user_id).first() if user_id is not None else None
        email = user.email if user else email
        if user_id is not None and user is None and not email:
            raise errors.Invalid("This account is gone, so a gift card would reach nobody.")
        email = email if _is_address(email) else ""
        card = SaleorGiftCard(
            code=generate_promo_code(),
            currency=currency,
            initial_balance_amount=amount,
            current_balance_amount=amount,
            # Read anew: the site keeps the settings that it was first asked for.
            expiry_date=calculate_expiry_date(SiteSettings.objects.get(site=Site.objects.get_current())),
            **_whose(user, email),
        )
        # Without what takes a query each: owner, code and amount were seen to a moment ago.
        card.full_clean(exclude=["used_by", "assigned_to"], validate_unique=False, validate_constraints=False)
        card.save(force_insert=True)
        events.gift_card_issued_event(card, user=None, app=None)
        if _CAN_BE_ASSIGNED and user:
            events.gift_card_assigned_event(card, previous_user_id=None, previous_email=None, user=None, app=None)
        manager = get_plugins_manager(allow_replica=False)
        _tell(manager.gift_card_created, card)
        is_mailed = bool(email) and _mails_gift_cards(manager, channel)
        if is_mailed:
            _tell(
                partial(send_gift_card_notification, resending=False), None, None, user, email, card, manager, channel
            )
        return GiftCard(id=card.pk, code=card.code, is_mailed=is_mailed, expires_on=card.expiry_date)


def _whose(user: User | None, email: str) -> dict[str, Any]:
    """How Saleor lets the card appear in an account: as assigned where it can, else as used.

    A guest's card stays whoever's has its code, and moves into the account when they open one with this address.
    """
    if user is None:
        return {"used_by_email": email or None}
    if _CAN_BE_ASSIGNED:
        return {"assigned_to": user, "assigned_to_email": user.email}
    return {"used_by": user, "used_by_email": user.email}


@allow_writer()
def read_gift_cards(ids: Collection[int]) -> Mapping[int, GiftCard]:
    """See `Shop`. One query."""
    rows = SaleorGiftCard.objects.filter(pk__in=ids).order_by().values_list("pk", "code", "is_active", "expiry_date")
    return {pk: GiftCard(pk, code, is_active, expires_on=expires_on) for pk, code, is_active, expires_on in rows}


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _mails_gift_cards(manager: PluginsManager, channel: str) -> bool:
    """Whether Saleor's own mail about a card goes out: through its User emails plugin, or an app that sends mails.

    Each is asked by a plain query first: most shops have neither, and asking Saleor takes longer than the card itself.
    """
    stored = PluginConfiguration.objects.filter(identifier=USER_EMAIL_PLUGIN, channel__slug=channel, active=True)
    if stored.exists():
        plugin = manager.get_plugin(USER_EMAIL_PLUGIN, channel_slug=channel)
        # An empty template is how operators switch one kind of mail off.
        if plugin and plugin.active and get_email_template(plugin, SEND_GIFT_CARD_TEMPLATE_FIELD, DEFAULT_EMAIL_VALUE):
            return True
    subscribed = WebhookEvent.objects.filter(
        event_type__in=(*_MAILED_BY, WebhookEventAsyncType.ANY), webhook__is_active=True
    )
    return subscribed.exists() and any(get_webhooks_for_event(event).exists() for event in _MAILED_BY)


def _tell(event: Callable[..., Any], *what: Any) -> None:
    """Send an event of Saleor's once the transaction is in; whoever fails to take it undoes nothing."""
    transaction.on_commit(allow_writer()(partial(event, *what)), robust=True)
