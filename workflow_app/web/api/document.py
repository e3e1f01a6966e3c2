"""The API's own description: OpenAPI 3.1 as JSON, and a page to read and try it.

Made once from the published addresses, so that it cannot say anything else. The page runs under the site's
strict policy: no inline script, the viewer from the site's own built files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, Flask, Response, current_app, render_template, request, url_for
from flask_smorest import Api
from werkzeug.wrappers import Response as BaseResponse

from workflow_app.web.api.section import PREFIX, Section
from workflow_app.web.problem_document import MEDIA_TYPE

blueprint = Blueprint("api_document", __name__, url_prefix=PREFIX)

_KEY: Final = "api_document"
_TITLE: Final = "JCER 项目办理系统接口"
_ABOUT: Final = (
    "与网页相同的权限、期限和校验。以个人访问令牌（Authorization: Bearer …）或浏览器会话调用；"
    "每个 POST 须带 Idempotency-Key；错误为 application/problem+json，code 稳定，article 为依据的条文。"
)
PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "article", "errors", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "错在哪里，怎么办"},
        "code": {"type": "string", "description": "稳定的错误代码"},
        "article": {"type": ["string", "null"], "description": "依据的条文"},
        "errors": {
            "type": "object",
            "description": "按字段路径的错误；空路径是整体的错误",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "instance": {"type": "string"},
    },
}


class Described(Api):  # type: ignore[misc]  # the library ships no types
    """The library's document without its own errors: those are the product's."""

    def _register_error_handlers(self) -> None:
        """Leave the errors to ``problems``."""


def install(app: Flask, sections: Sequence[Section]) -> None:
    """Open the two addresses of the document on ``app``; it is written when it is first asked for."""
    app.config.update(
        API_TITLE=_TITLE,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={"info": {"description": _ABOUT}},
    )
    app.extensions[_KEY] = cache(lambda: _written(app, sections))
    app.register_blueprint(blueprint)


def _written(app: Flask, sections: Sequence[Section]) -> str:
    """Return the document of ``sections`` as JSON."""
    api = Described(app)
    api.spec.components.schema("Problem", PROBLEM)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    api.spec.components.response("Problem", {"description": "没有办成；说明原因", "content": content})
    for name, scheme in {
        "token": {"type": "http", "scheme": "bearer", "description": "个人访问令牌，权限与本人岗位相同"},
        "session": {"type": "apiKey", "in": "cookie", "name": app.config["SESSION_COOKIE_NAME"]},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    }.items():
        api.spec.components.security_scheme(name, scheme)
    for section in sections:
        section.register_views_in_doc(api, app, api.spec, name=section.name, parameters=None)
        api.spec.tag({"name": section.title})
    return json.dumps(_clean(api.spec.to_dict()), ensure_ascii=False, separators=(",", ":"))


def _clean(document: dict[str, Any]) -> dict[str, Any]:
    """Let every refusal be the one problem document."""
    components = document["components"]["responses"]
    for operations in document["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation.get("responses", {}).pop("422", None)
    for name in [name for name in components if name != "Problem"]:
        del components[name]
    document["components"]["schemas"].pop("Error", None)
    return document


@blueprint.get("/openapi.json")
def openapi() -> BaseResponse:
    """Serve the document."""
    written: str = current_app.extensions[_KEY]()
    answer = Response(written, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(sha256(written.encode()).hexdigest())
    return answer.make_conditional(request)


@blueprint.get("/docs")
def docs() -> str:
    """Show the document to people."""
    return render_template("api/docs.html", url=url_for("api_document.openapi"))
