"""A voucher code for whoever is nearly convinced, and for nobody who answers for the sake of it."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from ...errors import NotUnique, NpsError
from ...referrals.generating import new_code
from ...rewards import notices
from ...rewards.models import Notice, NoticeKind
from ...shop import get_shop
from ...shop.settings import AnswerSettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import same_person
from ..models import Offer, Response, Scale
from ..reporting.scoring import Category

logger = logging.getLogger(__name__)

_ATTEMPTS = 5


def notice_key(response_id: int) -> str:
    """Return the key of the notice about the offer for a response; there is one too where none is made, never sent."""
    return f"offer:{response_id}"


def is_due(response: Response, settings: AnswerSettings) -> bool:
    """Whether this answer is one for which the operator makes offers."""
    is_passive = response.category is Category.PASSIVE and response.survey.scale == Scale.NPS
    return is_passive and bool(settings.passive_offer_voucher) and bool(response.channel)


def ensure_offer(response: Response, shopper: Shopper, settings: AnswerSettings, *, now: datetime) -> Offer | None:
    """Return the offer for an answer, made if need be; None where the same person got one within the pause.

    Inside a transaction. Decided once: repeating it changes nothing. A voucher of which no code can be given is logged.
    """
    made = Offer.objects.filter(response=response).first()
    if made is not None or Notice.objects.filter(key=notice_key(response.pk)).exists():
        return made
    offer = None
    if not _had_one(shopper, now - timedelta(days=settings.offer_pause_days)):
        try:
            with transaction.atomic():
                offer = _publish(response, shopper, settings.passive_offer_voucher, now)
        except NpsError as error:
            logger.warning("No offer in channel %s: %s", response.channel, error.message)
    _note(response, shopper, offer, now)
    return offer


def _had_one(shopper: Shopper, since: datetime) -> bool:
    # Locked, so that two answers of one person at once do not both get one.
    people = list(same_person(shopper).select_for_update().order_by("pk").values_list("pk", flat=True))
    return Offer.objects.filter(shopper__in=people, made_at__gt=since).exists()


def _publish(response: Response, shopper: Shopper, voucher: str, now: datetime) -> Offer:
    shop = get_shop()
    voucher_id = shop.find_offer(voucher, response.channel)
    for _ in range(_ATTEMPTS):
        code = new_code()
        try:
            with transaction.atomic():
                name = shop.publish_offer(code, voucher_id, response.channel)
        except NotUnique:
            continue
        return Offer.objects.create(response=response, shopper=shopper, code=code, voucher_name=name, made_at=now)
    raise NotUnique("No free code was found.", field="voucher")


def _note(response: Response, shopper: Shopper, offer: Offer | None, now: datetime) -> None:
    notices.add(
        shopper,
        kind=NoticeKind.OFFER,
        key=notice_key(response.pk),
        channel=response.channel,
        language_code=response.language_code,
        facts={"code": offer.code} if offer else {},
        now=now,
    )
    if offer is None:
        Notice.objects.filter(key=notice_key(response.pk)).update(due_at=None)
