"""One marshmallow field for each type a form may use: text in, JSON-ready value out.

Messages are Chinese and say what to enter. Numbers are read from text and become strings (decimals)
or integers (tonnes), never binary fractions. Whether a field is required is not decided here: that
depends on the other answers (``form_schema``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from marshmallow import ValidationError, fields

from workflow_app.engine.form_model import Field, FormContext

_MAX_LENGTH = {"text": 200, "textarea": 5_000}
TRUE_WORDS = frozenset({"true", "on", "1", "yes", "是"})
FALSE_WORDS = frozenset({"false", "off", "0", "no", "否"})
_MAX_DIGITS = 18
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


class FormField(fields.Field[Any]):
    """A marshmallow field that knows its definition and the context of the judgement."""

    def __init__(self, field: Field, context: FormContext) -> None:
        super().__init__(allow_none=True)
        self.field = field
        self.context = context

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        return READERS[self.field.type](value, self.field, self.context)


def is_blank(value: Any) -> bool:
    """Tell whether nothing was filled in: blanks, empty lists, and parts that are all blank."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Mapping):
        return all(is_blank(part) for part in value.values())
    if isinstance(value, Sequence):
        return all(is_blank(part) for part in value)
    return False


def declaration_hash(text: str) -> str:
    """Return the SHA-256 of a declaration's text: what was signed stays provable (355号附件1声明)."""
    return sha256(text.encode()).hexdigest()


def as_boolean(value: Any) -> bool:
    """Read a tick box.

    :raises ValidationError: neither yes nor no.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in TRUE_WORDS | FALSE_WORDS:
        return value.strip().lower() in TRUE_WORDS
    raise ValidationError("请勾选或取消勾选")


def _text(value: Any, field: Field, context: FormContext) -> str:
    if not isinstance(value, str):
        raise ValidationError("请填写文字")
    if "\x00" in value:
        raise ValidationError("内容含有无法识别的字符，请重新输入")
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if field.type == "text" and "\n" in text:
        raise ValidationError("此项只能填写一行")
    limit = field.max_length or _MAX_LENGTH[field.type]
    if len(text) > limit:
        raise ValidationError(f"最多{limit}个字，已填{len(text)}个字，请精简")
    return text


def _choice(value: Any, field: Field, context: FormContext) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValidationError("请从选项中选择")
    if field.choices and value not in {choice.value for choice in field.choices}:
        raise ValidationError("请从选项中选择")
    offered = context.choices.get(field.source) if field.source else None
    if offered is not None and value not in offered:
        raise ValidationError("所选内容已不在可选范围，请重新选择")
    return value


def _many(value: Any, field: Field, context: FormContext) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValidationError("请从选项中选择")
    chosen = list(dict.fromkeys(_choice(item, field, context) for item in value if not is_blank(item)))
    _count(chosen, field, "项")
    return chosen


def _count(items: Sequence[Any], field: Field, unit: str) -> None:
    if len(items) < field.min_items:
        raise ValidationError(f"至少{field.min_items}{unit}")
    if field.max_items is not None and len(items) > field.max_items:
        raise ValidationError(f"最多{field.max_items}{unit}")


def _date(value: Any, field: Field, context: FormContext) -> str:
    try:
        if not isinstance(value, str) or len(value.strip()) != 10:
            raise ValueError
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise ValidationError("请填写有效日期，格式如 2026-11-23") from None
    if not 1949 <= day.year <= 2200:
        raise ValidationError("日期年份有误，请核对")
    return day.isoformat()


def _period(value: Any, field: Field, context: FormContext) -> dict[str, str]:
    parts = _parts(value, ("start", "end"))
    errors: dict[str, list[str]] = {}
    result: dict[str, str] = {}
    for name, label in (("start", "起始日期"), ("end", "截止日期")):
        if is_blank(parts.get(name)):
            errors[name] = [f"请填写{label}"]
            continue
        try:
            result[name] = _date(parts[name], field, context)
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


def _number(value: Any, field: Field) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValidationError("请填写数字")
    text = str(value).translate(_FULL_WIDTH).replace(",", "").strip()
    plain = text.removeprefix("-").replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()):
        raise ValidationError("请填写数字，不带单位和其他符号")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValidationError("请填写数字，不带单位和其他符号") from None
    if len(plain) > _MAX_DIGITS + 4 or abs(number) >= Decimal(10) ** (_MAX_DIGITS - 4):
        raise ValidationError("数字过大，请核对")
    if field.min is not None and number < Decimal(field.min):
        raise ValidationError(f"不得小于{field.min}")
    if field.max is not None and number > Decimal(field.max):
        raise ValidationError(f"不得大于{field.max}")
    return number


def _integer(value: Any, field: Field, context: FormContext) -> int:
    number = _number(value, field)
    if number != number.to_integral_value():
        what = (
            "减排量以吨二氧化碳当量计，应为整数（小数部分向下取整）"
            if field.type == "tonnes"
            else "请填写整数"
        )
        raise ValidationError(what)
    if field.type == "tonnes" and number < 0:
        raise ValidationError("减排量不得为负数")
    return int(number)


def _decimal(value: Any, field: Field, context: FormContext) -> str:
    places = 2 if field.type == "money" else field.places
    number = _number(value, field)
    step = Decimal(1).scaleb(-places)
    if number != number.quantize(step):
        raise ValidationError(f"最多保留{places}位小数")
    return str(number.quantize(step))


def _checkbox(value: Any, field: Field, context: FormContext) -> bool:
    return as_boolean(value)


def _yesno(value: Any, field: Field, context: FormContext) -> bool:
    """A question that must be answered either way; an unticked box would not say which."""
    try:
        return as_boolean(value)
    except ValidationError:
        raise ValidationError("请选择“是”或“否”") from None


def _declaration(value: Any, field: Field, context: FormContext) -> dict[str, Any] | None:
    if isinstance(value, Mapping):
        if set(value) - {"agreed", "sha256"}:
            raise ValidationError("填写内容格式有误")
        value = value.get("agreed", False)
    return {"agreed": True, "sha256": declaration_hash(field.text)} if as_boolean(value) else None


def _signature(value: Any, field: Field, context: FormContext) -> dict[str, Any]:
    parts = _parts(value, ("name", "date", "seal"))
    errors: dict[str, list[str]] = {}
    result: dict[str, Any] = {}
    readers: tuple[tuple[str, str, Callable[[Any], Any]], ...] = (
        (
            "name",
            "请填写签字人姓名",
            lambda part: _text(part, Field("name", "姓名", "text", max_length=50), context),
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
    day = _date(value, field, context)
    if context.today is not None and day > context.today.isoformat():
        raise ValidationError("签署日期不得晚于今天")
    return day


def _identifier(value: Any, field: Field, context: FormContext) -> str:
    if (
        not isinstance(value, str)
        or not (value.isascii() and value.replace("-", "").isalnum())
        or len(value) > 64
    ):
        raise ValidationError("附件或人员编号有误，请重新选择")
    offered = context.choices.get(field.source) if field.source else None
    if offered is not None and value not in offered:
        raise ValidationError("所选内容已不在可选范围，请重新选择")
    return value


def _identifiers(value: Any, field: Field, context: FormContext) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValidationError("附件或人员编号有误，请重新选择")
    chosen = list(dict.fromkeys(_identifier(item, field, context) for item in value if not is_blank(item)))
    _count(chosen, field, "人" if field.type == "users" else "个附件")
    return chosen


READERS: Mapping[str, Callable[[Any, Field, FormContext], Any]] = {
    "text": _text,
    "textarea": _text,
    "select": _choice,
    "radio": _choice,
    "checkboxes": _many,
    "checkbox": _checkbox,
    "yesno": _yesno,
    "date": _date,
    "period": _period,
    "integer": _integer,
    "tonnes": _integer,
    "decimal": _decimal,
    "money": _decimal,
    "file": _identifier,
    "files": _identifiers,
    "declaration": _declaration,
    "signature": _signature,
    "user": _identifier,
    "users": _identifiers,
}
