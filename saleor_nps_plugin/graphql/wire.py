"""Values as they came over the wire.

graphql-core 2 makes whole numbers of 9.5, true and "9" in variables. Scores and points must not be guessed, so they are
read as sent.
"""

import json
from collections.abc import Mapping
from typing import Any

from graphql.language.ast import ObjectValue, Variable
from saleor.graphql.core import ResolveInfo


def as_sent(info: ResolveInfo, argument: str, field: str) -> object | None:
    """Return a field of an input object as its client sent it in the variables; None if it was not sent in variables."""
    node = _named(info.field_asts[0].arguments, argument)
    if isinstance(node, Variable):
        value = _variables(info).get(node.name.value)
        return value.get(field) if isinstance(value, Mapping) else None
    if isinstance(node, ObjectValue):
        inner = _named(node.fields, field)
        return _variables(info).get(inner.name.value) if isinstance(inner, Variable) else None
    return None


def argument_as_sent(info: ResolveInfo, argument: str) -> object | None:
    """Return an argument as its client sent it in the variables; None if it was not sent in variables."""
    node = _named(info.field_asts[0].arguments, argument)
    return _variables(info).get(node.name.value) if isinstance(node, Variable) else None


def _named(nodes: Any, name: str) -> Any:
    return next((node.value for node in nodes if node.name.value == name), None)


def _variables(info: ResolveInfo) -> Mapping[str, Any]:
    request = info.context
    if request.content_type == "multipart/form-data":
        body = json.loads(request.POST.get("operations", "{}"))
    elif request.content_type == "application/json":
        body = json.loads(request.body)
    else:
        return {}
    # Saleor takes a batch of one operation unless it is configured otherwise.
    operation = body[0] if isinstance(body, list) and len(body) == 1 else body
    variables = operation.get("variables") if isinstance(operation, dict) else None
    return variables if isinstance(variables, Mapping) else {}
