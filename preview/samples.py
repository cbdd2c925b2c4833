"""A shop with people in it: invitations in every state and language, and some past answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from threading import Lock

from django.db.models import QuerySet
from django.utils import timezone

from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.following_up import apologies
from saleor_nps_plugin.surveys.models import DetractorAlert, Invitation, InvitationStatus, Response
from saleor_nps_plugin.surveys.reporting.scoring import category

from . import door_samples, reward_samples, survey_samples, wave_samples, year
from .orders import CLOSED, GALLERY, GALLERY_WITH_LOGO, PREFIX, SHOP, place_order, shop
from .words import CALLBACKS, COMMENTS, NAMES

PAST_ANSWERS = 60


@dataclass(frozen=True)
class Samples:
    """Tokens of sample invitations, by what state they are in."""

    fresh: str
    with_logo: str
    answered: str
    content: str
    unhappy: str
    called: str
    too_late: str
    expired: str
    switched_off: str
    opted_out: str


_samples: dict[str, Samples] = {}
# Two frames may ask for the first sample of a language at once.
_making = Lock()


def of(language: str) -> Samples:
    """Return the sample invitations in a language, made when somebody first looks."""
    with _making:
        if language not in _samples:
            _samples[language] = _make_samples(language)
        return _samples[language]


def open_shop(port: int) -> None:
    """Set the shop up and fill it."""
    _samples.clear()
    reward_samples.forget_all()
    survey_samples.forget_all()
    shop().base_url = f"http://localhost:{port}{PREFIX}"
    for channel in (SHOP, GALLERY, GALLERY_WITH_LOGO):
        shop().add_channel(channel, "EUR")
    shop().configure(
        enabled=True,
        channels=", ".join((SHOP, GALLERY, GALLERY_WITH_LOGO, *year.CURRENCIES)),
        delay_hours="0",
        cooldown_days="0",
        shop_name="Fjord & Fern",
        brand_color="#1f6f5c",
        sender_name="Fjord & Fern",
        sender_address="hello@fjordandfern.example",
        staff_emails="care@fjordandfern.example",
        share_url="https://fjordandfern.example/?voucher={code}",
        referral_minimum_spend="30",
        overrides=f"[{GALLERY}]\npassive_offer_voucher = Sorry\n[{GALLERY_WITH_LOGO}]\nlogo_url = http://localhost:{port}/logo.svg\n",
    )
    door_samples.make()
    _make_past_answers()
    year.live_through(shop(), timezone.now())
    wave_samples.make(timezone.now())


def invite(*, language: str, channel: str, now: datetime, first_name: str = "") -> Invitation:
    """Return an invitation that has been mailed at `now`, without a mail."""
    name = first_name or NAMES[language]
    order = place_order(first_name=name, language=language, channel=channel, fulfilled_at=now)
    scheduling.schedule_order(order, now=now)
    rows = Invitation.objects.filter(order_id=order.id)
    rows.update(status=InvitationStatus.SENT, sent_at=now, due_at=None)
    return rows.get()


def _make_samples(language: str) -> Samples:
    now = timezone.now()
    asked_at = now - timedelta(days=3)

    def token(channel: str = GALLERY) -> str:
        return invitation_token(invite(language=language, channel=channel, now=asked_at).key)

    def answered(score: int = 9) -> str:
        made = token()
        recording.submit(made, Submission(score=score, comment=COMMENTS[language][0]), now=now)
        return made

    def called() -> str:
        made = answered(3)
        apologies.ask_callback(made, CALLBACKS[language], now=now)
        return made

    samples = Samples(
        fresh=token(),
        with_logo=token(GALLERY_WITH_LOGO),
        answered=answered(),
        content=answered(7),
        unhappy=answered(2),
        called=called(),
        too_late=answered(),
        expired=token(),
        switched_off=token(),
        opted_out=token(),
    )
    _rows(samples.expired).update(expires_at=now - timedelta(days=1))
    _rows(samples.switched_off).update(channel=CLOSED)
    Response.objects.filter(invitation__in=_rows(samples.too_late)).update(editable_until=now - timedelta(hours=1))
    recording.opt_out(samples.opted_out, now=now)
    # The journey's inbox is for the journey's mails.
    Notice.objects.filter(channel__in=[GALLERY, GALLERY_WITH_LOGO]).delete()
    return samples


def _make_past_answers() -> None:
    """The same answers at every start: mostly content customers over the last weeks."""
    random = Random(8)
    now = timezone.now()
    for _ in range(PAST_ANSWERS):
        language = random.choice(SUPPORTED)
        then = now - timedelta(days=random.uniform(0.1, 55))
        invitation = invite(language=language, channel=SHOP, now=then)
        score = random.choices(range(11), weights=[2, 1, 1, 2, 2, 3, 4, 9, 17, 24, 35])[0]
        comment = COMMENTS[language][["promoter", "passive", "detractor"].index(category(score).value)]
        submission = Submission(score=score, comment=comment if random.random() < 0.75 else "")
        recording.submit(invitation_token(invitation.key), submission, now=then)
    # Staff were told of these, and promoters thanked, long ago.
    DetractorAlert.objects.all().delete()
    Notice.objects.all().delete()


def _rows(token: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(key=recording.find_invitation(token).key)
