"""Settings about what follows an answer, by the kind of answer."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from . import reading
from .setting import DAYS, Setting, whole_number


@dataclass(frozen=True)
class AnswerSettings:
    """What goes for what follows an answer, by the kind of answer in one channel."""

    detractor_apology: bool = True
    callback: bool = True
    recovery_after_days: int = 0
    passive_offer_voucher: str = ""
    offer_pause_days: int = 180
    announce_events: bool = True


ANSWER_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "detractor_apology",
        gettext_noop("Apologise to unhappy customers"),
        gettext_noop(
            "true: whoever answers 0 to 6 reads an apology after the survey and gets it by e-mail. false: they are "
            "thanked like everybody."
        ),
        "true",
        reading.yes_or_no,
        group="answers",
        kind="switch",
        explanation=gettext_noop(
            "Whoever answers 0 to 6 reads an apology after the survey, and gets it by e-mail a little later."
        ),
    ),
    Setting(
        "callback",
        gettext_noop("Offer to call back"),
        gettext_noop(
            "true: the apology asks how and when your staff may call or write. false: it does not. Without the apology "
            "nobody is asked."
        ),
        "true",
        reading.yes_or_no,
        group="answers",
        kind="switch",
        explanation=gettext_noop(
            "The apology asks how and when your staff may call or write. What a customer writes there is in the case and "
            "in the e-mail to your staff."
        ),
    ),
    whole_number(
        "recovery_after_days",
        gettext_noop("Ask again after days"),
        gettext_noop(
            "Days after a case was resolved until its customer is asked, once, whether you have made it right. 0: nobody "
            "is asked."
        ),
        "0",
        low=0,
        high=365,
        unit=DAYS,
        group="answers",
        title=gettext_noop("Ask whether it is right now, after"),
    ),
    Setting(
        "passive_offer_voucher",
        gettext_noop("Offer for answers of 7 and 8"),
        gettext_noop(
            "Name, or one of the codes, of a voucher whose codes work once: whoever answers 7 or 8 gets a code of it. "
            "Empty: nobody does."
        ),
        "",
        reading.text,
        group="answers",
        kind="short",
    ),
    whole_number(
        "offer_pause_days",
        gettext_noop("Days between two offers"),
        gettext_noop(
            "Nobody gets a second offer within so many days, so that it does not pay to answer for the sake of it. 0: one "
            "for every such answer."
        ),
        "180",
        low=0,
        high=3650,
        unit=DAYS,
        group="answers",
        title=gettext_noop("No second offer within"),
    ),
    Setting(
        "announce_events",
        gettext_noop("Tell apps"),
        gettext_noop(
            "true: apps that listen to NOTIFY_USER are told of answers, resolved cases, rewarded referrals and redeemed "
            "points. false: they are not."
        ),
        "true",
        reading.yes_or_no,
        group="answers",
        kind="switch",
        explanation=gettext_noop(
            "Apps that listen to NOTIFY_USER are told of answers, resolved cases, rewarded referrals and redeemed points."
        ),
    ),
)
