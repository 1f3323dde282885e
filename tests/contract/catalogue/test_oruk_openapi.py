"""The OpenAPI document put to the proof: generated requests find no failure, and answers are as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.catalogue.openapi import document
from bot.gateway.oruk import oruk_app
from tests.contract.catalogue.in_thread import serving
from tests.unit.catalogue.builders import product

schema = schemathesis.openapi.from_dict(document())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The endpoints on a port of their own, in a thread, for a client that blocks."""
    app = web.Application()
    app.add_subapp("/oruk", oruk_app(product()))
    with serving(app) as base:
        yield f"{base}/oruk"


@schema.parametrize()
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_generated_requests_are_answered_as_described(case: schemathesis.Case[Any], address: str) -> None:
    """No request, fitting the document or not, ends in a 5xx or in an answer it does not describe."""
    response = case.call(base_url=address)
    case.validate_response(
        response,
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
        ],
    )
