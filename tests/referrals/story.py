"""Short sentences in which tests tell what happens to a code and the orders placed with it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

from django.db import connections

from saleor_nps_plugin.referrals import codes, qualification
from saleor_nps_plugin.referrals.models import Referral, ReferralCode
from saleor_nps_plugin.shop.interface import Contact, Order
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize

HOME = "Lindenstr. 5\n10969\nBerlin\nDE"


def a_contact(email: str, **known: Any) -> Contact:
    return Contact(email=email, **({"emails": frozenset({email}), "language_code": "en"} | known))


class Referring:
    """Ada recommends the shop; friends order."""

    def __init__(self, shop: Any, now: datetime) -> None:
        self.shop = shop
        self.now = now

    def later(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now

    def shopper(self, user_id: int = 7, email: str = "ada@example.com", **known: Any) -> Shopper:
        """Somebody with an account."""
        self.shop.add_customer(user_id, a_contact(email, first_name="Ada", **known))
        return recognize(email=email, user_id=user_id)

    def code(self, shopper: Shopper | None = None, channel: str = "default-channel") -> ReferralCode:
        return codes.ensure_code(shopper or self.shopper(), channel, now=self.now)

    def place(self, code: ReferralCode | str, email: str = "friend@example.com", **changes: Any) -> Order:
        """A friend orders for 40.00; `contact` says what else the order tells of the friend."""
        contact = changes.pop("contact", {})
        values: dict[str, Any] = {
            "id": uuid4(),
            "number": "1001",
            "channel": "default-channel",
            "currency": "USD",
            "total": Decimal("40.00"),
            "email": email,
            "user_id": None,
            "language_code": "en",
            "voucher_code": code if isinstance(code, str) else code.code,
            "created_at": self.now,
            "charged": Decimal("40.00"),
            "goods_total": Decimal("40.00"),
        }
        order = Order(**(values | changes))
        self.shop.add_order(order, contact=a_contact(email, **contact))
        return order

    def becomes(self, order: Order, **changes: Any) -> Order:
        """The order as the shop has it, changed."""
        order = replace(self.shop.orders([order.id])[order.id], **changes)
        self.shop.add_order(order)
        return order

    def follow(self, order: Order) -> Referral | None:
        return qualification.follow_order(order, now=self.now)

    def follow_as(self, order: Order, **changes: Any) -> tuple[str, str]:
        """The order changes and is followed; where its referral stands, and why it is refused."""
        referral = self.follow(self.becomes(order, **changes))
        assert referral is not None
        referral = Referral.objects.get(pk=referral.pk)
        return referral.status, referral.refusal

    def deliver(self, order: Order) -> tuple[str, str]:
        """The order is paid and fulfilled."""
        return self.follow_as(order, is_paid=True, fulfilled_at=self.now)

    def rewarded(self, code: ReferralCode, email: str = "friend@example.com", **changes: Any) -> Order:
        """A friend's order for which the owner has got points."""
        order = self.place(code, email, **changes)
        assert self.deliver(order) == ("rewarded", "")
        return order


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Let everything happen at the same moment, each in a connection of its own; what came of it, refusals too."""
    barrier = Barrier(len(actions))
    results: list[object] = [None] * len(actions)

    def run(number: int, action: Callable[[], object]) -> None:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout=30)
            results[number] = action()
        except Exception as error:  # noqa: BLE001 - handed to the test
            results[number] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
