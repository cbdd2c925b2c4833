"""The surveys that come with the plugin. Their words are the plugin's translations."""

from collections.abc import Callable, Mapping, Sequence

from django.db import transaction

from ..models import QuestionRole, Scale, Survey, Touchpoint
from ..reporting.scoring import Category
from .drafts import Draft, QuestionDraft
from .editing import create
from .ready_questions import ready_question
from .texts import READY_NAMES

AFTER_DELIVERY = "after-delivery"
PRODUCT_USED = "product-used"
CSAT = "csat"
CES = "ces"
RECOVERY = "recovery"

_DAYS = 24


@transaction.atomic
def ensure_survey() -> None:
    """Make the surveys that a shop does not have yet; only the one after a delivery asks anybody by itself.

    A slug never changes and a survey is never deleted, so what staff made of one is left alone. Shops that have surveys
    without the one after a delivery do not get that.
    """
    slugs = set(Survey.objects.values_list("slug", flat=True))
    for slug, draft in _READY.items():
        if slug not in slugs and not (slug == AFTER_DELIVERY and slugs):
            create(draft())


def ready_draft(slug: str) -> Draft:
    """Return what a ready survey begins with; raises KeyError for a slug that is none of theirs."""
    return _READY[slug]()


def _comments(*groups: Sequence[Category]) -> tuple[QuestionDraft, ...]:
    return tuple(QuestionDraft(categories=tuple(asked.value for asked in group), is_comment=True) for group in groups)


def _after_delivery() -> Draft:
    return Draft(
        name=READY_NAMES[AFTER_DELIVERY][0],
        slug=AFTER_DELIVERY,
        is_active=True,
        questions=_comments(*([category] for category in Category)),
    )


def _product_used() -> Draft:
    reasons = (QuestionRole.PRODUCT, QuestionRole.LIKED, QuestionRole.IMPROVE)
    return Draft(
        name=READY_NAMES[PRODUCT_USED][0],
        slug=PRODUCT_USED,
        is_active=False,
        touchpoint=Touchpoint.PRODUCT_USED.value,
        delay_hours=30 * _DAYS,
        ignores_cooldown=True,
        questions=(
            *(ready_question(role) for role in reasons),
            *_comments(*([category] for category in Category)),
        ),
    )


def _after_support(slug: str, scale: Scale) -> Draft:
    return Draft(
        name=READY_NAMES[slug][0],
        slug=slug,
        is_active=False,
        touchpoint=Touchpoint.SUPPORT_CONTACT.value,
        delay_hours=0,
        scale=scale.value,
        questions=_comments([Category.PROMOTER], [Category.PASSIVE, Category.DETRACTOR]),
    )


def _recovery() -> Draft:
    # Always on: the setting that has people asked is its switch, and nobody could answer a survey that is off.
    return Draft(
        name=READY_NAMES[RECOVERY][0],
        slug=RECOVERY,
        is_active=True,
        touchpoint=Touchpoint.SUPPORT_CONTACT.value,
        delay_hours=0,
        ignores_cooldown=True,
        scale=Scale.RECOVERY.value,
        questions=_comments(()),
    )


_READY: Mapping[str, Callable[[], Draft]] = {
    AFTER_DELIVERY: _after_delivery,
    PRODUCT_USED: _product_used,
    CSAT: lambda: _after_support(CSAT, Scale.CSAT),
    CES: lambda: _after_support(CES, Scale.CES),
    RECOVERY: _recovery,
}
