"""Errors as machines read them: ``application/problem+json`` (RFC 9457) with a stable code and the article.

The status comes from the one table in ``problems``; here it only gets its members. What went wrong inside is
never among them. It must never know a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from flask import Response, request
from werkzeug.exceptions import HTTPException

from workflow_app.kernel import errors

PREFIX: Final = "/api/"
MEDIA_TYPE: Final = "application/problem+json"
CODES: Final[Mapping[int, str]] = {
    400: "bad_request",
    401: "sign_in_required",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "request_too_large",
    415: "json_only",
    422: "invalid_request",
    429: "too_many_requests",
}
"""Codes of errors that come from HTTP itself, before anything of ours looked at the request."""


class Malformed(errors.JcerError):
    """The request itself is not one this API can read."""


class NotJson(errors.JcerError):
    """The body is of a kind this address does not take."""


def for_machines() -> bool:
    """Tell whether the present request is the API's."""
    return request.path.startswith(PREFIX)


def of_error(error: errors.JcerError, status: int, title: str) -> Response:
    """Return the document of an error of ours."""
    details = {name: value for name, value in error.details.items() if name != "errors"}
    fields = error.errors if isinstance(error, errors.InvalidForm) else {}
    return document(
        status, error.code, title, error.message, article=error.article, fields=fields, details=details
    )


def of_http(error: HTTPException, title: str, explained: str) -> Response:
    """Return the document of an error of HTTP; what a schema refused is said field by field."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    answer = document(status, CODES.get(status, "internal_error"), title, explained, fields=_refused(error))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            answer.headers[name] = value
    return answer


def document(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    article: str | None = None,
    fields: Mapping[str, Sequence[str]] | None = None,
    details: Mapping[str, object] | None = None,
) -> Response:
    """Return a problem document.

    :param fields: messages by dotted path; the empty path holds those of the whole.
    :param details: further facts of the code, under their own names.
    """
    body: dict[str, object] = {
        "type": f"urn:jcer:problem:{code}",
        "title": title,
        "status": int(status),
        "detail": detail,
        "code": code,
        "article": article,
        "errors": {path: list(messages) for path, messages in (fields or {}).items()},
        "instance": request.path,
    }
    body |= {name: value for name, value in (details or {}).items() if name not in body}
    answer = Response(json.dumps(body, ensure_ascii=False, default=str), int(status), mimetype=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="jcer"'
    return answer


def _refused(error: HTTPException) -> dict[str, list[str]]:
    """What a schema refused: ``{"json": {"days": ["…"]}}`` becomes ``{"days": ["…"]}``."""
    data = getattr(error, "data", None)
    messages = data.get("messages") if isinstance(data, Mapping) else None
    if not isinstance(messages, Mapping):
        return {}
    found: dict[str, list[str]] = {}
    for location in messages.values():
        _flatten(location, "", found)
    return found


def _flatten(messages: object, path: str, found: dict[str, list[str]]) -> None:
    if isinstance(messages, Mapping):
        for name, part in messages.items():
            inner = "" if name == "_schema" else str(name)[:200]
            _flatten(part, ".".join(one for one in (path, inner) if one), found)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        found.setdefault(path, []).extend(str(one) for one in messages)
    else:
        found.setdefault(path, []).append(str(messages))
