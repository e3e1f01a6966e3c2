"""Who may act as what, and which acts one person may never combine (domain rule K).

The rules are data: a pair of roles on one project, or roles that never touch a case. The command layer
asks before every act, whatever the diagram says. Must never know: users' names, sessions, storage.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workflow_app.domain.findings import Finding


class Role(StrEnum):
    """A role of the programme; the value is its identifier in diagrams and role assignments."""

    OWNER = "owner"
    AGENT = "agent"
    PILOT_UNIT = "pilot_unit"
    PREFECTURE_BUREAU = "prefecture_bureau"
    DEPARTMENT_CLERK = "department_clerk"
    DEPARTMENT_LEADER = "department_leader"
    EXPERT = "expert"
    PANEL_CHAIR = "panel_chair"
    EXCHANGE_MAKER = "exchange_maker"
    EXCHANGE_CHECKER = "exchange_checker"
    BUYER = "buyer"
    PROCESS_ADMIN = "process_admin"
    CERTIFICATE_DELEGATE = "certificate_delegate"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _LABELS[self]


_LABELS = {
    Role.OWNER: "项目业主",
    Role.AGENT: "代理申请方",
    Role.PILOT_UNIT: "试点单位",
    Role.PREFECTURE_BUREAU: "设区市生态环境局",
    Role.DEPARTMENT_CLERK: "省厅经办",
    Role.DEPARTMENT_LEADER: "省厅领导",
    Role.EXPERT: "评估专家",
    Role.PANEL_CHAIR: "专家组组长",
    Role.EXCHANGE_MAKER: "交易机构经办",
    Role.EXCHANGE_CHECKER: "交易机构复核",
    Role.BUYER: "购买方",
    Role.PROCESS_ADMIN: "流程管理员",
    Role.CERTIFICATE_DELEGATE: "凭证受托机构",
    Role.AUDITOR: "审计员",
    Role.SYSTEM_ADMIN: "系统管理员",
}

SCOPED = frozenset(
    {
        Role.OWNER,
        Role.AGENT,
        Role.PILOT_UNIT,
        Role.PREFECTURE_BUREAU,
        Role.EXCHANGE_MAKER,
        Role.EXCHANGE_CHECKER,
        Role.BUYER,
        Role.CERTIFICATE_DELEGATE,
    }
)
"""Roles held for one organisation; the others act for the one department or for a named person."""

NEVER_ON_CASES = frozenset({Role.PROCESS_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR})
"""Who holds one of these may not act on any case, whatever other role they hold."""

NO_ACCOUNT = frozenset(
    {
        Role.DEPARTMENT_CLERK,
        Role.DEPARTMENT_LEADER,
        Role.EXPERT,
        Role.PANEL_CHAIR,
        Role.EXCHANGE_MAKER,
        Role.EXCHANGE_CHECKER,
    }
)
"""Persons who may not hold a buyer's account (31号令第三十七条, by analogy; a parameter, default on)."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Two roles one person may not both fill on one project."""

    one: Role
    other: Role
    article: str
    message: str

    def forbids(self, before: Role, now: Role) -> bool:
        """Tell whether having acted as ``before`` bars acting as ``now``."""
        return {before, now} == {self.one, self.other}


SEPARATIONS: tuple[Separation, ...] = (
    Separation(
        Role.DEPARTMENT_CLERK,
        Role.DEPARTMENT_LEADER,
        "服务规则：经办与审批分离",
        "您已以另一身份办理过本项目，经办与领导不得为同一人",
    ),
    Separation(
        Role.EXCHANGE_MAKER,
        Role.EXCHANGE_CHECKER,
        "服务规则：经办与复核分离",
        "您已以另一身份办理过本项目，交易机构经办与复核不得为同一人",
    ),
    *(
        Separation(
            expert,
            party,
            "服务规则：专家回避",
            "您已以另一身份办理过本项目，评估专家不得兼任本项目的其他角色",
        )
        for expert in (Role.EXPERT, Role.PANEL_CHAIR)
        for party in (
            Role.OWNER,
            Role.AGENT,
            Role.DEPARTMENT_CLERK,
            Role.DEPARTMENT_LEADER,
            Role.EXCHANGE_MAKER,
            Role.EXCHANGE_CHECKER,
        )
    ),
)


@dataclass(frozen=True, slots=True)
class Act:
    """An earlier act on the project: who, and as what."""

    user_id: str
    role: Role


def separation(earlier: Iterable[Act], user_id: str, role: Role) -> tuple[Finding, ...]:
    """Return why this person may not act in this role, given who did what on the project before."""
    acted = {act.role for act in earlier if act.user_id == user_id}
    return tuple(
        Finding("separation_of_duties", rule.message, rule.article)
        for rule in SEPARATIONS
        if any(rule.forbids(before, role) for before in acted)
    )[:1]


def barred_from_cases(roles: Iterable[Role]) -> tuple[Finding, ...]:
    """Return why a holder of these roles may not act on cases at all."""
    held = sorted(set(roles) & NEVER_ON_CASES)
    return tuple(
        Finding("role_never_on_cases", f"{role.label}不得办理业务", "服务规则：管理、审计与业务分离")
        for role in held
    )


def incompatible(roles: Iterable[Role]) -> tuple[Finding, ...]:
    """Return why these roles may not be given to one person at the same time."""
    held = set(roles)
    administrative = held & NEVER_ON_CASES
    findings: list[Finding] = []
    if administrative and held - NEVER_ON_CASES:
        findings.append(
            Finding(
                "incompatible_roles",
                "管理、审计类角色不得与业务角色由同一人担任",
                "服务规则：管理、审计与业务分离",
            )
        )
    if Role.BUYER in held and held & NO_ACCOUNT:
        findings.append(
            Finding("insider_buyer", "省厅、交易机构人员和评估专家不得持有购买方账户", "参照31号令第三十七条")
        )
    return tuple(findings)
