"""Reading one value: text, choices, dates, numbers, attachments and people.

Each reader takes what was sent and returns the JSON-ready value, or raises with a Chinese message that
says what to enter. Numbers are read from text and become strings (decimals) or integers (tonnes), never
binary fractions. Whether a value is required is not decided here (``form_schema``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import ValidationError

from workflow_app.engine.form_answers import as_boolean, is_blank
from workflow_app.engine.form_model import Field, FormContext

_MAX_LENGTH = {"text": 200, "textarea": 5_000}
_MAX_CODE = 200
_MAX_IDENTIFIER = 64
_MAX_DIGITS = 18
_LIMIT = Decimal(10) ** 14
_ISO_DATE = 10
_YEARS = range(1949, 2201)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")


def read_text(value: Any, field: Field, _context: FormContext) -> str:
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


def read_choice(value: Any, field: Field, context: FormContext) -> str:
    if not isinstance(value, str) or len(value) > _MAX_CODE:
        raise ValidationError("请从选项中选择")
    if field.choices and value not in {choice.value for choice in field.choices}:
        raise ValidationError("请从选项中选择")
    offered = context.choices.get(field.source) if field.source else None
    if offered is not None and value not in offered:
        raise ValidationError("所选内容已不在可选范围，请重新选择")
    return value


def read_many(value: Any, field: Field, context: FormContext) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValidationError("请从选项中选择")
    chosen = list(dict.fromkeys(read_choice(item, field, context) for item in value if not is_blank(item)))
    _count(chosen, field, "项")
    return chosen


def _count(items: Sequence[Any], field: Field, unit: str) -> None:
    if len(items) < field.min_items:
        raise ValidationError(f"至少{field.min_items}{unit}")
    if field.max_items is not None and len(items) > field.max_items:
        raise ValidationError(f"最多{field.max_items}{unit}")


def read_date(value: Any, _field: Field, _context: FormContext) -> str:
    text = value.strip() if isinstance(value, str) else ""
    try:
        day = date.fromisoformat(text if len(text) == _ISO_DATE else "")
    except ValueError:
        raise ValidationError("请填写有效日期，格式如 2026-11-23") from None
    if day.year not in _YEARS:
        raise ValidationError("日期年份有误，请核对")
    return day.isoformat()


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
    if len(plain) > _MAX_DIGITS + 4 or abs(number) >= _LIMIT:
        raise ValidationError("数字过大，请核对")
    if field.min is not None and number < Decimal(field.min):
        raise ValidationError(f"不得小于{field.min}")
    if field.max is not None and number > Decimal(field.max):
        raise ValidationError(f"不得大于{field.max}")
    return number


def read_integer(value: Any, field: Field, _context: FormContext) -> int:
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


def read_decimal(value: Any, field: Field, _context: FormContext) -> str:
    places = 2 if field.type == "money" else field.places
    number = _number(value, field)
    step = Decimal(1).scaleb(-places)
    if number != number.quantize(step):
        raise ValidationError(f"最多保留{places}位小数")
    return str(number.quantize(step))


def decimal_typed(value: Any, field: Field) -> Decimal | None:
    """Return the number in a box, just as handing it in will read it; ``None`` where it is none yet."""
    one = value[-1] if isinstance(value, list) and value else value
    try:
        return Decimal(read_decimal(one, field, FormContext()))
    except ValidationError:
        return None


def read_checkbox(value: Any, _field: Field, _context: FormContext) -> bool:
    return as_boolean(value)


def read_yesno(value: Any, _field: Field, _context: FormContext) -> bool:
    """A question that must be answered either way; an unticked box would not say which."""
    try:
        return as_boolean(value)
    except ValidationError:
        raise ValidationError("请选择“是”或“否”") from None


def read_identifier(value: Any, field: Field, context: FormContext) -> str:
    if (
        not isinstance(value, str)
        or not (value.isascii() and value.replace("-", "").isalnum())
        or len(value) > _MAX_IDENTIFIER
    ):
        raise ValidationError("附件或人员编号有误，请重新选择")
    offered = context.choices.get(field.source) if field.source else None
    if offered is not None and value not in offered:
        raise ValidationError("所选内容已不在可选范围，请重新选择")
    return value


def read_identifiers(value: Any, field: Field, context: FormContext) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValidationError("附件或人员编号有误，请重新选择")
    chosen = list(
        dict.fromkeys(read_identifier(item, field, context) for item in value if not is_blank(item))
    )
    _count(chosen, field, "人" if field.type == "users" else "个附件")
    return chosen
