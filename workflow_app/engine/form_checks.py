"""The catalogue of checks a form may name. Administrators choose from it; they never write patterns.

A regular expression typed by an administrator is a door to denial of service, so there is none. Each
check takes the text and returns it in its stored form, or raises with the Chinese message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from marshmallow import ValidationError

from workflow_app.kernel import codes


def _uscc(value: str) -> str:
    code = codes.compact(value)
    if not codes.uscc_shape(code):
        raise ValidationError("统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）")
    if not codes.uscc_holds(code):
        raise ValidationError(
            "统一社会信用代码校验位不符，请对照营业执照核对；确属登记无误的，请联系省厅经办"
        )
    return code


def _uscc_shape(value: str) -> str:
    """The clerk's override: a genuine code may fail its check digit (see ``formal_review``)."""
    code = codes.compact(value)
    if not codes.uscc_shape(code):
        raise ValidationError("统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）")
    return code


def _phone(value: str) -> str:
    if not codes.phone_holds(value):
        raise ValidationError("请填写11位手机号码，或带区号的固定电话，如0791-86866666")
    return value


def _email(value: str) -> str:
    if not codes.email_holds(value):
        raise ValidationError("请填写有效的电子邮箱，如 name@example.com")
    return value


def _postcode(value: str) -> str:
    if not codes.postcode_holds(value):
        raise ValidationError("邮政编码应为6位数字")
    return value


def _id_number(value: str) -> str:
    code = codes.compact(value)
    if not codes.id_number_holds(code):
        raise ValidationError("身份证号码有误，请核对18位号码（末位可为X）")
    return code


CATALOGUE: Mapping[str, Callable[[str], str]] = {
    "uscc": _uscc,
    "uscc_shape": _uscc_shape,
    "phone": _phone,
    "email": _email,
    "postcode": _postcode,
    "id_number": _id_number,
}
