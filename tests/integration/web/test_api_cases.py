"""Cases drawn from the API's own description: no defect, and no answer that it does not describe.

``make test`` tries some hundreds, the same each time; ``make test-api`` ten thousand others.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks as openapi_checks

from scripts.openapi import TARGET
from tests.integration.web.conftest import HOST, Site
from tests.support.drawing import examples

DESCRIBED = json.loads(TARGET.read_text(encoding="utf-8"))
for _path in DESCRIBED["paths"].values():
    for _each in (each for method in _path.values() for each in method.get("parameters", ())):
        for _schema in _each["schema"].get("anyOf", ()):
            _schema.pop("maxLength", None)  # to draw 100,001 characters takes a minute
SCHEMA = schemathesis.openapi.from_dict(DESCRIBED)
STREAM = "/api/v1/events"  # never ends
OPERATIONS = {
    operation.label: operation
    for operation in (each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok))
    if operation.path != STREAM
}
CHECKS = [
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
]
OF_EACH = 12
TOKENS = ["operate", "operate", "operate", "read", None]


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_described(quiet_site: Site, label: str) -> None:
    operation = OPERATIONS[label]
    cases = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    row = quiet_site.items("/rows?limit=1")[0]["row_id"]

    @settings(
        max_examples=examples(OF_EACH),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(case=cases, is_known=st.booleans(), token=st.sampled_from(TOKENS))
    def answer(case: schemathesis.Case[Any], is_known: bool, token: str | None) -> None:
        if is_known:
            case.path_parameters = {**_known(case.path_parameters or {}, row)}
        case.validate_response(_ask(quiet_site, case, token), checks=CHECKS)

    answer()
    assert quiet_site.get("/health").status_code == 200


def _known(parameters: Any, row: str) -> dict[str, Any]:
    """With what there is in place of what was drawn."""
    there = {"row_id": row, "run_id": 1, "column": "Company", "name": "jobs"}
    return {name: there.get(name, value) for name, value in parameters.items()}


def _ask(site: Site, case: schemathesis.Case[Any], token: str | None) -> httpx.Response:
    given = case.as_transport_kwargs(base_url=HOST)
    given.pop("verify", None)
    given.pop("timeout", None)
    try:
        asked = requests.Request(**given).prepare()
    except (requests.RequestException, UnicodeError):
        assume(False)
    headers = {k: v for k, v in asked.headers.items() if k.lower() != "authorization"}
    parts = urlsplit(str(asked.url))
    return site.call(
        str(asked.method),
        f"{parts.path}?{parts.query}",
        token=token,
        headers=headers,
        content=asked.body,
    )
