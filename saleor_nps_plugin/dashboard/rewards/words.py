"""Words for what codes and points are called by a code; `gettext` them where they are shown."""

from django.utils.translation import gettext, gettext_noop

from ... import money
from ...referrals.models import ReferralStatus, RefusalReason
from ...rewards.models import EntryKind, PointsEntry
from ..tags import money as money_written
from ..tags import number

STATUSES = {
    ReferralStatus.PENDING.value: gettext_noop("Waiting"),
    ReferralStatus.QUALIFIED.value: gettext_noop("Counts, without a reward"),
    ReferralStatus.REWARDED.value: gettext_noop("Rewarded"),
    ReferralStatus.REJECTED.value: gettext_noop("Does not count"),
    ReferralStatus.REVERSED.value: gettext_noop("Taken back"),
}
STATUS_TONES = {
    ReferralStatus.PENDING.value: "info",
    ReferralStatus.QUALIFIED.value: "good",
    ReferralStatus.REWARDED.value: "good",
    ReferralStatus.REJECTED.value: "bad",
    ReferralStatus.REVERSED.value: "warn",
}
REFUSALS = {
    RefusalReason.OWN_ACCOUNT.value: gettext_noop("The referrer's own account"),
    RefusalReason.OWN_EMAIL.value: gettext_noop("The referrer's own e-mail address"),
    RefusalReason.OWN_ADDRESS.value: gettext_noop("The referrer's own postal address"),
    RefusalReason.OWN_PHONE.value: gettext_noop("The referrer's own phone number"),
    RefusalReason.NOT_NEW.value: gettext_noop("The friend had ordered before"),
    RefusalReason.BELOW_MINIMUM.value: gettext_noop("The order is below the minimum"),
    RefusalReason.CAP_REACHED.value: gettext_noop("The month's limit of rewards was reached"),
    RefusalReason.CODE_OFF.value: gettext_noop("The code was switched off"),
    RefusalReason.CODE_REMOVED.value: gettext_noop("The code was taken off the order"),
    RefusalReason.PROGRAM_OFF.value: gettext_noop("Referrals were switched off"),
    RefusalReason.REFERRER_GONE.value: gettext_noop("The referrer's account was deleted"),
    RefusalReason.ORDER_CANCELED.value: gettext_noop("The order was cancelled"),
    RefusalReason.ORDER_REFUNDED.value: gettext_noop("The order was refunded"),
    RefusalReason.ORDER_RETURNED.value: gettext_noop("The order was returned"),
}
_NOTES = {
    EntryKind.CASHBACK.value: gettext_noop("Cashback for an order"),
    EntryKind.REFERRAL.value: gettext_noop("A friend ordered with the code"),
    EntryKind.BONUS.value: gettext_noop("Bonus"),
    EntryKind.REDEMPTION.value: gettext_noop("Turned into a gift card"),
    EntryKind.REVERSAL.value: gettext_noop("Taken back after a refund, return or cancellation"),
    EntryKind.EXPIRY.value: gettext_noop("Expired unused"),
    EntryKind.ADJUSTMENT.value: gettext_noop("Adjusted by staff"),
}


def note(entry: PointsEntry) -> str:
    """Why a balance changed, as staff read it; what staff wrote stands as they wrote it.

    The entry comes with its `remark`.
    """
    return entry.remark.text if hasattr(entry, "remark") else gettext(_NOTES[entry.kind])


def status(code: str) -> str:
    """Where a friend's order stands, in the reader's language."""
    return gettext(STATUSES.get(code, code))


def refusal(code: str) -> str:
    """Why a friend's order earns nothing, in the reader's language; "" for no reason."""
    return gettext(REFUSALS.get(code, code)) if code else ""


def worth(points: int, currency: str) -> str:
    """Points as the money that they are: 1,234 points of USD are $12.34."""
    return _with_minus(money_written(money.worth(points, currency), currency))


def count(points: int) -> str:
    """A number of points: 1,234; −5."""
    return _with_minus(number(points))


def _with_minus(written: str) -> str:
    # Lines break after a hyphen.
    return written.replace("-", "−")


def change(points: int) -> str:
    """Points added or taken away: +500, −30."""
    return f"{'+' if points > 0 else '−'}{number(abs(points))}" if points else number(0)
