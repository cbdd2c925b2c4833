"""Ids as GraphQL has them, without GraphQL."""

from base64 import b64encode


def global_id(type_name: str, pk: object) -> str:
    """Return the id under which GraphQL knows an object, such as "Order" and its UUID."""
    return b64encode(f"{type_name}:{pk}".encode()).decode()


def global_id_or_none(type_name: str, pk: object) -> str | None:
    """The same; None for nothing."""
    return None if pk is None else global_id(type_name, pk)
