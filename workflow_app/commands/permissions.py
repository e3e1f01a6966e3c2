"""Who may do what: inbox principals, the roles that stay off cases, separation of duties.

docs/domain.md's role table in code. Pure functions over an actor and plain values: nothing here
reads a record. K rules: one person is never both handler and leader, nor both maker and
checker, on one project; administrators and auditors never act on a case.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Final

from handlers.contract import refuse
from workflow_app.commands.requests import Actor, Json
from workflow_app.domain import roles
from workflow_app.kernel.errors import Forbidden, Refused

KNOWN: Final = frozenset(role.value for role in roles.Role)
APPLICANTS: Final = frozenset({"owner", "agent"})

STARTERS: Final[Mapping[str, frozenset[str]]] = {
    "project_lifecycle": APPLICANTS,
    "pilot_filing": frozenset({"pilot_unit", "prefecture_bureau"}),
}


def principals(actor: Actor) -> tuple[str, ...]:
    """Return every inbox principal this actor works for, most personal first."""
    if actor.user_id is None:
        return ()
    found = [f"user:{actor.user_id}"]
    for role, organisation in sorted(actor.roles, key=str):
        if role in roles.NEVER_ON_CASES:
            continue
        found.append(
            f"role:{role}:{organisation}" if organisation and role in roles.SCOPED else f"role:{role}"
        )
        if role in APPLICANTS and organisation:
            found.append(f"role:applicant:{organisation}")
    return tuple(dict.fromkeys(found))


def candidates(role: str, scope: str | None, variables: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the principals a human task is offered to.

    :param role: role id, ``applicant``, or several separated by commas.
    :param scope: name of the case variable that holds the organisation id.
    :raises LookupError: the diagram names a scope the case does not have.
    """
    names = [name.strip() for name in role.replace("/", ",").split(",") if name.strip()]
    if scope is None:
        return tuple(f"role:{name}" for name in names)
    organisation = variables.get(scope)
    person = variables.get("holder_person")
    if scope == "applicant_org" and organisation is None and isinstance(person, str) and person:
        return (f"user:{person}",)  # a natural person holds an account by itself (R40)
    if not isinstance(organisation, str) or not organisation:
        raise LookupError(f"case variable {scope!r} holds no organisation")
    if organisation.startswith("user:"):
        return (organisation,)  # a natural person: nobody else may act for them
    organisations = [organisation]
    owner = variables.get("owner_org")
    if scope == "applicant_org" and names == ["applicant"] and isinstance(owner, str) and owner:
        # Whoever has an agent may still act itself (R33: 项目业主根据专家意见修改完善).
        organisations.append(owner)
    return tuple(dict.fromkeys(f"role:{name}:{each}" for each in organisations for name in names))


def ensure_on_cases(actor: Actor) -> None:
    """Refuse whoever must stay off cases (K).

    :raises Forbidden: an administrator or an auditor, or nobody at all.
    """
    if actor.user_id is None:
        raise Forbidden("sign_in_required", "请先登录")
    if actor.holds(*roles.NEVER_ON_CASES):
        raise Forbidden(
            "off_cases", "流程管理员、系统管理员和审计员不得办理案件", article="服务规则：职责分离"
        )


def ensure_may_work(actor: Actor, offered: Iterable[str], assignee: str | None) -> None:
    """Refuse whoever a task is not for.

    :param offered: the task's principals.
    :param assignee: who claimed it, or whom it was assigned to.
    :raises Forbidden: not this person's task, or somebody else has taken it.
    """
    ensure_on_cases(actor)
    if assignee is not None and assignee != actor.user_id:
        raise Forbidden("claimed_by_other", "此事项已由他人领办，请先由其退回或转办")
    # Also of whoever claimed it: a role taken away since no longer finishes what it began.
    if not set(principals(actor)) & set(offered):
        raise Forbidden("not_your_task", "此事项不在您的职责范围内")


def acting(actor: Actor, role: str, offered: Iterable[str]) -> tuple[str, Actor]:
    """Return the role in which ``actor`` works on a task of ``role``, and the actor as of its organisation.

    Whoever holds a role in two organisations acts for the one the task is offered to; where it is
    offered to both, for their own. ``owner`` or ``agent`` where the diagram says ``applicant``.
    """
    names = [name.strip() for name in role.replace("/", ",").split(",") if name.strip()]
    if names == ["applicant"]:
        names = ["owner", "agent"]
    wanted = set(offered)

    def rank(grant: tuple[str, str | None]) -> tuple[bool, int, bool, str]:
        held, organisation = grant
        principals = {f"role:{held}:{organisation}"}
        if held in APPLICANTS:
            principals.add(f"role:applicant:{organisation}")
        strange = organisation != actor.organisation_id
        return not principals & wanted, names.index(held), strange, str(organisation)

    grants = sorted((grant for grant in actor.roles if grant[0] in names), key=rank)
    if not grants:
        return (names[0] if names else ""), actor
    found, organisation = grants[0]
    if organisation is None or found not in roles.SCOPED or rank(grants[0])[0]:
        return found, actor
    return found, dataclasses.replace(actor, organisation_id=organisation)


def ensure_separated(role: str, held: frozenset[str]) -> None:
    """Refuse a second, incompatible duty on one project (K, docs/domain.md §6).

    :param role: the duty about to be done.
    :param held: the duties this person has done on the project.
    :raises Refused: the two may not be one person's.
    """
    if role not in KNOWN:
        return
    earlier = [roles.Act("self", roles.Role(before)) for before in held if before in KNOWN]
    refuse(roles.separation(earlier, "self", roles.Role(role)))


def ensure_roles_compatible(held: frozenset[str], role: str) -> None:
    """Refuse a role that may not be added to those a person has (K).

    :raises Refused: an unknown role, or one that does not go with the others.
    """
    if role not in KNOWN:
        raise Refused("role_unknown", "没有这个岗位")
    refuse(roles.incompatible(roles.Role(name) for name in {*held, role} if name in KNOWN))


def is_scoped(role: str) -> bool:
    """Tell whether a role is held for one organisation."""
    return role in roles.SCOPED


def ensure_holds(actor: Actor, *roles: str) -> None:
    """Refuse whoever holds none of ``roles``.

    :raises Forbidden: with the roles that may.
    """
    if not actor.holds(*roles):
        raise Forbidden("role_required", "您的岗位无权进行此操作", details={"roles": list(roles)})


def ensure_may_start(actor: Actor, process_id: str) -> None:
    """Refuse whoever may not open a case of this process.

    A process that is not in the table is opened by other processes only.

    :raises Forbidden: with the roles that may, if any.
    """
    ensure_on_cases(actor)
    ensure_holds(actor, *STARTERS.get(process_id, frozenset()))


def starts_for(actor: Actor, process_id: str) -> str | None:
    """Return the organisation for which ``actor`` opens a case: their own, or the one they hold a post in.

    ``None`` where there is none, or a choice between strange ones.
    """
    posts = STARTERS.get(process_id, frozenset())
    found = {organisation for role, organisation in actor.roles if role in posts and organisation}
    if not found or actor.organisation_id in found:
        return actor.organisation_id
    return found.pop() if len(found) == 1 else None
