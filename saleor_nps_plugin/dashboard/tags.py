"""What templates for staff use to write numbers, moments and charts in the reader's language."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from django import template
from django.utils import timezone
from django.utils.html import format_html

from .. import languages, rendering
from ..surveys.making.texts import shown_name
from ..surveys.models import Survey
from . import entities

register = template.Library()
_A_MINUTE = timedelta(minutes=1)
_NATIVE: dict[str, Any] = {"numbering_system": "default"}


def _sign_stays() -> str:
    """A mark without which the sign of a number goes to its other side where text runs from right to left."""
    return "\N{LEFT-TO-RIGHT MARK}" if languages.direction(languages.current()) == "rtl" else ""


@register.filter
def number(value: float | None, decimals: int = 0) -> str:
    """1234 → 1,234; -5 → −5; None → –."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    written = languages.localize_digits(
        format_decimal(value, pattern, locale=languages.current(), **_NATIVE), languages.current()
    )
    # The hyphen of most locales is shorter than the plus and the digits that it stands beside.
    return f"{_sign_stays()}{written.replace('-', '−')}" if value < 0 else written


@register.filter
def signed(value: float | None) -> str:
    """A change: +3, −2, 0."""
    if value is None:
        return "–"
    written = number(abs(value))
    return written if round(value) == 0 else f"{_sign_stays()}{'+' if value > 0 else '−'}{written}"


@register.filter
def percent(value: float | None) -> str:
    """0.256 → 25.6 %; None → –."""
    if value is None:
        return "–"
    language = languages.current()
    written = languages.localize_digits(format_percent(value, "#,##0.#%", locale=language, **_NATIVE), language)
    # Babel knows the sign that belongs to Persian digits, and does not write it.
    return written.replace("%", "٪") if language == "fa" else written


@register.filter
def money(value: Decimal | int, currency: str) -> str:
    """An amount of a currency."""
    language = languages.current()
    return languages.localize_digits(format_currency(value, currency, locale=language, **_NATIVE), language)


@register.filter
def day(value: date | None) -> str:
    """Apr 12, 2026."""
    if value is None:
        return "–"
    return languages.localize_digits(format_date(value, "medium", locale=languages.current()), languages.current())


@register.filter
def moment(value: datetime | None) -> str:
    """A <time> that the page's script writes in the reader's own zone."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    written = languages.localize_digits(
        format_datetime(local, "medium", locale=languages.current()), languages.current()
    )
    return format_html('<time datetime="{}" data-local>{}</time>', local.isoformat(), written)


@register.filter
def age(value: datetime | None) -> str:
    """How long ago, in the largest unit that fits, at least a minute: 3 days."""
    if value is None:
        return "–"
    written = format_timedelta(max(timezone.now() - value, _A_MINUTE), locale=languages.current())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        value.isoformat(" ", "minutes"),
        languages.localize_digits(written, languages.current()),
    )


@register.filter
def order_page(order_id: object) -> str:
    return entities.order_page(order_id)


@register.filter
def customer_page(user_id: object) -> str:
    return entities.customer_page(user_id)


@register.filter
def product_page(product_id: object) -> str:
    return entities.product_page(product_id)


@register.filter
def survey_name(survey: Survey) -> str:
    """What staff call it; a ready survey's name is in their language."""
    return shown_name(survey.slug, survey.name)


@register.simple_tag
def chart(picture: Any) -> str:
    """A picture with its numbers as a table."""
    return rendering.render("dashboard/chart.html", {"chart": picture})
