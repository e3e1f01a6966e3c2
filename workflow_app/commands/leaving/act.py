"""离任: posts ended, sessions and tokens with them, and what is open moved to others, in one act.

docs/domain.md §6: a system administrator moves a leaver's items unseen. An item that may not go to whoever it
was meant for stays, with the reason; the others go. All of it is one transaction: two administrators at once
meet at the leaver's row, and the second is told that the list has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from workflow_app.commands import people, permissions, posts
from workflow_app.commands.leaving.items import POST, OpenItem, OpenPost, kind_of
from workflow_app.commands.leaving.listing import leaver
from workflow_app.commands.leaving.moving import FIRST, MOVES
from workflow_app.commands.people_requests import ArrangeLeave, CancelLeave
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Actor, AssignRole, Json, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, NotFound, Refused, Unauthenticated
from workflow_app.store.repositories.people import User

LONGEST: Final = 500
OWN: Final = "服务规则：管理、审计与业务分离"


@dataclass(slots=True)
class _Told:
    """What became of each item, and how many went that were no posts."""

    moved: list[Json] = field(default_factory=list)
    refused: list[Json] = field(default_factory=list)
    items: int = 0

    def went(self, item: OpenItem, to: Actor) -> None:
        self.moved.append({**_said(item), "to": to.user_id})
        self.items += item.what != POST

    def stayed(self, item: OpenItem, code: str, message: str) -> None:
        self.refused.append({**_said(item), "code": code, "reason": message})


def arrange(run: Run, request: ArrangeLeave) -> Result:
    """End somebody's service with a day and move what is open; done again, it moves what is left.

    :returns: ``moved`` and ``refused`` items, each named by its case's number, and how many are ``left``.
    :raises InvalidForm: no reason, a day long past, a kind there is not.
    :raises Refused: oneself.
    :raises Conflict: ``seen`` is not what hangs on them now.
    """
    permissions.ensure_holds(run.actor, people.OPERATOR, "system")
    person = run.uow.people.user(request.user_id, lock=True)
    if person.id == run.actor.user_id:
        raise Refused("own_account", "不得为自己办理离任", article=OWN)
    today = legal_date(run.at)
    reason = _judged(person, request, today)
    found = leaver(run.uow, person.id, today, request.last_day + timedelta(days=1))
    if request.seen and request.seen != found.seen:
        raise Conflict("items_changed", "此人的未办事项刚刚有变化，请核对后再交接")
    _ensure_kinds(request.successors, {item.kind for item in found.to_move}, found.posts)
    told = _Told()
    given = _give_posts(run, found.posts, request.successors, told)
    for item in _in_order(found.to_move):
        to = request.successors.get(item.kind)
        if to:
            _hand(run, item, person.id, to, given.get(item.kind), told)
    _tell(run, person, told)
    ended = _end(run, person, request.last_day, today)
    left = len(found.to_move) - told.items
    facts = {
        "last_day": str(request.last_day),
        "reason": reason,
        "moved": len(told.moved),
        "refused": len(told.refused),
        "left": left,
        "posts": ended,
    }
    _record(run, person.id, "leave_arranged", facts)
    values: dict[str, Json] = {"user_id": person.id, "last_day": str(request.last_day), "left": left}
    return Result({**values, "posts_ended": ended, "moved": told.moved, "refused": told.refused})


def cancel(run: Run, request: CancelLeave) -> Result:
    """Let somebody stay, or come back: posts are given anew, items are not taken from those who have them.

    :raises Refused: oneself, or nobody arranged a leave.
    """
    permissions.ensure_holds(run.actor, people.OPERATOR, "system")
    person = run.uow.people.user(request.user_id, lock=True)
    if person.id == run.actor.user_id:
        raise Refused("own_account", "不得为自己办理", article=OWN)
    if person.last_day is None:
        raise Refused("not_leaving", "此人没有办理离任")
    reason = _reason(request.reason)
    run.uow.people.end_sessions(person.id, {"last_day": None})
    run.uow.credentials.revoke_tokens(person.id, run.tools.host_now())
    _record(run, person.id, "leave_cancelled", {"reason": reason})
    return Result({"user_id": person.id})


def _judged(person: User, request: ArrangeLeave, today: date) -> str:
    reason = _reason(request.reason)
    if request.last_day < today - timedelta(days=1):
        raise InvalidForm({"last_day": ["最后在岗日不得早于昨天；填昨天的，即刻生效"]})
    if person.status == "erased":
        raise Refused("not_active", "该账号已删除")
    return reason


def _reason(text: str) -> str:
    reason = text.strip()[:LONGEST]
    if not reason:
        raise InvalidForm({"reason": ["请填写原因"]})
    return reason


def _ensure_kinds(
    successors: Mapping[str, str], open_kinds: Iterable[str], standing: Iterable[OpenPost]
) -> None:
    known = {*open_kinds, *(kind_of(each.post) for each in standing)}
    strange = sorted(kind for kind, to in successors.items() if to and kind not in known)
    if strange:
        raise InvalidForm({"successors": [f"没有这类未办事项：{'、'.join(strange)[:100]}"]})


def _give_posts(
    run: Run, standing: Iterable[OpenPost], successors: Mapping[str, str], told: _Told
) -> dict[str, str]:
    """Give the leaver's posts to who takes over; returns by kind why it could not be."""
    refused: dict[str, str] = {}
    for each in standing:
        post, kind = each.post, kind_of(each.post)
        to = successors.get(kind)
        if not to:
            continue
        item = OpenItem(kind, POST, post.id, "", "", post.role)
        try:
            _ensure_other(run, to, post.user_id)
            successor = _actor(run, to)
            if (post.role, post.organisation_id) not in successor.roles:
                posts.give(run, AssignRole(to, post.role, post.organisation_id))
        except (Refused, InvalidForm, Unauthenticated, NotFound) as error:
            refused[kind] = _words(error)
            told.stayed(item, error.code, refused[kind])
        else:
            told.went(item, successor)
    return refused


def _hand(run: Run, item: OpenItem, leaver_id: str, to: str, without_post: str | None, told: _Told) -> None:
    if without_post is not None:
        told.stayed(item, "post_not_given", without_post)
        return
    try:
        _ensure_other(run, to, leaver_id)
        successor = _actor(run, to)
        MOVES[item.what](run, item, leaver_id, successor)
    except (Refused, Forbidden, Unauthenticated, Conflict, NotFound) as error:
        if error.code in {"busy", "case_moved"}:
            raise
        told.stayed(item, error.code, error.message.replace("您", "接办人"))
    else:
        told.went(item, successor)


def _actor(run: Run, user_id: str) -> Actor:
    return people.actor(run.uow, user_id, run.actor.channel, legal_date(run.at))


def _ensure_other(run: Run, to: str, leaver_id: str) -> None:
    if to == leaver_id:
        raise Refused("same_person", "不能交给离任人本人")
    if to == run.actor.user_id:
        raise Refused("own_role", "不得交给自己", article=OWN)


def _tell(run: Run, person: User, told: _Told) -> None:
    """Tell everybody who takes something over, once."""
    counted = Counter(str(one["to"]) for one in told.moved if isinstance(one, dict))
    for to, count in sorted(counted.items()):
        text = f"{person.name}离任，原由其办理的{count}项事项（或岗位）已转由您办理，请查看待办。"
        run.uow.outbox.notify([f"user:{to}"], "离任交接", text, None, run.at)


def _end(run: Run, person: User, last_day: date, today: date) -> int:
    """End every standing post with the last day; what was to begin later is taken away."""
    ended = 0
    for post in run.uow.people.posts(person.id):
        if post.revoked_at is not None or (post.valid_to is not None and post.valid_to <= last_day):
            continue
        if post.valid_from > last_day:
            run.uow.people.take_away(post, run.at, run.actor.user_id)
        else:
            run.uow.people.end_post(post, last_day)
        ended += 1
    if last_day < today:
        run.uow.people.end_sessions(person.id, {"last_day": last_day})
        run.uow.credentials.revoke_tokens(person.id, run.tools.host_now())
    else:
        run.uow.people.change_user(person.id, {"last_day": last_day})
    return ended


def _in_order(items: Iterable[OpenItem]) -> Iterator[OpenItem]:
    """By kind where one rests on another, then by id: whoever locks two cases locks them in one order."""
    rank = {kind: place for place, kind in enumerate(FIRST)}
    return iter(sorted(items, key=lambda item: (rank.get(item.kind, len(rank)), item.id)))


def _said(item: OpenItem) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "what": item.what,
        "id": item.id,
        "number": item.number,
        "name": item.name,
        "role": item.role,
    }


def _words(error: Refused | InvalidForm | Unauthenticated | NotFound) -> str:
    if isinstance(error, InvalidForm):
        return "；".join(one for messages in error.errors.values() for one in messages)
    return error.message


def _record(run: Run, user_id: str, kind: str, facts: dict[str, Any]) -> None:
    run.uow.history.record(kind, f"people:{user_id}", who(run.actor), run.at, facts=facts)
