"""Short sentences in which tests tell what happened in a shop."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line, Order
from saleor_nps_plugin.shop.polite_settings import PoliteSettings
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.asking import scheduling, sending
from saleor_nps_plugin.surveys.asking.quiet_times import free_moment, quiet_for
from saleor_nps_plugin.surveys.models import Invitation, Response, Source


def an_order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": uuid4(),
        "number": "1001",
        "channel": "default-channel",
        "currency": "USD",
        "total": Decimal("40.00"),
        "email": "ada@example.com",
        "user_id": None,
        "language_code": "en",
        "country": "PL",
        "lines": (Line(product_id="12", category_id="3", name="Assam"),),
    }
    return Order(**(values | changes))


def daytime(moment: datetime) -> datetime:
    """The first moment, not before this one, at which mails of waves leave in the shop's first channel."""
    return free_moment(moment, "US", quiet_for(Source.WAVE, PoliteSettings()))


@dataclass
class Story:
    shop: Any
    now: datetime
    orders: dict[UUID, Order] = field(default_factory=dict)

    def later(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now

    def fulfill(self, **changes: Any) -> Invitation:
        """An order is placed and fulfilled; the invitation that this makes."""
        order = an_order(**changes)
        self.shop.add_order(order)
        scheduling.schedule_order(order, now=self.now)
        return Invitation.objects.get(order_id=order.id)

    def send(self) -> list[Any]:
        """What is due is sent; the mails that went out."""
        before = len(self.shop.outbox)
        sending.send_due(now=self.now)
        return list(self.shop.outbox[before:])

    def invite(self, **changes: Any) -> Invitation:
        """An order is fulfilled and its survey sent."""
        invitation = self.fulfill(**changes)
        self.send()
        invitation.refresh_from_db()
        return invitation

    def answer(self, invitation: Invitation, score: object, comment: str = "") -> Response:
        return recording.submit(
            invitation_token(invitation.key), Submission(score=score, comment=comment), now=self.now
        )
