"""Somebody with points, as tests of pages know them."""

from datetime import timedelta

from saleor_nps_plugin.links import shopper_token
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.pages.conftest import Visitor
from tests.surveys.story import an_order

CHANNEL = "default-channel"


class Member(Visitor):
    """Somebody with points and the link to them."""

    def __init__(self, shop, now, **order):
        self.shop, self.now = shop, now
        self.order = an_order(**order)
        shop.add_order(self.order)
        self.shopper = recognize(email=self.order.email, user_id=self.order.user_id, order_id=self.order.id)
        self.account = ledger.account_of(self.shopper, "USD", now=now - timedelta(days=400))
        super().__init__(shopper_token(self.shopper.key), "r")

    def earns(self, points, *, kind="cashback", ago=60, waits=0, lasts=None, channel=CHANNEL):
        then = self.now - timedelta(days=ago)
        available_at = then + timedelta(days=waits)
        return ledger.post(
            self.account,
            kind=EntryKind(kind),
            points=points,
            key=f"{kind}:{self.account.pk}:{points}:{ago}",
            now=then,
            available_at=available_at,
            expires_at=available_at + timedelta(days=lasts) if lasts else None,
            channel=channel,
        )

    def redeems(self, points, key="some key"):
        return self.post({"account": self.account.pk, "points": points, "key": key}, "redeem/")

    @property
    def cards(self):
        return [issued.card for issued in self.shop.rewards.gift_cards.values()]

    def history(self):
        return [line.text for line in self.sees().all("ul", class_="lines")[-1].all("li")]
