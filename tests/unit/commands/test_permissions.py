"""Principals, candidates and the separation of duties (docs/domain.md §6)."""

from __future__ import annotations

import pytest

from workflow_app.commands import permissions
from workflow_app.commands.requests import PUBLIC, Actor
from workflow_app.kernel.errors import Forbidden, Refused


def _actor(*roles: tuple[str, str | None], user: str = "u1") -> Actor:
    return Actor(user, frozenset(roles), None, "某人", "web")


def test_an_agent_works_for_their_organisation_as_applicant() -> None:
    found = permissions.principals(_actor(("agent", "org1")))
    assert set(found) == {"user:u1", "role:agent:org1", "role:applicant:org1"}


def test_a_department_role_has_no_scope_even_if_an_organisation_is_recorded() -> None:
    assert "role:department_clerk" in permissions.principals(_actor(("department_clerk", "dept")))


@pytest.mark.parametrize("role", ["process_admin", "system_admin", "auditor"])
def test_who_stays_off_cases_has_no_role_principal_and_may_not_work(role: str) -> None:
    actor = _actor((role, None), ("department_clerk", None))
    with pytest.raises(Forbidden) as refused:
        permissions.ensure_may_work(actor, ["role:department_clerk"], None)
    assert refused.value.code == "off_cases"


def test_candidates_name_the_organisation_of_the_scope_variable() -> None:
    offered = permissions.candidates("exchange_maker", "exchange_org", {"exchange_org": "x1"})
    assert offered == ("role:exchange_maker:x1",)


def test_candidates_of_several_roles() -> None:
    offered = permissions.candidates("pilot_unit, prefecture_bureau", "bureau_org", {"bureau_org": "b"})
    assert offered == ("role:pilot_unit:b", "role:prefecture_bureau:b")


def test_a_scope_without_an_organisation_is_a_defect() -> None:
    with pytest.raises(LookupError, match="exchange_org"):
        permissions.candidates("exchange_maker", "exchange_org", {"exchange_org": None})


def test_only_the_one_who_claimed_may_go_on() -> None:
    offered = ["role:department_clerk"]
    clerk = _actor(("department_clerk", None))
    permissions.ensure_may_work(clerk, offered, "u1")
    with pytest.raises(Forbidden) as refused:
        permissions.ensure_may_work(clerk, offered, "u2")
    assert refused.value.code == "claimed_by_other"


def test_another_organisation_may_not_work_on_it() -> None:
    with pytest.raises(Forbidden) as refused:
        permissions.ensure_may_work(_actor(("owner", "org2")), ["role:applicant:org1"], None)
    assert refused.value.code == "not_your_task"


def test_the_public_may_not_work_on_anything() -> None:
    with pytest.raises(Forbidden) as refused:
        permissions.ensure_may_work(PUBLIC, ["role:public"], None)
    assert refused.value.code == "sign_in_required"


@pytest.mark.parametrize("role", ["process_admin", "system_admin", "auditor"])
def test_whoever_stays_off_cases_has_no_shared_inbox(role: str) -> None:
    assert permissions.principals(_actor((role, None))) == ("user:u1",)


@pytest.mark.parametrize(
    ("role", "held"),
    [
        ("department_leader", "department_clerk"),
        ("department_clerk", "department_leader"),
        ("exchange_checker", "exchange_maker"),
        ("exchange_maker", "exchange_checker"),
        ("expert", "agent"),
    ],
)
def test_one_person_never_holds_both_duties_of_a_pair(role: str, held: str) -> None:
    with pytest.raises(Refused) as refused:
        permissions.ensure_separated(role, frozenset({held}))
    assert refused.value.code == "separation_of_duties"


def test_the_same_duty_twice_is_no_conflict() -> None:
    permissions.ensure_separated("department_clerk", frozenset({"department_clerk"}))


@pytest.mark.parametrize(
    ("held", "role", "code"),
    [
        ({"department_clerk"}, "process_admin", "incompatible_roles"),
        ({"system_admin"}, "owner", "incompatible_roles"),
        ({"expert"}, "buyer", "insider_buyer"),
        ({"buyer"}, "exchange_maker", "insider_buyer"),
        ({"owner"}, "emperor", "role_unknown"),
    ],
)
def test_roles_that_do_not_go_together(held: set[str], role: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        permissions.ensure_roles_compatible(frozenset(held), role)
    assert refused.value.code == code


def test_roles_that_go_together() -> None:
    permissions.ensure_roles_compatible(frozenset({"expert"}), "panel_chair")
    permissions.ensure_roles_compatible(frozenset({"process_admin"}), "system_admin")
    permissions.ensure_roles_compatible(frozenset(), "auditor")


def test_only_applicants_open_a_project() -> None:
    permissions.ensure_may_start(_actor(("owner", "o")), "project_lifecycle")
    with pytest.raises(Forbidden):
        permissions.ensure_may_start(_actor(("department_clerk", None)), "project_lifecycle")
    with pytest.raises(Forbidden):
        permissions.ensure_may_start(_actor(("owner", "o")), "registration")


def test_the_acting_role_is_the_one_held() -> None:
    agent = _actor(("agent", "o"))
    assert permissions.acting(agent, "applicant", ["role:applicant:o"])[0] == "agent"
    clerk = _actor(("department_clerk", None))
    assert permissions.acting(clerk, "department_clerk", ["role:department_clerk"]) == (
        "department_clerk",
        clerk,
    )


@pytest.mark.parametrize(
    ("offered", "role", "organisation"),
    [
        (["role:applicant:other"], "agent", "other"),
        (["role:applicant:home"], "owner", "home"),
        (["role:applicant:second"], "owner", "second"),
        (["role:applicant:second", "role:applicant:home"], "owner", "home"),
        (["user:u1"], "owner", "home"),
    ],
)
def test_one_acts_for_the_organisation_the_task_is_offered_to(
    offered: list[str], role: str, organisation: str
) -> None:
    held = frozenset({("owner", "home"), ("owner", "second"), ("agent", "other")})
    found, actor = permissions.acting(Actor("u1", held, "home", "某人", "web"), "applicant", offered)
    assert (found, actor.organisation_id) == (role, organisation)


@pytest.mark.parametrize(
    ("home", "held", "expected"),
    [
        ("home", {("owner", "home"), ("owner", "second")}, "home"),
        ("home", {("owner", "second")}, "second"),
        ("home", {("owner", "second"), ("agent", "third")}, None),
        ("home", {("expert", None)}, "home"),
    ],
)
def test_a_case_is_opened_for_an_organisation_one_holds_a_post_in(
    home: str, held: set[tuple[str, str | None]], expected: str | None
) -> None:
    actor = Actor("u1", frozenset(held), home, "某人", "web")
    assert permissions.starts_for(actor, "project_lifecycle") == expected


def test_who_lost_the_role_may_not_finish_what_they_had_claimed() -> None:
    former = _actor(user="former")
    with pytest.raises(Forbidden) as refused:
        permissions.ensure_may_work(former, ("role:department_leader",), "former")
    assert refused.value.code == "not_your_task"
    permissions.ensure_may_work(former, ("user:former",), "former")
