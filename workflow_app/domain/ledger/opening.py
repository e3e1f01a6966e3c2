"""Who may open a buyer's account: the identity it takes, and who stays out of the market.

R40 (附件二（二）): legal persons, other organisations and natural persons buy. 31号令第三十七条 by analogy:
the department, the exchange and the experts hold no buyer's account; a parameter, on by default. Must
never know: names, sessions, storage.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from workflow_app.domain.findings import Finding
from workflow_app.domain.parties import LegalForm, OrganisationKind, check_uscc
from workflow_app.domain.roles import NO_ACCOUNT
from workflow_app.kernel.codes import compact, id_number_holds
from workflow_app.kernel.errors import Refused

ARTICLE: Final = "355号附件二（二）"
INSIDER_ARTICLE: Final = "参照31号令第三十七条"
INSIDE: Final = frozenset({OrganisationKind.DEPARTMENT, OrganisationKind.EXCHANGE})
"""Organisations that know more than the market."""
_MOST_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks for a buyer's account, as far as the law asks.

    :param identity: a natural person's identity code, as typed; it is in no finding.
    :param kind: of an organisation.
    :param uscc: of an organisation; empty while it waits for its code.
    :param roles: the roles a natural person holds.
    """

    form: LegalForm
    identity: str = ""
    kind: OrganisationKind | None = None
    uscc: str = ""
    roles: Collection[str] = ()


def check_applicant(applicant: Applicant, *, insiders_barred: bool) -> tuple[Finding, ...]:
    """Return why a buyer's account may not be opened."""
    found = _natural(applicant) if applicant.form is LegalForm.NATURAL_PERSON else _organised(applicant)
    if insiders_barred and _inside(applicant):
        text = "主管部门、交易机构及其工作人员和评估专家不得持有购买户"
        found = (Finding("insider_buyer", text, INSIDER_ARTICLE), *found)
    return found


def cents_of(amount: str) -> int:
    """Return an amount of yuan as whole cents.

    :param amount: as typed, such as ``1,234.50``.
    :raises Refused: ``bad_amount``: no number, nothing, or finer than a cent.
    """
    typed = amount.strip().replace(",", "").replace("，", "")
    try:
        cents = Decimal(typed) * 100 if typed.isascii() and len(typed) <= _MOST_DIGITS else Decimal(0)
    except InvalidOperation:
        cents = Decimal(0)
    if not cents.is_finite() or cents <= 0 or cents != cents.to_integral_value():
        raise Refused("bad_amount", "金额须大于零，精确到分", article=ARTICLE)
    return int(cents)


def _natural(applicant: Applicant) -> tuple[Finding, ...]:
    if id_number_holds(compact(applicant.identity)):
        return ()
    return (Finding("identity_code", "公民身份号码有误，请按身份证填写18位号码", "GB 11643", "identity"),)


def _organised(applicant: Applicant) -> tuple[Finding, ...]:
    if applicant.kind is OrganisationKind.NATURAL_PERSON:
        return (Finding("natural_person", "自然人以本人名义开户，不以单位开户", ARTICLE, "legal_form"),)
    if not applicant.uscc:
        return (
            Finding("uscc_missing", "请先由系统管理员补录该单位的统一社会信用代码", ARTICLE, "organisation"),
        )
    return check_uscc(applicant.uscc, field="organisation")


def _inside(applicant: Applicant) -> bool:
    return applicant.kind in INSIDE or bool(set(applicant.roles) & {role.value for role in NO_ACCOUNT})
