"""One subject of the API: its addresses, each with its schema, its key and its place in the document.

``read`` and ``write`` are the only ways to publish an address, so that every POST declares its
Idempotency-Key and every address its problems, whoever writes it. It must never know a case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from flask_smorest import Blueprint
from werkzeug.exceptions import HTTPException

from workflow_app.kernel.errors import JcerError
from workflow_app.web import problems
from workflow_app.web.api.entry import FILES, KEY_HEADER, LONGEST_KEY, OPEN, admit, mark
from workflow_app.web.api.shapes import Shape
from workflow_app.web.api.wire import Parser
from workflow_app.web.security import csrf

View: TypeAlias = Callable[..., Any]
PREFIX: Final = "/api/v1"
PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
KEY_PARAMETER: Final = {
    "in": "header",
    "name": KEY_HEADER,
    "required": True,
    "description": "幂等键：同一操作重试时用同一个键，得到同一个答复；新操作换新键。",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
SIGNED_IN: Final[list[dict[str, list[str]]]] = [{"token": []}, {"session": [], "csrf": []}]


class Section(Blueprint):  # type: ignore[misc]  # the library ships no types
    """A subject's addresses below ``/api/v1``."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, title: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=PREFIX, description=title)
        self.title = title
        self.before_request(admit)
        self.after_request(mark)
        self.register_error_handler(JcerError, problems.answer_error)
        self.register_error_handler(HTTPException, problems.answer_http)
        self.register_error_handler(Exception, problems.answer_unexpected)
        csrf.exempt(self)

    def read(
        self,
        rule: str,
        answer: Shape | None = None,
        *,
        query: Shape | None = None,
        public: bool = False,
        media_type: str = "",
    ) -> Callable[[View], View]:
        """Publish a GET.

        :param query: what the address may carry; the view gets it as its first argument.
        :param public: answers without a sign-in.
        :param media_type: of an answer that is no JSON.
        """

        def publish(view: View) -> View:
            described = self._answering(view, 200, answer, media_type)
            if query is not None:
                described = self.arguments(query, location="query")(described)
            return self._publish(rule, "GET", view, described, public=public)

        return publish

    def write(
        self,
        rule: str,
        answer: Shape,
        *,
        body: Shape | None = None,
        status: int = 200,
        public: bool = False,
        form: dict[str, Any] | None = None,
    ) -> Callable[[View], View]:
        """Publish a POST, which takes effect once for its key.

        :param body: its JSON; the view gets it as its first argument.
        :param form: the document of a multipart body, for an address that takes a file.
        """

        def publish(view: View) -> View:
            described = self._answering(view, status, answer, "")
            extra: dict[str, Any] = {"parameters": [KEY_PARAMETER]}
            if body is not None:
                described = self.arguments(body, location="json")(described)
            if form is not None:
                FILES.add(f"{self.name}.{view.__name__}")
                extra["requestBody"] = {
                    "required": True,
                    "content": {"multipart/form-data": {"schema": form}},
                }
            return self._publish(rule, "POST", view, described, public=public, **extra)

        return publish

    def _answering(self, view: View, status: int, answer: Shape | None, media_type: str) -> View:
        if media_type:
            binary = (
                {"type": "string"} if media_type.endswith("xml") else {"type": "string", "format": "binary"}
            )
            described: View = self.response(status, binary, content_type=media_type, description="内容")(view)
        else:
            described = self.response(status, answer, description="结果")(view)
        return described

    def _publish(
        self, rule: str, method: str, view: View, described: View, *, public: bool, **extra: Any
    ) -> View:
        if public:
            OPEN.add(f"{self.name}.{view.__name__}")
        documented = self.doc(
            security=[{}] if public else SIGNED_IN,
            operationId=f"{self.name.removeprefix('api_')}_{view.__name__}",
            responses={"default": PROBLEM},
            tags=[self.title],
            **extra,
        )(described)
        self.add_url_rule(rule, view.__name__, documented, methods=[method])
        return view
