"""Our part of Saleor's schema is what docs/nps.graphql promises, and Saleor serves it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from graphql import parse
from graphql.language import ast
from graphql.language.printer import print_ast
from graphql.type.definition import GraphQLEnumType, GraphQLInputObjectType, GraphQLObjectType
from saleor.graphql.api import schema
from saleor.graphql.query_cost_map import COST_MAP

from saleor_nps_plugin import __version__
from saleor_nps_plugin.graphql.extend import COSTS, install

pytestmark = pytest.mark.every_version

PROMISES = Path(__file__).parents[2] / "docs" / "nps.graphql"

# What is promised and comes later. A dot leads to a field, parentheses to an argument.
NOT_BUILT: set[str] = set()
# graphql-core 2 refuses a query that leaves out an argument which cannot be null, whatever its default. Every query that
# the promise allows is answered as promised; null is taken for the default.
WIDER_THAN_PROMISED = {"NpsScore.trend(interval)": ("NpsIntervalEnum! = MONTH", "NpsIntervalEnum = MONTH")}

Signatures = dict[str, str]


def promised() -> Signatures:
    """What each type, field, argument and enum value of the document looks like."""
    # graphql-core 2 does not know descriptions.
    text = re.sub(r'"""[\s\S]*?"""|^\s*"[^"\n]*"\s*$', "", PROMISES.read_text(), flags=re.MULTILINE)
    return {name: signature for definition in parse(text).definitions for name, signature in _promised_by(definition)}


def _promised_by(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.TypeExtensionDefinition):
        yield from _fields(node.definition)
        return
    interfaces = [interface.name.value for interface in getattr(node, "interfaces", None) or []]
    yield node.name.value, f"{_KINDS[type(node)]} {' '.join(interfaces)}".strip()
    if isinstance(node, ast.EnumTypeDefinition):
        yield from ((f"{node.name.value}.{value.name.value}", "value") for value in node.values)
    else:
        yield from _fields(node)


_KINDS = {ast.ObjectTypeDefinition: "type", ast.InputObjectTypeDefinition: "input", ast.EnumTypeDefinition: "enum"}


def _fields(node: Any) -> Iterator[tuple[str, str]]:
    for field in node.fields:
        name = f"{node.name.value}.{field.name.value}"
        yield name, print_ast(field.type)
        for argument in getattr(field, "arguments", None) or []:
            default = f" = {print_ast(argument.default_value)}" if argument.default_value else ""
            yield f"{name}({argument.name.value})", print_ast(argument.type) + default


def built() -> Signatures:
    """The same of the schema, for types of ours and for our fields of Saleor's types."""
    types = schema.get_type_map().values()
    ours = [type_ for type_ in types if type_.name.startswith("Nps")]
    extended = [schema.get_type(name) for name in ("Query", "Mutation", "User", "Order")]
    described = {name: signature for type_ in ours for name, signature in _built_type(type_)}
    fields = {name: signature for type_ in extended for name, signature in _built_fields(type_)}
    return described | {name: signature for name, signature in fields.items() if ".nps" in name}


def _built_type(type_: Any) -> Iterator[tuple[str, str]]:
    if isinstance(type_, GraphQLEnumType):
        yield type_.name, "enum"
        yield from ((f"{type_.name}.{value.name}", "value") for value in type_.values)
        return
    kind = "input" if isinstance(type_, GraphQLInputObjectType) else "type"
    interfaces = [interface.name for interface in getattr(type_, "interfaces", ())]
    yield type_.name, f"{kind} {' '.join(interfaces)}".strip()
    yield from _built_fields(type_)


def _built_fields(type_: Any) -> Iterator[tuple[str, str]]:
    for field_name, field in type_.fields.items():
        name = f"{type_.name}.{field_name}"
        yield name, str(field.type)
        for argument_name, argument in getattr(field, "args", {}).items():
            default = "" if argument.default_value is None else f" = {argument.default_value}"
            yield f"{name}({argument_name})", f"{argument.type}{default}"


def _is_part_of(name: str, missing: set[str]) -> bool:
    return any(name == part or name.startswith((f"{part}.", f"{part}(")) for part in missing)


def test_everything_that_is_promised_is_built_or_named_as_missing():
    actual = built()

    missing = {name for name in promised() if name not in actual and not _is_part_of(name, NOT_BUILT)}

    assert missing == set()
    assert {name for name in NOT_BUILT if name in actual} == set()
    assert {name for name in NOT_BUILT if name not in promised()} == set()


def test_types_and_nullability_are_as_promised():
    actual, wanted = built(), promised()

    different = {
        name: (wanted[name], actual[name]) for name in wanted.keys() & actual.keys() if wanted[name] != actual[name]
    }

    assert different == WIDER_THAN_PROMISED


def test_nothing_is_built_that_is_not_promised():
    assert built().keys() - promised().keys() == set()


def test_everything_of_ours_is_described_and_filed_under_nps():
    types = [type_ for type_ in schema.get_type_map().values() if type_.name.startswith("Nps")]
    without_words = [type_.name for type_ in types if not type_.description and not type_.name.endswith("Edge")]
    without_words += [f"{type_.name}.{name}" for type_ in types for name in _undescribed(type_)]

    assert without_words == []
    assert [type_.name for type_ in types if getattr(type_.graphene_type, "doc_category", None) != "NPS"] == []


def _undescribed(type_: Any) -> Iterator[str]:
    if isinstance(type_, GraphQLEnumType):
        yield from (value.name for value in type_.values if not value.description)
        return
    # Saleor's own: what every payload and every connection has.
    inherited = {"edges", "errors"}
    for name, field in type_.fields.items():
        if not field.description and name not in inherited:
            yield name
        yield from (f"{name}({argument})" for argument, it in getattr(field, "args", {}).items() if not it.description)


def test_costs_are_known_for_fields_that_exist_only():
    for type_name, fields in COSTS.items():
        assert fields.keys() <= schema.get_type(type_name).fields.keys()
        assert fields.items() <= COST_MAP[type_name].items()


def test_lists_of_ours_cost_as_much_as_saleors(staff_api_client):
    query = "{ npsResponses(first: 50) { edges { node { id order { id } } } } }"

    answer = staff_api_client.post_graphql(query).json()

    assert answer["extensions"]["cost"]["requestedQueryCost"] == 100


def test_saleors_command_prints_our_part():
    printed = StringIO()
    call_command("get_graphql_schema", stdout=printed)

    assert 'type NpsScore @doc(category: "NPS") {' in printed.getvalue()
    assert "trend(" in printed.getvalue()
    assert "interval: NpsIntervalEnum = MONTH" in printed.getvalue()


def test_installing_again_changes_nothing():
    before = dict(schema.get_query_type().fields)

    install()

    assert schema.get_query_type().fields == before


def test_a_schema_that_saleor_cached_before_us_is_not_served(api_client, settings):
    settings.DEBUG = False
    api_client.post_graphql("{ __schema { queryType { name } } }")

    # Imported late: in Saleor 3.21 the first request changes it.
    from saleor.graphql.views import generate_cache_key

    assert f"nps-{__version__}" in generate_cache_key("{ __schema { queryType { name } } }")


SOMEBODY_WAS_EARLIER = """
import django
from unittest import mock

with mock.patch("saleor_nps_plugin.graphql.extend.install"):
    django.setup()
from saleor.graphql import api

before = api.schema
assert "npsScore" not in before.get_query_type().fields
from saleor_nps_plugin.graphql.extend import install

install()
assert api.schema is before
answer = api.schema.execute('''query ($who: [_Any!]!) {
    __type(name: "NpsScore") { name }
    npsSurvey: __type(name: "Order") { fields { name } }
    _service { sdl }
    _entities(representations: $who) { __typename }
}''', variables={"who": []})
assert not answer.errors, answer.errors
assert answer.data["__type"] == {"name": "NpsScore"}
assert {"name": "npsResponses"} in answer.data["npsSurvey"]["fields"]
assert "type NpsScore" in answer.data["_service"]["sdl"]
"""


def test_a_schema_that_is_built_already_is_extended_too():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "saleor.tests.settings"}

    run = subprocess.run([sys.executable, "-c", SOMEBODY_WAS_EARLIER], env=environment, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr


def test_object_types_of_ours_do_not_hide_fields_of_saleors():
    ours = {name for name in schema.get_type("Order").fields if name.startswith("nps")}

    assert ours == {"npsInvitations", "npsPointsEntries", "npsResponses", "npsSurveyLinks"}
    assert isinstance(schema.get_type("NpsScore"), GraphQLObjectType)
