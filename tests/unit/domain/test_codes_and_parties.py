"""Codes with their check digits (the samples of GB 32100 and GB 11643), masks, and who may apply."""

from __future__ import annotations

import pytest

from workflow_app.domain.findings import blocking
from workflow_app.domain.parties import (
    LegalForm,
    Uscc,
    UsccOverride,
    check_division,
    check_uscc,
    may_apply,
    public_name,
)
from workflow_app.kernel import codes

DEMONSTRATION = [
    "12360725DEM0000141",
    "91360423DEM000022A",
    "93360921DEM000030U",
    "91360100DEM0000573",
    "91361028DEM0000492",
    "93360428DEM000065R",
    "91361003DEM000073B",
    "91360983DEM0000814",
    "12360425DEM00009X7",
    "91360100DEM0001024",
    "91360000DEM000110R",
    "91360000DEM000129N",
    "91361181DEM000137D",
    "91361130DEM000145C",
    "53360000DEM0001535",
]


@pytest.mark.parametrize(
    "code", ["91350100M000100Y43", "91360725DEM0013320", "91360725DEM001287Y", *DEMONSTRATION]
)
def test_sample_credit_codes_hold(code: str) -> None:
    assert codes.uscc_holds(code)
    assert Uscc(code.lower()).code == code


@pytest.mark.parametrize("code", ["91350100M000100Y44", "91360725DEM0013321", "91360725DEM0012870"])
def test_a_wrong_check_digit_does_not_hold(code: str) -> None:
    assert not codes.uscc_holds(code)
    with pytest.raises(ValueError, match="check digit"):
        Uscc(code)


def test_a_clerk_overrides_a_check_digit_with_licence_and_reason_never_a_shape() -> None:
    override = UsccOverride("clerk", "licence", "与营业执照一致")
    assert Uscc("91360725DEM0013321", override).code == "91360725DEM0013321"
    with pytest.raises(ValueError, match="shape"):
        Uscc("91360725DEM001332O", override)
    with pytest.raises(ValueError, match="reason"):
        UsccOverride("clerk", "licence", " ")


def test_a_farmers_collective_may_begin_with_a_letter() -> None:
    """GB 32100 gives N to 农村集体经济组织: the shape is not eight digits."""
    assert codes.uscc_shape("N2360725DEM0000141")


def test_the_organisation_code_only_warns() -> None:
    assert all(codes.organisation_code_holds(code) for code in DEMONSTRATION)
    assert check_uscc("12360725DEM0000141") == ()
    findings = check_uscc("91360725DEM0013321", overridden=True)
    assert blocking(findings) == ()
    assert [finding.code for finding in findings] == ["uscc_check_digit"]
    assert [f.code for f in blocking(check_uscc("91360725DEM0013321"))] == ["uscc_check_digit"]


def test_another_prefecture_is_a_warning() -> None:
    assert check_division("12360725DEM0000141", "360725") == ()
    assert [f.blocking for f in check_division("12360725DEM0000141", "360100")] == [False]


@pytest.mark.parametrize("number", ["11010519491231002X", "360101199001010011", "360101198506120027"])
def test_sample_identity_numbers_hold(number: str) -> None:
    assert codes.id_number_holds(number)


@pytest.mark.parametrize(
    "number", ["110105194912310021", "360101199001010012", "360101199002300010", "36010119900101001", ""]
)
def test_wrong_identity_numbers_do_not(number: str) -> None:
    assert not codes.id_number_holds(number)


def test_names_and_numbers_are_masked() -> None:
    assert codes.mask_name("张三") == codes.mask_name("张三丰") == "张*"
    assert codes.mask_phone("13800000428") == "138****0428"
    assert codes.mask_phone("110") == "****10"
    assert [
        mask("") for mask in (codes.mask_name, codes.mask_phone, codes.mask_email, codes.mask_address)
    ] == [""] * 4
    assert public_name("张三丰", LegalForm.NATURAL_PERSON) == "张*"
    assert public_name("德兴演示水泥", LegalForm.LEGAL_PERSON) == "德兴演示水泥"


def test_natural_persons_cannot_apply() -> None:
    assert [finding.article for finding in may_apply(LegalForm.NATURAL_PERSON)] == ["355号附件一（一）"]
    assert may_apply(LegalForm.OTHER_ORGANISATION) == ()
