"""Saleor's events and HTTP requests, handed inward."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import Resolver404, resolve
from django.utils import timezone
from saleor.core.db.connection import allow_writer
from saleor.plugins.base_plugin import BasePlugin, ConfigurationTypeField
from saleor.plugins.error_codes import PluginErrorCode

from . import accounts, privacy, registration
from .links import PLUGIN_ID
from .shop import get_shop
from .shop.refused import refusals
from .shop.saleor import known_settings, order_from, settings_from
from .shop.settings import (
    CHANNEL_SETTINGS,
    CHANNELS_HELP,
    ENABLED_HELP,
    OVERRIDES_HELP,
    SettingsInvalid,
    ShopSettings,
    parse,
)
from .surveys.asking import scheduling
from .surveys.following_up import thanking

if TYPE_CHECKING:
    from saleor.account.models import User
    from saleor.order.models import Order
    from saleor.plugins.models import PluginConfiguration

logger = logging.getLogger(__name__)

PAGES = "saleor_nps_plugin.urls"


@contextmanager
def guarded(event: str, subject: object) -> Iterator[None]:
    """Run our part of an event: whatever fails is logged with its traceback, and Saleor goes on."""
    # A savepoint only where Saleor has a transaction open; elsewhere our one statement is its own.
    savepoint: AbstractContextManager[Any] = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with allow_writer(), savepoint:
            yield
    except Exception:
        logger.exception("NPS could not handle %s of %s", event, subject)


def _field(kind: str, label: str, help_text: str) -> dict[str, str]:
    return {"type": kind, "label": label, "help_text": help_text}


class NpsPlugin(BasePlugin):
    """The door through which Saleor reaches us."""

    PLUGIN_ID = PLUGIN_ID
    PLUGIN_NAME = "NPS surveys"
    PLUGIN_DESCRIPTION = (
        "Asks customers of fulfilled orders how likely they are to recommend your shop, and shows the Net Promoter Score. "
        "Nothing is sent until you switch on Enabled."
    )
    # Events without a channel, such as a deleted customer, reach plugins of the whole shop only.
    CONFIGURATION_PER_CHANNEL = False
    # The Dashboard lists active plugins only.
    DEFAULT_ACTIVE = True
    DEFAULT_CONFIGURATION = [
        {"name": "enabled", "value": False},
        {"name": "channels", "value": ""},
        {"name": "overrides", "value": ""},
        *({"name": setting.name, "value": setting.default} for setting in CHANNEL_SETTINGS),
    ]
    CONFIG_STRUCTURE = {
        "enabled": _field(ConfigurationTypeField.BOOLEAN, "Enabled", ENABLED_HELP),
        "channels": _field(ConfigurationTypeField.STRING, "Channels", CHANNELS_HELP),
        "overrides": _field(ConfigurationTypeField.MULTILINE, "Overrides per channel", OVERRIDES_HELP),
        **{
            setting.name: _field(ConfigurationTypeField.STRING, setting.label, setting.help_text)
            for setting in CHANNEL_SETTINGS
        },
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Saleor empties self.configuration when the manager is collected.
        self._stored = tuple(self.configuration)

    def _settings(self) -> ShopSettings:
        return settings_from(self._stored, active=self.active)

    @classmethod
    def validate_plugin_configuration(cls, plugin_configuration: "PluginConfiguration", **kwargs: Any) -> None:
        if not plugin_configuration.active:
            return
        errors = _errors_in({item["name"]: item["value"] for item in plugin_configuration.configuration})
        if errors:
            raise ValidationError(
                {
                    name: ValidationError(f"{name}: {text}", code=PluginErrorCode.INVALID.value)
                    for name, text in errors.items()
                }
            )

    @classmethod
    def save_plugin_configuration(
        cls, plugin_configuration: "PluginConfiguration", cleaned_data: dict[str, Any]
    ) -> Any:
        saved = super().save_plugin_configuration(plugin_configuration, cleaned_data)
        # One of our own pages may be saving, for which the settings were read before.
        settings = settings_from(saved.configuration, active=saved.active)
        with guarded("a changed configuration", plugin_configuration.identifier), known_settings(settings):
            scheduling.note_activation(get_shop().settings(), now=timezone.now())
            refresh_referral_vouchers()
        with guarded("the pages in the Dashboard", PLUGIN_ID):
            registration.sync()
        return saved

    def order_fulfilled(self, order: "Order", previous_value: Any = None, **kwargs: Any) -> Any:
        settings = self._settings().for_channel(order.channel.slug)
        with guarded("order_fulfilled", order.pk):
            scheduling.schedule_order(order_from(order), now=timezone.now(), settings=settings)
        # Most orders earn nothing yet, and staff wait for this request.
        if order.voucher_code or settings.cashback_for == "all_orders":
            self._follow("order_fulfilled", order)
        return previous_value

    def order_created(self, order: "Order", previous_value: Any = None, **kwargs: Any) -> Any:
        if order.voucher_code:
            self._follow("order_created", order)
        return previous_value

    def order_fully_paid(self, order: "Order", previous_value: Any = None, **kwargs: Any) -> Any:
        self._follow_if_known("order_fully_paid", order)
        return previous_value

    def order_cancelled(self, order: "Order", previous_value: Any = None, **kwargs: Any) -> Any:
        self._follow_if_known("order_cancelled", order)
        return previous_value

    def order_expired(self, order: "Order", previous_value: Any = None, **kwargs: Any) -> Any:
        self._follow_if_known("order_expired", order)
        return previous_value

    def order_refunded(self, order: "Order", previous_value: Any = None, **kwargs: Any) -> Any:
        self._follow_if_known("order_refunded", order)
        return previous_value

    def _follow_if_known(self, event: str, order: "Order") -> None:
        is_known = (
            bool(order.voucher_code) or self._settings().for_channel(order.channel.slug).cashback_for == "all_orders"
        )
        with guarded(event, order.pk):
            if is_known or thanking.is_followed(order.pk):
                self._follow(event, order)

    def _follow(self, event: str, order: "Order") -> None:
        with guarded(event, order.pk), known_settings(self._settings()), transaction.atomic():
            thanking.follow_order(order.pk, now=timezone.now())

    def customer_created(self, customer: "User", previous_value: Any = None, **kwargs: Any) -> Any:
        return self.customer_updated(customer, previous_value, **kwargs)

    def customer_updated(self, customer: "User", previous_value: Any = None, **kwargs: Any) -> Any:
        # Before that anybody could have written this address, and would get what its guest has earned.
        if customer.is_confirmed:
            with guarded("customer_updated", customer.pk):
                accounts.follow_account(user_id=customer.pk, email=customer.email, now=timezone.now())
        return previous_value

    def account_confirmed(self, user: "User", previous_value: Any = None, **kwargs: Any) -> Any:
        return self.customer_updated(user, previous_value, **kwargs)

    def customer_deleted(self, customer: "User", previous_value: Any = None, **kwargs: Any) -> Any:
        with guarded("customer_deleted", customer.pk):
            privacy.forget(email=customer.email, user_id=customer.pk, now=timezone.now())
        return previous_value

    def account_deleted(self, user: "User", previous_value: Any = None, **kwargs: Any) -> Any:
        return self.customer_deleted(user, previous_value, **kwargs)

    def webhook(self, request: HttpRequest, path: str, previous_value: Any = None) -> HttpResponse:
        # Saleor asks inactive plugins too when the address lacks "global".
        return serve(request, path, self._stored, active=self.active)


def serve(request: HttpRequest, path: str, configuration: Iterable[Mapping[str, Any]], *, active: bool) -> HttpResponse:
    """Answer a request for one of our pages. There is none while the plugin is switched off."""
    try:
        page = resolve(path, urlconf=PAGES) if active else None
    except Resolver404:
        page = None
    if page is None:
        return HttpResponseNotFound("There is no such page.", content_type="text/plain")
    with known_settings(settings_from(configuration, active=active)):
        return page.func(request, *page.args, **page.kwargs)


def _errors_in(values: dict[str, Any]) -> dict[str, str]:
    try:
        settings = parse(values)
    except SettingsInvalid as error:
        return error.errors
    known = get_shop().channels()
    unknown = {
        field: f'There is no channel "{slug}". Channels are: {", ".join(known)}.'
        for field, slugs in (("channels", settings.channels), ("overrides", settings.overrides))
        for slug in slugs
        if slug not in known
    }
    return unknown or _refused(settings)


def _refused(settings: ShopSettings) -> dict[str, str]:
    """What the shop refuses, by the name of the setting to change: a sentence about the last of the channels."""
    return {
        "overrides" if refusal.is_own else refusal.setting: f"[{refusal.channel}] {refusal.message}"
        for refusal in refusals(settings)
    }


def refresh_referral_vouchers() -> None:
    """Let the plugin's own vouchers be as the settings say now."""
    shop = get_shop()
    settings = shop.settings()
    for channel in shop.channels():
        shop.refresh_referral_voucher(channel, settings.for_channel(channel))


def ensure_configuration() -> None:
    """Store the plugin's configuration as active, so that an operator's first change cannot switch the plugin off.

    Saleor makes the row at the first change, and inactive whatever DEFAULT_ACTIVE says.
    """
    from saleor.plugins.models import PluginConfiguration

    with allow_writer():
        PluginConfiguration.objects.get_or_create(
            identifier=PLUGIN_ID,
            channel=None,
            defaults={"active": NpsPlugin.DEFAULT_ACTIVE, "configuration": NpsPlugin.DEFAULT_CONFIGURATION},
        )
        with guarded("the pages in the Dashboard", PLUGIN_ID):
            registration.sync()
