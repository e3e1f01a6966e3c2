"""Separation of duties: who may never be both, and who never touches a case."""

from __future__ import annotations

import pytest

from workflow_app.domain.roles import Act, Role, barred_from_cases, incompatible, separation


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Role.DEPARTMENT_CLERK, Role.DEPARTMENT_LEADER),
        (Role.DEPARTMENT_LEADER, Role.DEPARTMENT_CLERK),
        (Role.EXCHANGE_MAKER, Role.EXCHANGE_CHECKER),
        (Role.EXPERT, Role.OWNER),
        (Role.AGENT, Role.PANEL_CHAIR),
    ],
)
def test_one_person_is_never_both_on_one_project(before: Role, now: Role) -> None:
    assert [f.code for f in separation([Act("u1", before)], "u1", now)] == ["separation_of_duties"]
    assert separation([Act("u2", before)], "u1", now) == ()


def test_the_same_role_and_expert_and_chair_go_together() -> None:
    assert separation([Act("u1", Role.DEPARTMENT_CLERK)], "u1", Role.DEPARTMENT_CLERK) == ()
    assert separation([Act("u1", Role.EXPERT)], "u1", Role.PANEL_CHAIR) == ()


@pytest.mark.parametrize("role", [Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR])
def test_administrators_and_auditors_never_act_on_cases(role: Role) -> None:
    assert [f.code for f in barred_from_cases([role, Role.DEPARTMENT_CLERK])] == ["role_never_on_cases"]
    assert barred_from_cases([Role.DEPARTMENT_CLERK]) == ()


def test_roles_that_may_not_be_given_together() -> None:
    assert [f.code for f in incompatible([Role.AUDITOR, Role.OWNER])] == ["incompatible_roles"]
    assert [f.code for f in incompatible([Role.EXPERT, Role.BUYER])] == ["insider_buyer"]
    assert incompatible([Role.EXPERT, Role.PANEL_CHAIR]) == ()


def test_every_role_has_a_chinese_name() -> None:
    assert len({role.label for role in Role}) == len(Role) == 15
