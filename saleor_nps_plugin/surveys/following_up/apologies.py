"""An apology to whoever is unhappy, and what they answer when asked whether to call them back."""

from datetime import datetime, timedelta

from django.db import transaction

from ...errors import Invalid
from ...rewards import notices
from ...rewards.models import Notice, NoticeKind
from ...shop import get_shop
from ...shop.settings import ChannelSettings
from ...shoppers.models import Shopper
from ..answering import recording, untrue
from ..answering.submission import clean_text
from ..models import CaseStatus, Response
from ..reporting.scoring import Category
from . import alerts, cases, withheld

LONGEST_CALLBACK = 200
# What is sent only once the author has surely left the page: they may change the score, or ask to be called back.
PATIENCE = timedelta(minutes=15)


def notice_key(response_id: int) -> str:
    """Return the key of the notice about the apology for a response."""
    return f"apology:{response_id}"


def is_due(response: Response, settings: ChannelSettings) -> bool:
    """Whether the author of this answer is apologised to."""
    return response.category is Category.DETRACTOR and settings.detractor_apology


def may_ask(response: Response, settings: ChannelSettings) -> bool:
    """Whether the author of this answer is asked how and when to call back."""
    return is_due(response, settings) and settings.callback


def apologize(response: Response, shopper: Shopper, *, now: datetime) -> None:
    """Note that the author of an answer gets an apology by e-mail in a while, once, unless staff are quicker."""
    if response.invitation is None or withheld.is_seen_to(response):
        return
    notices.add(
        shopper,
        kind=NoticeKind.APOLOGY,
        key=notice_key(response.pk),
        channel=response.channel,
        language_code=response.language_code,
        facts={"invitation": response.invitation.key.hex, "has_callback": bool(response.callback)},
        now=now,
        due_at=max(now, response.updated_at + PATIENCE),
    )


def withdraw(response: Response) -> None:
    """Send no apology to somebody who has thought better of the answer."""
    Notice.objects.filter(key=notice_key(response.pk), sent_at=None).delete()


def ask_callback(token: str, wish: str, *, now: datetime) -> Response:
    """Note how and when the holder of a survey's token wants to be called back; "" takes it back.

    Whoever has a case that was closed meanwhile opens it again, and staff are told, unless the answer looks untrue. Raises
    TokenInvalid, TokenExpired, PluginInactive, and Invalid where nobody is asked that, or for more than LONGEST_CALLBACK
    characters.
    """
    text = " ".join(clean_text(wish).split())
    if len(text) > LONGEST_CALLBACK:
        raise Invalid(f"At most {LONGEST_CALLBACK} characters fit.", field="callback")
    invitation = recording.open_invitation(token, now=now)
    settings = get_shop().settings().for_channel(invitation.channel)
    with transaction.atomic():
        # The invitation's response is read anew: it may just be changing.
        rows = Response.objects.select_for_update(of=("self",)).select_related("survey")
        response = rows.filter(invitation_id=invitation.pk).first()
        if response is None or not may_ask(response, settings):
            raise Invalid("Nobody is called back about this answer.", field="callback")
        if response.callback != text:
            _change(response, text, settings, now)
        return response


def _change(response: Response, text: str, settings: ChannelSettings, now: datetime) -> None:
    before, wishes = cases.facts_of(response), {cases.CALLBACK: (bool(response.callback), bool(text))}
    response.callback = text
    response.may_contact = response.may_contact or bool(text)
    is_for_staff = bool(text) and not untrue.is_flagged(response)
    if is_for_staff and response.case_status in (CaseStatus.NONE, CaseStatus.RESOLVED):
        response.case_status = CaseStatus.OPEN
    cases.keep(response, before, staff_id=None, now=now, also=wishes)
    response.save(update_fields=["callback", "may_contact"])
    Notice.objects.filter(key=notice_key(response.pk), sent_at=None).update(
        facts={"invitation": response.invitation.key.hex, "has_callback": bool(text)}  # type: ignore[union-attr]
    )
    if not text:
        alerts.forget_wish(response)
    elif is_for_staff and settings.staff_emails:
        alerts.tell_of_wish(response, now=now)
