"""What comes in: strict JSON, small enough, in text every database takes, with Chinese messages.

A body that is not JSON, nests without end, or holds what no field may (NUL, half a character, infinity) is
refused here, once, so that nothing behind it has to think of it. Whether an answer holds the form judges.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, NoReturn

from flask import Request
from marshmallow import RAISE, Schema, fields, validate
from webargs.flaskparser import FlaskParser

from workflow_app.kernel.errors import TooLarge
from workflow_app.web.problem_document import Malformed

MAX_JSON: Final = 8 * 1024 * 1024
"""Bytes of one JSON body: the largest form is half of it."""
MAX_DEPTH: Final = 20
_WHOLE: Final = 2**63
_REFUSED: Final = "请求正文不是有效的 JSON"


class Parser(FlaskParser):
    """Reads queries and bodies; a name the schema does not know is an error."""

    DEFAULT_UNKNOWN_BY_LOCATION: Mapping[str, str | None] = {  # type: ignore[assignment]
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }
    DEFAULT_VALIDATION_STATUS = HTTPStatus.UNPROCESSABLE_ENTITY

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002  # the library's signature
        """Return the body."""
        return read_json(req)


def read_json(req: Request) -> Any:
    """Return the JSON of a request; an empty body is an empty object.

    :raises Malformed: it is none, or holds what nothing may.
    :raises TooLarge: beyond :data:`MAX_JSON`.
    """
    if (req.content_length or 0) > MAX_JSON:
        raise TooLarge("request_too_large", "请求正文过大，请精简，或改为上传附件")
    body = req.get_data(cache=True)
    if len(body) > MAX_JSON:
        raise TooLarge("request_too_large", "请求正文过大，请精简，或改为上传附件")
    if not body.strip():
        return {}
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Malformed("invalid_json", _REFUSED) from None
    _ensure_plain(value)
    return value


def _constant(_name: str) -> NoReturn:
    raise ValueError


def _ensure_plain(value: Any) -> None:
    pending = [(value, 0)]
    while pending:
        one, depth = pending.pop()
        if depth > MAX_DEPTH:
            raise Malformed("invalid_json", "请求正文嵌套过深")
        if isinstance(one, str):
            _ensure_text(one)
        elif isinstance(one, int | float):
            _ensure_number(one)
        elif isinstance(one, dict):
            for name in one:
                _ensure_text(name)
            pending += [(part, depth + 1) for part in one.values()]
        elif isinstance(one, list):
            pending += [(part, depth + 1) for part in one]


def _ensure_number(number: float) -> None:
    """Refuse ``1e999``, which is infinite, and whole numbers no column holds."""
    if not -_WHOLE <= number < _WHOLE:
        raise Malformed("invalid_json", "数值超出范围")


def _ensure_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Malformed("invalid_json", "文字中含有不能保存的字符")


_MESSAGES: Final[dict[str, Any]] = {
    "required": "请填写此项",
    "null": "此项不能为空",
    "validator_failed": "此项的值无效",
    "type": "此项的格式不正确",
    "invalid": "此项的格式不正确",
    "too_large": "数值过大",
    "invalid_utf8": "此项的格式不正确",
    "format": "此项的格式不正确",
    "naive": "时刻须注明时区",
}


class Text(fields.String):
    """Text of at most ``most`` characters."""

    def __init__(self, most: int = 500, **options: Any) -> None:
        limit = validate.Length(max=most, error=f"不得超过{most}字")
        super().__init__(validate=limit, error_messages=_MESSAGES, **options)


class Choice(fields.String):
    """One of fixed words."""

    def __init__(self, *words: str, **options: Any) -> None:
        known = validate.OneOf(words, error=f"应为以下之一：{'、'.join(word for word in words if word)}")
        super().__init__(validate=known, error_messages=_MESSAGES, **options)


class Whole(fields.Integer):
    """A whole number within bounds; a fraction is refused, never cut down to one."""

    def __init__(self, least: int = 0, most: int = 2**31, **options: Any) -> None:
        within = validate.Range(least, most, error=f"请填写 {least} 至 {most} 之间的整数")
        super().__init__(validate=within, error_messages=_MESSAGES, **options)

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Flag(fields.Boolean):
    """Yes or no."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_MESSAGES, **options)


class Day(fields.Date):
    """A legal date."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_MESSAGES, **options)


class Moment(fields.AwareDateTime):
    """An instant with its offset."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_MESSAGES, **options)


class Facts(fields.Dict):
    """Any JSON object; what is in it is judged behind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(error_messages=_MESSAGES, **options)


class Texts(fields.List[str]):
    """A list of texts."""

    def __init__(self, item: Text, **options: Any) -> None:
        super().__init__(item, error_messages=_MESSAGES, **options)


class Taken(Schema):
    """Root of what is taken in: unknown names are refused, in Chinese."""

    error_messages = {"unknown": "没有这个字段", "type": "应为 JSON 对象"}  # noqa: RUF012  # the library's own place

    class Meta:
        """Strict."""

        unknown = RAISE
