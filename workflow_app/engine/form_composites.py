"""Reading values of several parts: a period, a declaration, a signature with seal and date.

附件1 and 附件3 close with 声明 and 签字、盖章、年月日; a declaration keeps the hash of the text agreed to, so
that what was declared stays provable. Parts that fail are named one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError

from workflow_app.engine.form_answers import as_boolean, declaration_hash, is_blank
from workflow_app.engine.form_model import Field, FormContext
from workflow_app.engine.form_scalars import read_date, read_text


def read_period(value: Any, field: Field, context: FormContext) -> dict[str, str]:
    parts = _parts(value, ("start", "end"))
    errors: dict[str, list[str]] = {}
    result: dict[str, str] = {}
    for name, label in (("start", "起始日期"), ("end", "截止日期")):
        if is_blank(parts.get(name)):
            errors[name] = [f"请填写{label}"]
            continue
        try:
            result[name] = read_date(parts[name], field, context)
        except ValidationError as error:
            errors[name] = [str(message) for message in error.messages]
    if not errors and result["end"] < result["start"]:
        errors["end"] = ["截止日期不得早于起始日期"]
    if errors:
        raise ValidationError(errors)
    return result


def _parts(value: Any, names: tuple[str, ...]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValidationError("填写内容格式有误")
    if any(name not in names for name in value):
        raise ValidationError("填写内容格式有误")
    return value


def read_declaration(value: Any, field: Field, _context: FormContext) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        if set(value) - {"agreed", "sha256"}:
            raise ValidationError("填写内容格式有误")
        value = value.get("agreed", False)
    return {"agreed": True, "sha256": declaration_hash(field.text)} if as_boolean(value) else None


def read_signature(value: Any, field: Field, context: FormContext) -> dict[str, Any]:
    parts = _parts(value, ("name", "date", "seal"))
    errors: dict[str, list[str]] = {}
    result: dict[str, Any] = {}
    readers: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
        (
            "name",
            "请填写签字人姓名",
            lambda part: read_text(part, Field("name", "姓名", "text", max_length=50), context),
        ),
        ("date", "请填写签署日期", lambda part: _signed_on(part, field, context)),
        ("seal", "请确认已加盖单位公章", as_boolean),
    )
    for name, missing, read in readers:
        if is_blank(parts.get(name)):
            errors[name] = [missing]
            continue
        try:
            result[name] = read(parts[name])
        except ValidationError as error:
            errors[name] = [str(message) for message in error.messages]
    if result.get("seal") is False:
        errors["seal"] = ["请确认已加盖单位公章"]
    if errors:
        raise ValidationError(errors)
    return result


def _signed_on(value: Any, field: Field, context: FormContext) -> str:
    day = read_date(value, field, context)
    if context.today is not None and day > context.today.isoformat():
        raise ValidationError("签署日期不得晚于今天")
    return day
