"""python -m demo.referral: a promoter shares a code, a friend orders with it, and a third of that order goes back."""

from decimal import Decimal
from typing import Any

from demo import ports
from demo.order import ask, buy, fulfil, staff_token
from demo.order_queries import (
    ANSWER,
    INVITATION_OF_ORDER,
    ORDER_PAYMENT,
    ORDER_REFUND,
    ORDER_REWARDS,
    TRANSACTION_UPDATE,
)
from tooling.progress import Trouble, exit_with, say

CHANNEL = "default-channel"
REFUNDED_SHARE = Decimal("0.3")


def main() -> None:
    try:
        code = _promoter()
        _friend(code)
    except Trouble as trouble:
        exit_with(trouble)
    say("")
    say('Thanks, reward and its reversal are on their way to the inbox, each with a link to "my rewards":')
    say(f"  http://localhost:{ports.INBOX.number}/")


def _promoter() -> str:
    order = buy(channel=CHANNEL)
    fulfil(order)
    (invitation,) = ask(INVITATION_OF_ORDER, staff_token(), id=order["id"])["order"]["npsInvitations"]
    survey = invitation["url"].rstrip("/").rpartition("/")[2]
    thanks = ask(ANSWER, survey=survey, score=10)["npsResponseSubmit"]["thanks"]
    code = str(thanks["referralCode"]["code"])
    say(f"{order['userEmail']} answered 10 and has the code {code} to share.")
    _tell(order)
    return code


def _friend(code: str) -> None:
    order = buy(codes=[code], channel=CHANNEL)
    fulfil(order)
    say(f"{order['userEmail']} ordered with {code}. The order earned the promoter:")
    paid = _tell(order)
    amount = (paid * REFUNDED_SHARE).quantize(Decimal("0.01"))
    _refund(order, amount)
    say(f"{amount} of {paid} USD was refunded. The order has earned:")
    _tell(order)


def _refund(order: dict[str, Any], amount: Decimal) -> None:
    staff = staff_token()
    found = ask(ORDER_PAYMENT, staff, id=order["id"])["order"]
    if found["payments"]:
        ask(ORDER_REFUND, staff, id=order["id"], amount=str(amount))
        return
    (transaction,) = found["transactions"]
    currency, charged = transaction["chargedAmount"]["currency"], Decimal(str(transaction["chargedAmount"]["amount"]))
    changes = {
        "amountRefunded": {"amount": str(amount), "currency": currency},
        "amountCharged": {"amount": str(charged - amount), "currency": currency},
    }
    ask(TRANSACTION_UPDATE, staff, id=transaction["id"], transaction=changes)


def _tell(order: dict[str, Any]) -> Decimal:
    found = ask(ORDER_REWARDS, staff_token(), id=order["id"])["order"]
    for entry in found["npsPointsEntries"]:
        say(f"  {entry['points']:+} points, {entry['note']}, from {entry['availableAt'][:10]} on")
    return Decimal(str(found["total"]["gross"]["amount"]))


if __name__ == "__main__":
    main()
