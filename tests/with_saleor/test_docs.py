"""The GraphQL that the documentation shows is what Saleor with the plugin understands."""

import pytest
from graphql import parse, validate

from tests.documents import DOCUMENTS, ROOT, code_blocks

pytestmark = pytest.mark.every_version

EXAMPLES = [
    pytest.param(example, id=f"{path.relative_to(ROOT)}-{number}")
    for path in DOCUMENTS
    for number, example in enumerate(code_blocks(path, "graphql"))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_graphql_example_is_valid(example):
    from saleor.graphql.api import schema

    assert [error.message for error in validate(schema, parse(example))] == []
