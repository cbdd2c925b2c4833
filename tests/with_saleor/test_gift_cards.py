"""Redeemed points as Saleor sees them: its gift cards, its events, its mails, its checkout."""

from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from django.db import connection, transaction
from django.utils import timezone
from saleor.channel.models import Channel
from saleor.core.db.connection import restrict_writer
from saleor.giftcard import GiftCardEvents
from saleor.giftcard.models import GiftCard
from saleor.order.models import Order
from saleor.plugins.models import EmailTemplate, PluginConfiguration
from saleor.plugins.user_email.constants import PLUGIN_ID as USER_EMAILS
from saleor.plugins.user_email.constants import SEND_GIFT_CARD_TEMPLATE_FIELD
from saleor.site import GiftCardSettingsExpiryType
from saleor.webhook.event_types import WebhookEventAsyncType

from saleor_nps_plugin import errors
from saleor_nps_plugin.shop.saleor import SaleorShop
from tests.shop_contract import issue
from tests.with_saleor.checkouts import Checkout, open_channel, sell
from tests.with_saleor.mail_server import mail_server
from tests.with_saleor.recorder import RECORDER, Recorder

pytestmark = pytest.mark.every_version

CAN_BE_ASSIGNED = hasattr(GiftCard, "assigned_to")
CAN_BE_REFUSED = hasattr(Channel, "allow_legacy_gift_card_use")
MINE = "{ me { giftCards(first: 5) { edges { node { id } } } } }"


@pytest.fixture
def shop(db, site_settings):
    open_channel("dollars", "USD")
    return SaleorShop()


@pytest.fixture
def told(settings, django_capture_on_commit_callbacks):
    """What Saleor tells its plugins while something is done."""
    settings.PLUGINS = ["saleor.plugins.user_email.plugin.UserEmailPlugin", RECORDER]

    def told(do):
        Recorder.told.clear()
        with django_capture_on_commit_callbacks(execute=True):
            do()
            assert not Recorder.told, "events wait for the transaction"
        return list(Recorder.told)

    return told


def card_of(shop, **what):
    return GiftCard.objects.get(pk=issue(shop, channel="dollars", **what).id)


def test_a_guests_card_is_whoevers_has_its_code(shop):
    card = card_of(shop, amount="12.50")

    assert card.is_active and card.currency == "USD"
    assert card.initial_balance_amount == card.current_balance_amount == Decimal("12.50")
    assert card.used_by is None and card.used_by_email == "ada@example.com"
    assert card.last_used_on is None and card.created_by is None and card.app is None
    assert not CAN_BE_ASSIGNED or (card.assigned_to, card.assigned_to_email) == (None, None)


def test_a_customers_card_shows_in_the_account(shop, user_api_client):
    user = user_api_client.user
    card = card_of(shop, user_id=user.pk, email=user.email)

    owner = (card.assigned_to, card.assigned_to_email) if CAN_BE_ASSIGNED else (card.used_by, card.used_by_email)
    assert owner == (user, user.email)
    answer = user_api_client.post_graphql(MINE).json()
    assert len(answer["data"]["me"]["giftCards"]["edges"]) == 1


def test_a_card_for_an_account_that_is_gone_is_a_guests(shop):
    card = card_of(shop, user_id=10**6)

    assert card.is_active and card.used_by_email == "ada@example.com"


def test_a_card_has_saleors_history(shop, customer_user):
    card = card_of(shop, user_id=customer_user.pk)

    issued, *assigned = card.events.order_by("pk")
    assert issued.type == GiftCardEvents.ISSUED
    assert issued.parameters["balance"] == {"currency": "USD", "initial_balance": "5.00", "current_balance": "5.00"}
    assert [event.type for event in assigned] == (["assigned_to_user"] if CAN_BE_ASSIGNED else [])


def test_a_card_expires_as_the_shop_has_set(shop, site_settings):
    assert issue(shop, channel="dollars").expires_on is None

    site_settings.gift_card_expiry_type = GiftCardSettingsExpiryType.EXPIRY_PERIOD
    site_settings.gift_card_expiry_period, site_settings.gift_card_expiry_period_type = 3, "month"
    site_settings.save()

    in_three_months = timezone.now().date() + relativedelta(months=3)
    card = issue(shop, channel="dollars")
    assert card.expires_on == GiftCard.objects.get(pk=card.id).expiry_date == in_three_months
    assert shop.gift_cards([card.id])[card.id].expires_on == in_three_months


def test_a_card_that_staff_switched_off_is_known_as_such(shop):
    card = card_of(shop)
    GiftCard.objects.update(is_active=False)

    assert not shop.gift_cards([card.pk])[card.pk].is_active
    GiftCard.objects.all().delete()
    assert shop.gift_cards([card.pk]) == {}


def test_saleor_tells_of_the_card(shop, told):
    assert [name for name, _ in told(lambda: issue(shop, channel="dollars"))] == ["gift_card_created"]


def test_a_plugin_that_fails_undoes_no_card(shop, settings, django_capture_on_commit_callbacks):
    settings.PLUGINS = ["tests.with_saleor.recorder.Failing"]

    with django_capture_on_commit_callbacks(execute=True):
        card = issue(shop, channel="dollars")

    assert shop.gift_cards([card.id])


def test_nothing_is_told_of_a_card_that_was_undone(shop, told):
    def undone():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            issue(shop, channel="dollars")
            raise ZeroDivisionError

    assert told(undone) == [] and not GiftCard.objects.exists()


@pytest.fixture
def server():
    with mail_server() as (server, port):
        server.port = port
        yield server


@pytest.fixture
def user_emails(shop, server):
    """Saleor's plugin that mails customers, set up for the channel."""
    return PluginConfiguration.objects.create(
        identifier=USER_EMAILS,
        channel=Channel.objects.get(slug="dollars"),
        active=True,
        configuration=[
            {"name": "host", "value": "127.0.0.1"},
            {"name": "port", "value": str(server.port)},
            {"name": "sender_address", "value": "shop@example.com"},
        ],
    )


def test_without_a_mail_plugin_saleor_mails_no_card(shop, told):
    cards = []

    told(lambda: cards.append(issue(shop, channel="dollars")))

    assert not cards[0].is_mailed


def test_saleors_mail_plugin_mails_the_card(shop, user_emails, server, told, customer_user):
    cards = []

    events = told(
        lambda: cards.append(issue(shop, channel="dollars", user_id=customer_user.pk, email=customer_user.email))
    )

    assert cards[0].is_mailed
    assert ("gift_card_sent", f"dollars {customer_user.email}") in events
    (sent,) = server.mails
    assert sent["To"] == customer_user.email and cards[0].code in sent.get_body(("plain",)).get_content()
    assert GiftCard.objects.get().events.filter(type=GiftCardEvents.SENT_TO_CUSTOMER).exists()


def test_the_mail_plugin_of_another_channel_mails_no_card(shop, user_emails, server, told):
    user_emails.channel = open_channel("others", "USD")
    user_emails.save()
    cards = []

    told(lambda: cards.append(issue(shop, channel="dollars")))

    assert not cards[0].is_mailed and not server.mails


def test_a_mail_that_the_operator_switched_off_is_none(shop, user_emails, server, told):
    EmailTemplate.objects.create(plugin_configuration=user_emails, name=SEND_GIFT_CARD_TEMPLATE_FIELD, value="")
    cards = []

    told(lambda: cards.append(issue(shop, channel="dollars")))

    assert not cards[0].is_mailed and not server.mails


def test_no_mail_goes_to_what_is_no_address(shop, user_emails, server, told):
    cards = []

    told(lambda: cards.extend(issue(shop, channel="dollars", email=email) for email in ("", "nobody")))

    assert not any(card.is_mailed for card in cards) and not server.mails


@pytest.mark.parametrize("event", [WebhookEventAsyncType.NOTIFY_USER, WebhookEventAsyncType.GIFT_CARD_SENT])
def test_an_app_that_mails_customers_gets_the_card(
    shop, app, permission_manage_users, permission_manage_gift_card, event
):
    app.permissions.add(permission_manage_users, permission_manage_gift_card)
    webhook = app.webhooks.create(name="Mailer", target_url="http://localhost:1/mail", is_active=True)
    assert not issue(shop, channel="dollars").is_mailed

    webhook.events.create(event_type=event)

    assert issue(shop, channel="dollars").is_mailed


def test_cards_are_issued_where_saleor_guards_its_writer(shop, customer_user):
    with connection.execute_wrapper(restrict_writer):
        shop.see_gift_cards_accepted("dollars")
        card = issue(shop, channel="dollars", user_id=customer_user.pk)
        assert shop.gift_cards([card.id])


@pytest.mark.skipif(not CAN_BE_REFUSED, reason="this Saleor takes gift cards in every channel")
def test_a_channel_can_refuse_gift_cards(shop):
    Channel.objects.update(allow_legacy_gift_card_use=False)

    with pytest.raises(errors.Invalid) as refused:
        shop.see_gift_cards_accepted("dollars")

    assert refused.value.field == "channel"


@pytest.fixture
def basket(product, shipping_zone):
    """A basket with tea for 100 and 10 for delivery."""

    def basket(client, currency="USD", email="fred@example.com"):
        channel = open_channel(f"sells-{currency}", currency)
        sell(product, channel, Decimal(100))
        return Checkout.open(client, product, channel, email=email)

    return basket


@pytest.mark.parametrize(("currency", "amount"), [("USD", "12.34"), ("JPY", "12"), ("KWD", "12.345")])
def test_the_checkout_takes_a_guests_card(shop, basket, api_client, currency, amount):
    checkout = basket(api_client, currency)
    card = issue(shop, amount=amount, currency=currency, channel=f"sells-{currency}")

    assert checkout.add(card.code) == Decimal(110) - Decimal(amount)


def test_the_checkout_takes_a_customers_card_from_them(shop, basket, user_api_client, api_client):
    user = user_api_client.user
    card = issue(shop, channel="dollars", user_id=user.pk, email=user.email)

    assert basket(user_api_client, email=user.email).add(card.code) == Decimal(105)


@pytest.mark.skipif(not CAN_BE_ASSIGNED, reason="cards of this Saleor are whoever's has the code")
def test_the_checkout_takes_a_customers_card_from_nobody_else(shop, basket, customer_user, api_client):
    card = issue(shop, channel="dollars", user_id=customer_user.pk, email=customer_user.email)

    assert basket(api_client).refusal(card.code) == "INVALID"


def test_the_checkout_refuses_a_card_that_was_switched_off_or_is_of_another_currency(shop, basket, api_client):
    checkout = basket(api_client)
    off = issue(shop, channel="dollars")
    GiftCard.objects.update(is_active=False)
    yen = issue(shop, channel="dollars", amount="500", currency="JPY")

    assert [checkout.refusal(card.code) for card in (off, yen)] == ["INVALID", "INVALID"]


def test_points_that_paid_earn_none(shop, basket, api_client, app_api_client, permission_manage_payments):
    app_api_client.app.permissions.add(permission_manage_payments)
    checkout = basket(api_client)
    card = issue(shop, amount="60.00", channel="dollars")
    assert checkout.add(card.code) == Decimal(50)

    order_id = checkout.complete(app_api_client, "USD")

    (order,) = shop.orders([Order.objects.get(pk=order_id).pk]).values()
    assert order.is_paid and (order.total, order.charged) == (Decimal(50), Decimal(50))
    assert order.goods_paid == Decimal(40)
    assert GiftCard.objects.get(pk=card.id).current_balance_amount == 0
