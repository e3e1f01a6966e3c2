"""Organisations and persons: their kinds, their codes, and how names are shown.

The codes' arithmetic is ``kernel.codes``; here is what the programme makes of it: a USCC is blocked
unless a clerk overrode it with a licence and a reason (GB 32100), GB 11714 only warns, natural persons
may buy but not apply (附件一（一）, 附件二（二）). Must never know: forms, pages, storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow_app.domain.findings import Finding
from workflow_app.kernel import codes

USCC_ARTICLE = "服务规则：社会信用代码核定（GB 32100）"


class OrganisationKind(StrEnum):
    """What an organisation is registered as in this system."""

    DEPARTMENT = "department"
    PREFECTURE_BUREAU = "prefecture_bureau"
    PILOT_UNIT = "pilot_unit"
    EXCHANGE = "exchange"
    OWNER = "owner"
    AGENT = "agent"
    BUYER = "buyer"
    EXPERT_BODY = "expert_body"
    NATURAL_PERSON = "natural_person"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _KINDS[self]


_KINDS = {
    OrganisationKind.DEPARTMENT: "省生态环境厅",
    OrganisationKind.PREFECTURE_BUREAU: "设区市（赣江新区）生态环境局",
    OrganisationKind.PILOT_UNIT: "试点单位",
    OrganisationKind.EXCHANGE: "交易机构",
    OrganisationKind.OWNER: "项目业主",
    OrganisationKind.AGENT: "代理机构",
    OrganisationKind.BUYER: "购买方",
    OrganisationKind.EXPERT_BODY: "专家所在单位",
    OrganisationKind.NATURAL_PERSON: "自然人",
    OrganisationKind.OTHER: "其他",
}


class LegalForm(StrEnum):
    """What a party is in law: who may apply and who may only buy (附件一（一）, 附件二（二）)."""

    LEGAL_PERSON = "legal_person"
    OTHER_ORGANISATION = "other_organisation"
    NATURAL_PERSON = "natural_person"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _FORMS[self]


_FORMS = {
    LegalForm.LEGAL_PERSON: "法人",
    LegalForm.OTHER_ORGANISATION: "其他组织",
    LegalForm.NATURAL_PERSON: "自然人",
}


def legal_form(kind: OrganisationKind) -> LegalForm:
    """Return what a party of this kind is in law.

    A credit code says nothing of it: an organisation may wait for its code, and remains one.
    """
    return LegalForm.NATURAL_PERSON if kind is OrganisationKind.NATURAL_PERSON else LegalForm.LEGAL_PERSON


@dataclass(frozen=True, slots=True)
class UsccOverride:
    """A clerk's acceptance of a code that fails its check digit, after seeing the licence."""

    clerk_id: str
    licence_attachment: str
    reason: str

    def __post_init__(self) -> None:
        if not (self.clerk_id and self.licence_attachment and self.reason.strip()):
            raise ValueError("an override names the clerk, the licence and the reason")


@dataclass(frozen=True, slots=True)
class Uscc:
    """A unified social credit code in its stored form.

    :raises ValueError: the shape is wrong, or the check digit is and nobody overrode it.
    """

    code: str
    override: UsccOverride | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "code", codes.compact(self.code))
        if not codes.uscc_shape(self.code):
            raise ValueError(f"not the shape of a USCC: {self.code}")
        if not codes.uscc_holds(self.code) and self.override is None:
            raise ValueError(f"the check digit of the USCC does not hold: {self.code}")

    @property
    def division(self) -> str:
        """Positions 3-8: the division that registered it."""
        return self.code[2:8]


def check_uscc(code: str, *, overridden: bool = False, field: str = "") -> tuple[Finding, ...]:
    """Return what is wrong with a code: shape and check digit block, GB 11714 warns."""
    compact = codes.compact(code)
    if not codes.uscc_shape(compact):
        return (
            Finding(
                "uscc_shape",
                "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）",
                USCC_ARTICLE,
                field,
            ),
        )
    findings: list[Finding] = []
    if not codes.uscc_holds(compact):
        findings.append(
            Finding(
                "uscc_check_digit",
                "统一社会信用代码校验位不符，请对照证照核对",
                USCC_ARTICLE,
                field,
                not overridden,
            )
        )
    if not codes.organisation_code_holds(compact):
        findings.append(
            Finding(
                "organisation_code",
                "代码第9至17位不符合组织机构代码校验规则，请留意核对",
                "GB 11714",
                field,
                False,
            )
        )
    return tuple(findings)


def check_division(uscc: str, place_code: str, field: str = "") -> tuple[Finding, ...]:
    """Warn where the division in the code is in another prefecture than the registered place.

    :param place_code: six-digit division of 注册地.
    """
    if codes.compact(uscc)[2:6] == place_code[:4]:
        return ()
    return (
        Finding(
            "uscc_division",
            "社会信用代码中的登记机关行政区划与注册地不一致，请核对",
            USCC_ARTICLE,
            field,
            False,
        ),
    )


def may_apply(form: LegalForm) -> tuple[Finding, ...]:
    """R27: legal persons and other organisations may apply, natural persons may not."""
    if form is not LegalForm.NATURAL_PERSON:
        return ()
    return (Finding("natural_person", "自然人不能申请项目，申请方应为法人或其他组织", "355号附件一（一）"),)


def check_mandate(until: date | None, today: date, *, revoked: bool) -> tuple[Finding, ...]:
    """An agent acts only while the owner's mandate runs (K).

    :param until: its last day, ``None`` where it has none on record.
    """
    if revoked:
        text = "项目业主已撤回委托，不能再以代理身份办理；可由项目业主自行办理或者重新委托"
        return (Finding("mandate_revoked", text, "355号附件一（一）"),)
    if until is None or until >= today:
        return ()
    text = f"项目委托申请书已于{until.isoformat()}到期，请由项目业主续展委托后再办理"
    return (Finding("mandate_expired", text, "355号附件一（一）"),)


def public_name(name: str, form: LegalForm) -> str:
    """R40, 个人信息保护法第六条: organisations in full, persons as ``张*``."""
    return codes.mask_name(name) if form is LegalForm.NATURAL_PERSON else name
