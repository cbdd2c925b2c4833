"""Refusals of the domain as typed errors of a mutation."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

import graphene
from django.core.exceptions import ValidationError
from saleor.graphql.core.types.common import Error

from ..errors import NpsError as DomainError
from .enums import DOC_CATEGORY

_MEANINGS = {
    "GRAPHQL_ERROR": "An id cannot be read.",
    "INVALID": "An input has a value that it cannot have.",
    "NOT_FOUND": "An id names nothing that exists, or nothing that you may see.",
    "REQUIRED": "An input is missing.",
    "CONFLICT": "Somebody else changed the same thing meanwhile.",
    "UNIQUE": "The same thing was made before, or a key was used before with other arguments.",
    "TOKEN_INVALID": "The survey link is not one of ours.",
    "TOKEN_EXPIRED": "The survey link's time is over.",
    "ALREADY_ANSWERED": "The survey is answered, and the time to change the answer is over.",
    "SCORE_OUT_OF_RANGE": "A score is not from 0 to 10.",
    "INSUFFICIENT_POINTS": "The balance is too small.",
    "BELOW_MINIMUM": "The points are fewer than can be redeemed at once.",
    "PLUGIN_INACTIVE": "Surveys, or rewards, are switched off.",
}


def _describe(code: Enum | None) -> str:
    return "Why something was refused." if code is None else _MEANINGS[code.name]


NpsErrorCode = graphene.Enum("NpsErrorCode", [(name, name.lower()) for name in _MEANINGS], description=_describe)
NpsErrorCode.doc_category = DOC_CATEGORY


class NpsError(Error):
    code = NpsErrorCode(required=True, description="The error code.")

    class Meta:
        description = "Represents a refusal by the NPS plugin."
        doc_category = DOC_CATEGORY


_ARGUMENT_OF = {"TOKEN_INVALID": "token", "TOKEN_EXPIRED": "token"}


@contextmanager
def typed_errors() -> Iterator[None]:
    """Turn a refusal by the domain into the exception that Saleor's mutations answer with a typed error."""
    try:
        yield
    except DomainError as error:
        refusal = ValidationError(error.message, code=error.code.lower())
        field = error.field or _ARGUMENT_OF.get(error.code)
        raise (ValidationError({field: refusal}) if field else refusal) from error
