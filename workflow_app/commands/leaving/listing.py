"""What is open of somebody, found: for the page that lists it and for the act that walks it.

Nothing here is changed, and who takes over is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from workflow_app.commands import panels, permissions
from workflow_app.commands.leaving import design
from workflow_app.commands.leaving.items import (
    ASSESSMENT,
    BY_NAME,
    CHAIRS,
    CLAIMED,
    DRAFTS,
    SEATS,
    STAYING,
    WAITS,
    Leaver,
    OpenItem,
    OpenPost,
    kind_of,
)
from workflow_app.commands.leaving.others import Others
from workflow_app.commands.requests import Actor
from workflow_app.domain.roles import SCOPED
from workflow_app.store.repositories.inbox import InboxTask
from workflow_app.store.repositories.leavers import LeaverRepository
from workflow_app.store.repositories.posts import Post
from workflow_app.store.unit_of_work import UnitOfWork


def leaver(uow: UnitOfWork, user_id: str, today: date, without: date) -> Leaver:
    """Return what hangs on somebody.

    :param without: the first legal day on which they are not there.
    :raises NotFound: no such person.
    """
    uow.people.user(user_id)
    standing = [
        post
        for post in uow.people.posts(user_id)
        if post.revoked_at is None and (post.valid_to is None or post.valid_to >= today)
    ]
    day = max(without, today)
    posts = tuple(OpenPost(post, not _others(uow, post, day, user_id)) for post in standing)
    items = [*_tasks(uow, user_id), *_panels(uow, user_id)]
    taken = {item.id for item in items}
    others = Others(uow, user_id, day)
    for each in posts:
        found = [one for one in _waiting(uow, each, others) if one.id not in taken]
        items += found
        taken |= {one.id for one in found}
    items += [item for item in _drafts(uow, user_id) if item.id not in taken]
    items += design.drafts(_rows(uow), user_id)
    items += _own_requests(uow, user_id)
    items += design.own(_rows(uow), user_id)
    return Leaver(user_id, posts, tuple(_numbered(uow, items)))


def _rows(uow: UnitOfWork) -> LeaverRepository:
    return LeaverRepository(uow.connection)


def _others(uow: UnitOfWork, post: Post, day: date, user_id: str) -> frozenset[str]:
    scope = post.organisation_id if post.role in SCOPED else None
    return uow.people.holders(post.role, scope, day) - {user_id}


def _tasks(uow: UnitOfWork, user_id: str) -> Iterator[OpenItem]:
    for task in uow.inbox.of_assignee(user_id):
        if list(task.candidates) != [f"user:{user_id}"]:
            yield _task(CLAIMED, "task", task)
        elif task.process_id != ASSESSMENT:
            yield _task(STAYING, "task", task, BY_NAME)


def _panels(uow: UnitOfWork, user_id: str) -> Iterator[OpenItem]:
    for case in _rows(uow).naming(ASSESSMENT, user_id):
        panel = panels.of_case(uow.history, case)
        for task in uow.inbox.of_case(case.id):
            if task.role == "expert" and list(task.candidates) == [f"user:{user_id}"]:
                yield _task(SEATS, "seat", task)
        if panel.chair == user_id:
            yield OpenItem(CHAIRS, "chair", case.id, case.id, "专家组组长", "panel_chair")


def _waiting(uow: UnitOfWork, standing: OpenPost, others: Others) -> Iterator[OpenItem]:
    post, kind = standing.post, kind_of(standing.post)
    holder = Actor(others.user_id, frozenset({(post.role, post.organisation_id)}), None, "", "web")
    mine = [one for one in permissions.principals(holder) if not one.startswith("user:")]
    for task in _rows(uow).unclaimed(mine):
        if not others.can(task):
            yield _task(kind, "task", task)
    holders = _others(uow, post, others.day, others.user_id)
    yield from design.waiting(_rows(uow), kind, post.role, holders)
    for entry in _rows(uow).cash_entries() if post.role == "exchange_checker" else ():
        if not holders - {entry.entered_by}:
            yield OpenItem(kind, "cash", entry.id, entry.number, "出入金复核", post.role)
    for asked in _rows(uow).applications() if post.role in {"exchange_maker", "exchange_checker"} else ():
        theirs = (asked.opened_by is None) == (post.role == "exchange_maker")
        if theirs and not holders - {asked.applied_by, asked.opened_by}:
            name = "开户核验" if asked.opened_by is None else "开户复核"
            yield OpenItem(kind, "account", asked.id, asked.number, name, post.role)
    if standing.last and post.role == "certificate_delegate" and post.organisation_id is not None:
        for given in _rows(uow).delegations(post.organisation_id, others.day):
            yield OpenItem(kind, "delegation", given.id, given.number, "委托出具凭证", post.role)


def _drafts(uow: UnitOfWork, user_id: str) -> Iterator[OpenItem]:
    for task in _rows(uow).drafted(user_id):
        if task.assignee_id is None:
            yield _task(DRAFTS, "draft", task)


def _own_requests(uow: UnitOfWork, user_id: str) -> Iterator[OpenItem]:
    for entry in _rows(uow).cash_entries():
        if entry.entered_by == user_id:
            yield OpenItem(STAYING, "cash", entry.id, entry.number, "出入金登记", note=WAITS)
    for asked in _rows(uow).applications():
        if user_id in {asked.applied_by, asked.opened_by}:
            yield OpenItem(STAYING, "account", asked.id, asked.number, "开户申请", note=WAITS)


def _task(kind: str, what: str, task: InboxTask, note: str = "") -> OpenItem:
    return OpenItem(kind, what, task.id, task.case_id, task.name, task.role, task.due_at, note)


def _numbered(uow: UnitOfWork, items: Iterable[OpenItem]) -> Iterator[OpenItem]:
    """Name the cases by their numbers, which until here were ids."""
    found = list(items)
    about = {"task", "seat", "chair", "draft"}
    numbers = _rows(uow).numbers({item.number for item in found if item.what in about})
    for item in found:
        number = numbers.get(item.number, item.number) if item.what in about else item.number
        yield replace(item, number=number)
