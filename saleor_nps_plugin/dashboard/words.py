"""Words for what the domain calls by a code; `gettext` them where they are shown."""

from django.utils.translation import gettext, gettext_noop

from ..surveys.models import Scale, SkipReason
from ..surveys.reporting.labels import TOUCHPOINTS

SKIP_REASONS = {
    SkipReason.COOLDOWN: gettext_noop("Asked not long ago"),
    SkipReason.OPTED_OUT: gettext_noop("Does not want surveys"),
    SkipReason.SAMPLED_OUT: gettext_noop("Not in the sample"),
    SkipReason.BELOW_MINIMUM_TOTAL: gettext_noop("Order below the minimum total"),
    SkipReason.NO_ADDRESS: gettext_noop("Order without an e-mail address"),
    SkipReason.ORDER_CANCELED: gettext_noop("Order cancelled"),
    SkipReason.ORDER_REFUNDED: gettext_noop("Order refunded"),
    SkipReason.ORDER_RETURNED: gettext_noop("Goods returned"),
    SkipReason.CUSTOMER_DELETED: gettext_noop("Account deleted"),
    SkipReason.OPEN_CASE: gettext_noop("Has an open case"),
    SkipReason.PLUGIN_INACTIVE: gettext_noop("Surveys were switched off"),
}

SCALE_NAMES = {
    Scale.NPS.value: gettext_noop("Net Promoter Score"),
    Scale.CSAT.value: gettext_noop("Satisfaction (CSAT)"),
    Scale.CES.value: gettext_noop("Effort (CES)"),
    Scale.RECOVERY.value: gettext_noop("After a resolved case"),
}


def skip_reason(code: str) -> str:
    """Why somebody was not asked, in the reader's language."""
    return gettext(dict(SKIP_REASONS).get(code, code))  # type: ignore[call-overload]


def touchpoint(code: str) -> str:
    """What prompts asking, in the reader's language."""
    return gettext(dict(TOUCHPOINTS).get(code, code))  # type: ignore[call-overload]
