"""Global ids, read with bounds: an id that PostgreSQL cannot hold names nothing."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from graphql import GraphQLError
from saleor.graphql.core.utils import from_global_id_or_error

_LARGEST = 2**63 - 1


def pk_of(global_id: str, type_name: str) -> int:
    """Return the number in a global id; raises GraphQLError for an id of another type, 0 stands for nothing there is."""
    _, pk = from_global_id_or_error(global_id, type_name, raise_error=True)
    if not pk.isdecimal():
        raise GraphQLError(f"Invalid ID: {global_id}. Expected: {type_name}.")
    return int(pk) if int(pk) <= _LARGEST else 0


def pks_of(global_ids: Iterable[str], type_name: str) -> tuple[int, ...]:
    return tuple(pk_of(global_id, type_name) for global_id in global_ids)


def argument_pk(global_id: str, type_name: str, *, field: str = "id") -> int:
    """Return the number in a global id given to a mutation, which answers with a typed error about `field` otherwise."""
    try:
        return pk_of(global_id, type_name)
    except GraphQLError as error:
        raise ValidationError({field: ValidationError(str(error), code="graphql_error")}) from error
