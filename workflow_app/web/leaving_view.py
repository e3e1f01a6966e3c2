"""离任 as its page shows it: the open items by kind, and who may be asked to take each kind over.

Who is offered is a help; whoever is chosen is judged by the command. It must never know what is in a case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow_app.commands.leaving.design import DESIGNS
from workflow_app.commands.leaving.items import (
    CHAIRS,
    CLAIMED,
    DRAFTS,
    SEATS,
    STAYING,
    Leaver,
    OpenItem,
    kind_of,
)
from workflow_app.domain.roles import NEVER_ON_CASES
from workflow_app.queries.people import User
from workflow_app.web.texts import _
from workflow_app.web.words import role_name


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of open items.

    :param field: name of its box on the form.
    :param wanted: what becomes of the kind if nobody is chosen, in a sentence.
    :param options: user id and label of whoever may be asked.
    """

    kind: str
    field: str
    title: str
    wanted: str
    items: tuple[OpenItem, ...]
    options: tuple[tuple[str, str], ...]


def groups(found: Leaver, everybody: Iterable[User], me: str) -> tuple[Group, ...]:
    """Return the kinds that have something, or a post nobody else holds, each with whom to ask."""
    others = [user for user in everybody if user.serving and user.id not in {found.user_id, me}]
    names = {kind: (title, told) for kind, title, told in _kinds()}
    held = {each.post.role for each in found.posts}
    made: list[Group] = []
    for kind, (title, told) in names.items():
        items = tuple(item for item in found.items if item.kind == kind)
        if items:
            roles = {"expert"} if kind in {SEATS, CHAIRS} else held | {item.role for item in items}
            admin = kind == DESIGNS
            options = _options(others, {"process_admin"} if admin else roles, administrative=admin)
            made.append(Group(kind, field_of(kind), title, told, items, options))
    for each in found.posts:
        kind = kind_of(each.post)
        items = tuple(item for item in found.items if item.kind == kind)
        if not items and not each.last:
            continue
        title = _("%(role)s的待办", role=role_name(each.post.role))
        told = _("离任后无人担任此岗位；接任人即日起任职，并接办下列事项。")
        if not items:
            told = _("离任后无人担任此岗位；可以现在选定接任人，即日起任职。")
        if not each.last:
            told = _("其他任职者均因职责分离不能办理下列事项；接办人须担任此岗位。")
        options = _options(others, set(), administrative=each.post.role in NEVER_ON_CASES)
        made.append(Group(kind, field_of(kind), title, told, items, options))
    return tuple(made)


def staying(found: Leaver) -> tuple[OpenItem, ...]:
    """Return what stays as it is, each with the reason."""
    return tuple(item for item in found.items if item.kind == STAYING)


def field_of(kind: str) -> str:
    """Return the name of a kind's box."""
    return f"to-{kind.replace(':', '-')}"


def chosen(found: Leaver, typed: Mapping[str, str]) -> dict[str, str]:
    """Return by kind who was chosen on the form."""
    kinds = [*(kind for kind, _title, _told in _kinds()), *(kind_of(each.post) for each in found.posts)]
    return {kind: typed[field_of(kind)] for kind in kinds if typed.get(field_of(kind))}


def _kinds() -> tuple[tuple[str, str, str], ...]:
    return (
        (CLAIMED, _("已领办的事项"), _("填写到一半的内容一并交给接办人。")),
        (SEATS, _("专家评审席位"), _("接任专家独立评审；原专家未提交的草稿留存，不交给他人。")),
        (CHAIRS, _("专家组组长"), _("组长须为该项目专家组成员；起草中的专家组意见一并移交。")),
        (DESIGNS, _("流程草稿"), _("编辑锁交给接办的流程管理员；起草人记录不改。")),
        (DRAFTS, _("未领办事项的草稿"), _("事项仍待认领，草稿交给接办人。")),
    )


def _options(
    others: Iterable[User], roles: set[str], *, administrative: bool = False
) -> tuple[tuple[str, str], ...]:
    found = []
    for user in others:
        mine = [grant.role for grant in user.held]
        barred = not administrative and set(mine) & NEVER_ON_CASES
        if barred or (roles and not roles & set(mine)):
            continue
        posts = "、".join(role_name(role) for role in dict.fromkeys(mine))
        told = "・".join(one for one in (user.organisation, posts) if one)
        found.append((user.id, f"{user.name}（{told}）" if told else user.name))
    return tuple(found)
