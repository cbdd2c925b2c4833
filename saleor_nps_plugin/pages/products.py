"""Which products a survey can ask about: those of the order."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from ..shop import get_shop
from ..surveys.models import Invitation, Question, QuestionRole
from .form import Product


def products_of(invitation: Invitation, questions: Sequence[Question]) -> tuple[Product, ...]:
    """Return the products of an invitation's order, each once, where a question asks for them; without an order none."""
    if invitation.order_id is None or not _is_needed(questions):
        return ()
    order = get_shop().orders([invitation.order_id]).get(invitation.order_id)
    lines = order.lines if order is not None else ()
    names = {line.product_id: line.name for line in reversed(lines) if line.product_id and line.name}
    return tuple(Product(key, names[key]) for key in dict.fromkeys(line.product_id for line in lines) if key in names)


def sample_products(questions: Sequence[Question], language_code: str) -> tuple[Product, ...]:
    """Return what stands for the products of an order where there is none: in previews and tests."""
    if not _is_needed(questions):
        return ()
    with translation.override(languages.spoken(language_code)):
        names = (gettext("One product of the order"), gettext("Another product of the order"))
    return tuple(Product(str(number), name) for number, name in enumerate(names, start=1))


def _is_needed(questions: Sequence[Question]) -> bool:
    return any(question.role == QuestionRole.PRODUCT for question in questions)
