"""A promoter's code, and the ways to pass it on. Every way works without script; copying and the phone's own sheet need it."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from ..referrals import codes
from ..referrals.models import ReferralCode
from ..rewards.wording import discount_written
from ..shop import get_shop
from ..shop.reading import Discount
from .wording import amount, worth_written


@dataclass(frozen=True)
class Sharing:
    """A code as a page offers it. `message` is what friends read; texts are empty where there is nothing to say."""

    code: str
    share_url: str
    friend_gets: str
    owner_gets: str
    minimum: str
    subject: str
    message: str

    @property
    def mail_url(self) -> str:
        return f"mailto:?subject={quote(self.subject)}&body={quote(self._whole_message)}"

    @property
    def whatsapp_url(self) -> str:
        return f"https://wa.me/?text={quote(self._whole_message)}"

    @property
    def _whole_message(self) -> str:
        return f"{self.message}\n{self.share_url}" if self.share_url else self.message


def sharing_of(
    code: ReferralCode, *, share_url: str, friend_gets: Discount | None, owner_points: int, currency: str, language: str
) -> Sharing:
    """Return how a code is offered to its owner."""
    settings = get_shop().settings().for_channel(code.channel)
    discount = discount_written(friend_gets, currency, language) if friend_gets else ""
    friend_gets_text = languages.isolate(languages.localize_digits(discount, language), language) if discount else ""
    minimum = settings.minimum_of_codes
    with translation.override(language):
        return Sharing(
            code=code.code,
            share_url=share_url,
            friend_gets=friend_gets_text,
            owner_gets=worth_written(owner_points, currency, language) if owner_points else "",
            minimum=amount(minimum, currency, language) if minimum else "",
            subject=gettext("A code for {shop_name}").replace("{shop_name}", settings.shop_name),
            message=_message(code.code, settings.shop_name, friend_gets_text, has_reward=bool(owner_points)),
        )


def own_codes(shopper_ids: Collection[int], language: str) -> list[Sharing]:
    """Return the codes that these shoppers can share now."""
    shop = get_shop()
    shown = []
    for code in ReferralCode.objects.filter(shopper__in=shopper_ids, deactivated_at=None).order_by("pk"):
        settings = shop.settings().for_channel(code.channel)
        published = codes.published(code)
        if published is None or not published.is_active or not settings.enabled or not settings.referral_enabled:
            continue
        shown.append(
            sharing_of(
                code,
                share_url=codes.share_url(code, settings),
                friend_gets=published.discount,
                owner_points=settings.referral_points,
                currency=shop.currency(code.channel),
                language=language,
            )
        )
    return shown


def _message(code: str, shop_name: str, friend_gets: str, *, has_reward: bool) -> str:
    """What friends read says that the sender is rewarded, as the rules on recommendations want it."""
    sentences = [gettext("My code for {shop_name}: {code}")]
    if friend_gets:
        sentences.append(gettext("With it you get {friend_gets} off your first order."))
    if has_reward:
        sentences.append(gettext("I get a reward, too, when you order."))
    text = "\n".join(sentences)
    for name, value in (("shop_name", shop_name), ("friend_gets", friend_gets), ("code", code)):
        text = text.replace(f"{{{name}}}", value)
    return text
