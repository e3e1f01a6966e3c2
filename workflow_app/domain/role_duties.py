"""What each role may do, in the words an administrator reads before giving it (docs/domain.md §6).

A description beside the rules, not instead of them: the commands judge by :mod:`.roles`. A test holds that
every role is described and that every rule of separation is among what is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.domain.roles import NEVER_ON_CASES, NO_ACCOUNT, SCOPED, SEPARATIONS, Role

MAY: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.OWNER: (
        "提出项目和减排量申请、签署材料",
        "答复公示意见",
        "转让减排量、申请注销，查看本单位的项目和账户",
    ),
    Role.AGENT: ("凭委托代业主提出申请、补正和答复", "查看受托的项目"),
    Role.PILOT_UNIT: ("提出试点备案、填报活动和年度数据", "查看本地区的项目"),
    Role.PREFECTURE_BUREAU: ("组织本地区试点备案并出具意见", "查看本地区的项目"),
    Role.DEPARTMENT_CLERK: ("受理和形式审查", "组建专家组、提请公示", "办理异议、投诉和更正的经办"),
    Role.DEPARTMENT_LEADER: (
        "审签受理、公示、异议和登记",
        "出具或委托出具凭证，决定更正",
        "批准工作日历和条文固定的参数",
    ),
    Role.EXPERT: ("独立评审指派给本人的项目，声明回避",),
    Role.PANEL_CHAIR: ("主持专家评估会，出具专家组意见，复核修改",),
    Role.EXCHANGE_MAKER: ("拟发公示、汇总意见", "办理开户、登记、转让、注销的经办"),
    Role.EXCHANGE_CHECKER: ("发布公示", "复核开户、出入金、登记、转让和注销"),
    Role.BUYER: ("购买减排量，申请注销并取得凭证", "查看本户持有"),
    Role.PROCESS_ADMIN: ("起草和审批流程、表单、决策表和参数", "查看流程配置的记录"),
    Role.CERTIFICATE_DELEGATE: ("在有效委托的范围和期限内出具凭证",),
    Role.AUDITOR: ("查看全部办件、台账和记录", "只写审计意见"),
    Role.SYSTEM_ADMIN: ("管理单位、人员和任职", "交接离任人员的未办事项（不看内容）", "查看技术运行记录"),
}


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role as it is shown: what it may do and what its holder may never do besides.

    :param scoped: held for one organisation.
    :param apart: what one person may not be at the same time, or on the same project.
    """

    role: str
    label: str
    scoped: bool
    may: tuple[str, ...]
    apart: tuple[str, ...]


def cards() -> tuple[RoleCard, ...]:
    """Return every role, in the order of the programme."""
    return tuple(RoleCard(role.value, role.label, role in SCOPED, MAY[role], _apart(role)) for role in Role)


def _apart(role: Role) -> tuple[str, ...]:
    others = [
        rule.other if rule.one is role else rule.one for rule in SEPARATIONS if role in {rule.one, rule.other}
    ]
    told: list[str] = []
    if others:
        told.append(f"同一项目不得兼任：{'、'.join(other.label for other in others)}")
    if role in NEVER_ON_CASES:
        told.append("不得兼任任何办件岗位，不得办理业务")
    else:
        told.append(f"不得兼任：{'、'.join(other.label for other in Role if other in NEVER_ON_CASES)}")
    if role in NO_ACCOUNT:
        told.append("不得持有购买方账户")
    if role is Role.BUYER:
        told.append(f"不得兼任：{'、'.join(other.label for other in Role if other in NO_ACCOUNT)}")
    return tuple(told)
