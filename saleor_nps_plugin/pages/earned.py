"""What a respondent has got, as the thanks page shows it."""

from datetime import datetime
from typing import Any

from .. import languages
from ..links import rewards_path, shopper_token
from ..rewards.models import PointsEntry
from ..rewards.wording import discount_written
from ..shoppers.models import Shopper
from ..surveys.following_up.apologies import LONGEST_CALLBACK
from ..surveys.following_up.thanking import Thanks, thanks_for
from ..surveys.models import Response
from . import wording
from .sharing import Sharing, sharing_of


def earned(response: Response, language: str, *, now: datetime) -> dict[str, Any]:
    """Return the code to share, the cashback, the offer, the apology, and the link to "my rewards"; empty where there is
    none. Reads only."""
    thanks = thanks_for(response)
    owner = _owner(thanks)
    return {
        "shares": _shares(thanks, language),
        "cashback": _cashback(thanks.entry, language, now) if thanks.entry else None,
        "offer": _offer(thanks, language) if thanks.offer else None,
        "apology": _apology(thanks, response) if thanks.is_apologized else None,
        # Relative, from s/<token>/thanks/: pages do not know below which prefix they are mounted.
        "rewards_url": f"../../..{rewards_path(shopper_token(owner.key))}" if owner else "",
    }


def _owner(thanks: Thanks) -> Shopper | None:
    if thanks.entry is not None and thanks.entry.account.shopper is not None:
        return thanks.entry.account.shopper
    return thanks.code.shopper if thanks.code is not None else None


def _shares(thanks: Thanks, language: str) -> list[Sharing]:
    if thanks.code is None:
        return []
    return [
        sharing_of(
            thanks.code,
            share_url=thanks.share_url,
            friend_gets=thanks.friend_gets,
            owner_points=thanks.owner_points,
            currency=thanks.currency,
            language=language,
        )
    ]


def _offer(thanks: Thanks, language: str) -> dict[str, str]:
    discount = thanks.offer_takes_off
    written = discount_written(discount, thanks.offer_currency, language) if discount else ""
    return {
        "code": thanks.offer.code if thanks.offer else "",
        "takes_off": languages.isolate(languages.localize_digits(written, language), language) if written else "",
    }


def _apology(thanks: Thanks, response: Response) -> dict[str, Any]:
    return {"asks": thanks.may_ask_callback, "callback": response.callback, "longest": LONGEST_CALLBACK}


def _cashback(entry: PointsEntry, language: str, now: datetime) -> dict[str, str]:
    return {
        "worth": wording.worth_written(entry.points, entry.account.currency, language),
        "points": wording.points_written(entry.points, language),
        "usable_from": wording.day(entry.available_at, language) if entry.available_at > now else "",
    }
