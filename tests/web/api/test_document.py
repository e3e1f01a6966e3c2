"""The API's own description holds, and says of every POST what it asks for."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.web.api.conftest import Callers


@pytest.fixture
def document(api: Callers) -> dict[str, Any]:
    answer = api.nobody.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def _operations(document: dict[str, Any], method: str) -> dict[str, dict[str, Any]]:
    return {path: found[method] for path, found in document["paths"].items() if method in found}


def test_every_post_declares_its_idempotency_key(document: dict[str, Any]) -> None:
    posts = _operations(document, "post")
    assert len(posts) >= 30
    for path, operation in posts.items():
        named = {(one["in"], one["name"]): one for one in operation["parameters"]}
        assert named["header", "Idempotency-Key"]["required"] is True, path


def test_every_post_asks_for_the_key_it_declares(document: dict[str, Any], api: Callers) -> None:
    caller = api["operator"]
    headers = {"Authorization": f"Bearer {caller.secret}"}
    for path, operation in _operations(document, "post").items():
        address = path.replace("{seq}", "1")
        body: dict[str, Any] = {"json": {}}
        if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
            body = {"data": {"field": "x"}, "content_type": "multipart/form-data"}
        answer = caller.client.post(address, headers=headers, **body)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_required"), path


def test_every_change_is_a_post_and_every_refusal_the_one_problem(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        assert set(operations) <= {"get", "post", "parameters"}, path
        for method in set(operations) - {"parameters"}:
            assert operations[method]["responses"]["default"] == {"$ref": "#/components/responses/Problem"}, (
                path
            )
            assert operations[method]["security"], path
    assert list(document["components"]["responses"]) == ["Problem"]


def test_the_page_stays_under_the_strict_policy(api: Callers) -> None:
    page = api.nobody.get("/docs")
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "<script>" not in page.text
    assert "/api/v1/openapi.json" in page.text


def test_the_document_is_not_sent_twice(api: Callers) -> None:
    first = api.nobody.get("/openapi.json")
    again = api.nobody.client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
