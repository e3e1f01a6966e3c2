"""Scenario 12, first half: cancellation, certificate, delegation (附件二（三）, R41, R42, I4, I8)."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.scenarios.programme import Programme
from tests.scenarios.units import (
    given_buyer,
    given_delegate,
    given_issued,
    given_person,
    held,
    identity,
    owner_account,
    rows,
    sold,
    when_applied,
    when_cancelled,
)
from workflow_app.commands.requests import CompleteTask
from workflow_app.commands.unit_requests import (
    GrantDelegation,
    OpenCancellation,
    OrderOnAccount,
    ReissueCertificate,
    RevokeDelegation,
)
from workflow_app.domain.certificate import code_holds, code_of
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, NotFound, Refused
from workflow_app.queries import certificates, trace
from workflow_app.queries.sight import Viewer, visible_cases
from workflow_app.store import tables


def test_12_cancelled_for_public_welfare_and_certified_by_a_delegate(programme_on_both: Programme) -> None:
    """W 丙 cancels 2,000 公益. T units terminal; certificate by a delegate whose delegation is live."""
    programme = programme_on_both
    given_issued(programme, y2021=14_500, y2022=14_700, y2023=14_900)
    buyer = given_buyer(programme, "foundation")
    sold(programme, buyer, 12_000)
    sold(programme, buyer, 5_000, 4120)
    given_delegate(programme, "2026-12-31", "public_welfare")

    case_id = when_applied(programme, "foundation", buyer, 2_000)
    assert held(programme, buyer) == {"held": 15_000, "pending": 2_000}
    programme.hand_in("verify_cancellation", "checker", case_id=case_id)
    assert held(programme, buyer) == {"held": 15_000, "cancelled": 2_000}
    programme.hand_in("issue_by_delegate", "delegate", case_id=case_id)

    (row,) = rows(programme, tables.cancellation)
    (certificate,) = rows(programme, tables.certificate)
    assert (row["state"], row["quantity"], row["purpose"]) == ("cancelled", 2_000, "public_welfare")
    assert certificate["quantity"] == 2_000
    assert certificate["serials"] == ["JX-JCER-01-00001-01-2021-000000001-000002000-7"]
    assert certificate["issuer"] == "delegate"
    assert certificate["issuer_org"] == programme.organisations["registry_body"]
    assert code_holds(certificate["code"])
    assert [case.outcome for case in programme.cases("cancellation")] == ["certified"]
    assert identity(programme) == {"available": 27_100, "held": 15_000, "cancelled": 2_000}


def test_an_expired_delegation_refuses_and_the_department_issues(issued: Programme) -> None:
    """W the delegation ends while the certificate waits. T its holder is refused; the department issues."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    given_delegate(programme, "2025-08-13", "public_welfare")
    case_id = when_cancelled(programme, "cement", buyer, 600)

    programme.on("2025-08-14")
    with pytest.raises(Refused) as refused:
        programme.hand_in("issue_by_delegate", "delegate", case_id=case_id)
    assert refused.value.code == "delegation_expired"
    programme.hand_in("issue_by_delegate", "delegate", case_id=case_id, action="pass")
    programme.hand_in("issue_by_department", "leader", case_id=case_id)

    (certificate,) = rows(programme, tables.certificate)
    assert (certificate["issuer"], certificate["delegation_id"]) == ("department", None)


def test_a_delegate_that_is_late_loses_its_turn(issued: Programme) -> None:
    """W five working days pass. T the certificate is the department's to issue."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    given_delegate(programme, "2026-12-31", "public_welfare")
    case_id = when_cancelled(programme, "cement", buyer, 600)  # Tue 2025-08-12: 13①, 14②, 15③, 18④, 19⑤
    programme.on("2025-08-19")
    programme.task("issue_by_delegate", case_id=case_id)
    programme.to_next_day_of("2025-08-19")
    programme.task("issue_by_department", case_id=case_id)


def test_a_revoked_delegation_hands_what_waits_to_the_department(issued: Programme) -> None:
    """W the department revokes. T what its holder has not issued is the department's."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    delegation = given_delegate(programme, "2026-12-31", "public_welfare")
    case_id = when_cancelled(programme, "cement", buyer, 600)
    programme.do("leader", RevokeDelegation(delegation, "委托事项调整"))
    programme.hand_in("issue_by_department", "leader", case_id=case_id)
    assert rows(programme, tables.certificate)[0]["issuer"] == "department"
    with pytest.raises(Refused) as refused:
        programme.do("leader", RevokeDelegation(delegation, "再次撤销"))
    assert refused.value.code == "delegation_revoked"


def test_a_delegation_covers_its_purposes_only(issued: Programme) -> None:
    """G a delegation for offsets. W a public-welfare cancellation. T it goes to the department."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    given_delegate(programme, "2026-12-31", "voluntary_offset")
    case_id = when_cancelled(programme, "cement", buyer, 600)
    programme.task("issue_by_department", case_id=case_id)
    other = GrantDelegation(
        programme.organisations["registry_body"],
        "赣环气候委〔2025〕9号",
        (),
        date(2025, 1, 1),
        date(2025, 2, 1),
    )
    with pytest.raises(InvalidForm) as wrong:
        programme.do("leader", other)
    assert set(wrong.value.errors) == {"scope", "valid_until"}
    with pytest.raises(Forbidden):
        programme.do("clerk", other)


@pytest.mark.parametrize(
    ("purpose", "given", "missing"),
    [
        (
            "substitute_restoration",
            {"restoration_authority": "演示县人民法院"},
            {"restoration_reference", "restoration_obligor", "restoration_document"},
        ),
        ("voluntary_offset", {}, {"offset_scope"}),
        (
            "carbon_neutrality",
            {"neutrality_kind": "meeting"},
            {"activity_name", "accounting_report"},
        ),
        ("carbon_neutrality", {"neutrality_kind": "hospital"}, {"accounting_report"}),
        ("other", {}, {"purpose_other"}),
    ],
)
def test_each_purpose_brings_its_own_evidence(
    issued: Programme, purpose: str, given: dict[str, str], missing: set[str]
) -> None:
    """R41, R21: the decision table says what a purpose needs; what is missing is named at its field."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    with pytest.raises(InvalidForm) as wrong:
        when_applied(programme, "cement", buyer, 5, cancellation_purpose=purpose, **given)
    assert set(wrong.value.errors) == missing
    assert held(programme, buyer) == {"held": 600}


def test_substitute_restoration_with_its_evidence_names_no_person_in_the_clear(issued: Programme) -> None:
    """P9: 5 t for 替代性修复, with case number, authority, obligor and document; people are sealed."""
    programme = issued
    buyer = given_buyer(programme, "person")
    sold(programme, buyer, 5)
    when_cancelled(
        programme,
        "person",
        buyer,
        5,
        cancellation_purpose="substitute_restoration",
        restoration_reference="（2026）赣01民初5号",
        restoration_authority="演示中级人民法院",
        restoration_obligor="李四演示",
        restoration_document=["r1"],
        beneficiary_kind="person",
        beneficiary_person="张三演示",
    )
    (row,) = rows(programme, tables.cancellation)
    assert row["evidence"]["restoration_reference"] == "（2026）赣01民初5号"
    assert len(row["evidence"]["restoration_document"]) == 1
    assert "李四演示" not in str(row)
    assert "张三演示" not in str(row)
    with programme.app.store.reading() as uow:
        assert uow.cancellations.people(row) == {"beneficiary": "张三演示", "obligor": "李四演示"}
        told = " ".join(uow.connection.execute(select(tables.event.c.body)).scalars())
    assert "李四演示" not in told
    assert "张三演示" not in told


def test_an_owner_cancels_its_own_units_for_the_public_good_only(issued: Programme) -> None:
    """31号令第二十八条 by analogy: an owner may cancel unsold units, for 公益."""
    programme = issued
    account = owner_account(programme)
    with pytest.raises(InvalidForm) as wrong:
        when_applied(
            programme,
            "owner",
            account,
            10,
            cancellation_purpose="voluntary_offset",
            offset_scope="本单位2024年",
        )
    assert set(wrong.value.errors) == {"cancellation_purpose"}
    case_id = when_cancelled(programme, "owner", account, 10)
    programme.hand_in("issue_by_department", "leader", case_id=case_id)
    assert held(programme, account) == {"available": 9_590, "cancelled": 10}


def test_a_returned_application_frees_its_units_and_may_be_handed_in_again(issued: Programme) -> None:
    """退回 → 草稿: the holder is told why, corrects, and the units are held anew."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    case_id = when_applied(programme, "cement", buyer, 400)
    programme.hand_in(
        "verify_cancellation",
        "checker",
        case_id=case_id,
        action="return",
        checks=[{"result": "fail", "remark": "不一致"}, *[{"result": "pass"}] * 3],
        check_opinion="用途与材料不符",
    )
    assert held(programme, buyer) == {"held": 600}
    programme.hand_in("apply_cancellation", "cement", case_id=case_id, cancel_tonnes=300)
    programme.hand_in("verify_cancellation", "checker", case_id=case_id)
    assert [row["state"] for row in rows(programme, tables.cancellation)] == ["returned", "cancelled"]
    assert held(programme, buyer) == {"held": 300, "cancelled": 300}


def test_an_application_is_withdrawn_before_it_is_handed_in(issued: Programme) -> None:
    programme = issued
    account = owner_account(programme)
    opened = programme.do("owner", OpenCancellation(account, programme.project_id))
    programme.do(
        "owner",
        CompleteTask(
            programme.task("apply_cancellation", case_id=str(opened.values["case_id"])).id,
            {"action": "withdraw"},
        ),
    )
    assert [case.outcome for case in programme.cases("cancellation")] == ["withdrawn"]
    assert rows(programme, tables.cancellation) == []


@pytest.mark.parametrize("tonnes", [0, -1, "1.5", 10**18, 601])
def test_a_quantity_that_is_none_or_is_not_there_is_refused(issued: Programme, tonnes: object) -> None:
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    with pytest.raises((InvalidForm, Refused)):
        when_applied(programme, "cement", buyer, tonnes)  # type: ignore[arg-type]
    assert held(programme, buyer) == {"held": 600}


def test_only_the_holder_of_an_account_in_order_cancels(issued: Programme) -> None:
    """A stranger, a frozen account, an account without units of the project: a refusal with its reason."""
    programme = issued
    buyer, other = given_buyer(programme, "cement"), given_buyer(programme, "scenic")
    sold(programme, buyer, 600)
    request = OpenCancellation(buyer, programme.project_id)
    with pytest.raises(Forbidden):
        programme.do("scenic", request)
    with pytest.raises(Refused) as empty:
        programme.do("scenic", OpenCancellation(other, programme.project_id))
    assert empty.value.code == "insufficient_units"
    programme.do("leader", OrderOnAccount(buyer, "freeze", "法院裁定", "（2025）赣01执9号"))
    with pytest.raises(Refused) as frozen:
        programme.do("cement", request)
    assert frozen.value.code == "account_not_normal"
    programme.do("leader", OrderOnAccount(buyer, "release", "解除冻结", "（2025）赣01执10号"))
    programme.do("cement", request)


def test_a_wrong_certificate_is_voided_and_issued_again(issued: Programme) -> None:
    """要素错误: 作废重发; units unchanged, one certificate valid, the old code tells of the new."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    case_id = when_cancelled(
        programme,
        "cement",
        buyer,
        600,
        beneficiary_kind="organisation",
        beneficiary_organisation="演示景区有限公司",
    )
    programme.hand_in("issue_by_department", "leader", case_id=case_id)
    (first,) = rows(programme, tables.certificate)
    request = ReissueCertificate(first["id"], "受益主体名称有误", "演示景区管理有限公司")
    with pytest.raises(Forbidden):
        programme.do("checker", request)
    made = programme.do("leader", request, "reissue-1")
    again = programme.do("leader", request, "reissue-1")
    assert again.replayed
    assert again.values == made.values
    old, new = rows(programme, tables.certificate)
    assert (old["state"], new["state"]) == ("void", "valid")
    assert (new["replaces_id"], new["serials"], new["quantity"]) == (old["id"], old["serials"], 600)
    assert new["stated"] == {"beneficiary_name": "演示景区管理有限公司"}
    with pytest.raises(Refused) as void:
        programme.do("leader", request)
    assert void.value.code == "certificate_void"
    assert held(programme, buyer) == {"cancelled": 600}


def test_two_who_verify_at_once_cancel_once(issued: Programme) -> None:
    """A retried verification finds the task gone; units are cancelled once."""
    programme = issued
    buyer = given_buyer(programme, "cement")
    sold(programme, buyer, 600)
    case_id = when_applied(programme, "cement", buyer, 600)
    task = programme.task("verify_cancellation", case_id=case_id)
    filled = programme.answer_to(task, "checker")
    programme.do("checker", CompleteTask(task.id, filled), "verify-1")
    assert programme.do("checker", CompleteTask(task.id, filled), "verify-1").replayed
    with pytest.raises(Conflict):
        programme.do("checker", CompleteTask(task.id, filled))
    assert held(programme, buyer) == {"cancelled": 600}


def test_a_code_answers_with_the_live_state_and_masked_persons(issued: Programme) -> None:
    """W anybody asks for 丁's certificate. T 有效, 丁*, quantity in words; a mistyped code is told apart."""
    programme = issued
    account = given_person(programme, "ding")
    (serial,) = sold(programme, account, 5)
    case_id = when_cancelled(programme, "ding", account, 5)
    programme.hand_in("issue_by_department", "leader", case_id=case_id)
    code = rows(programme, tables.certificate)[0]["code"]
    with programme.app.reading() as reading:
        seen = certificates.verify(reading, f"{code[:4].lower()}-{code[4:8]} {code[8:]}")
        moved = trace.movements(reading, programme.project_id, 1, 5)
        place = trace.places(reading, programme.project_id, 3, 8)
        with pytest.raises(NotFound):
            certificates.verify(reading, code_of("2" * 11))
        with pytest.raises(Refused) as mistyped:
            certificates.verify(reading, code[1:] + code[0])
    assert mistyped.value.code == "code_mistyped"
    assert (seen.state, seen.state_label, seen.holder, seen.beneficiary) == ("valid", "有效", "丁*", "丁*")
    assert (seen.quantity, seen.quantity_words, seen.serials) == (5, "伍吨", (serial,))
    assert (seen.purpose, seen.issuer) == ("公益碳注销", "江西省生态环境厅")
    assert [step.kind for step in moved] == ["mint", "transfer", "hold_cancellation", "cancel"]
    assert {step.receiver for step in moved[1:]} == {"丁*"}
    assert [(part.bucket, part.first, part.last) for part in place] == [
        ("cancelled", 3, 5),
        ("available", 6, 8),
    ]


def test_a_delegate_sees_the_cases_it_certifies_and_a_person_their_own(issued: Programme) -> None:
    programme = issued
    account, other = given_person(programme, "ding"), given_buyer(programme, "cement")
    sold(programme, account, 5)
    sold(programme, other, 10)
    given_delegate(programme, "2026-12-31", "public_welfare")
    mine = when_cancelled(programme, "ding", account, 5)
    theirs = when_applied(programme, "cement", other, 10)

    def sees(who: str) -> set[str]:
        with programme.app.store.reading() as uow:
            roles = programme.app.actor(programme.people[who], "web")
            viewer = Viewer(programme.people[who], roles.roles, roles.organisation_id)
            query = select(tables.case_file.c.id).where(
                visible_cases(viewer), tables.case_file.c.process_id == "cancellation"
            )
            return set(uow.connection.execute(query).scalars())

    assert sees("delegate") == {mine}
    assert sees("ding") == {mine}
    assert sees("cement") == {theirs}
    assert sees("checker") == {mine, theirs}
    assert sees("expert_one") == set()
    programme.hand_in("issue_by_delegate", "delegate", case_id=mine)
    assert sees("delegate") == {mine}


def test_the_certificate_is_a_paper_that_says_what_was_cancelled(issued: Programme) -> None:
    """R42: the paper's frozen data is the certificate's, the person's name ciphertext."""
    programme = issued
    account = given_person(programme, "ding")
    sold(programme, account, 5)
    case_id = when_cancelled(programme, "ding", account, 5)
    programme.hand_in("issue_by_department", "leader", case_id=case_id)
    (certificate,) = rows(programme, tables.certificate)
    with programme.app.store.reading() as uow:
        paper = uow.documents.get(certificate["document_id"])
        opened = uow.personal.open_all(dict(paper.data))
    assert paper.number == certificate["number"]
    assert (opened["holder"], opened["quantity"], opened["quantity-words"]) == ("丁演示", "5", "伍")
    assert opened["serials"] == certificate["serials"]
    assert opened["code"].replace("-", "") == certificate["code"]
    assert opened["verify-url"].endswith(certificate["code"])
    assert "丁演示" not in str(paper.data)
