"""任职: posts from date to date, by the legal day in Asia/Shanghai; docs/domain.md §6 (K).

What goes together is judged over the days a post shares with others of the same person: somebody may be a
clerk until May and an auditor from June. It must never know a case.
"""

from __future__ import annotations

from workflow_app.commands import permissions
from workflow_app.commands.people_requests import EndPost
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import AssignRole, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.store.repositories.posts import Post

OPERATOR = "system_admin"
TERM = "服务规则：任职期间"


def give(run: Run, request: AssignRole) -> str:
    """Give a post to somebody; returns its id. Who asks has been judged.

    :raises InvalidForm: no organisation where one is needed, an end before the beginning, a day long past.
    :raises Refused: it overlaps one they hold, or does not go with those they hold in these days.
    """
    today = legal_date(run.at)
    first, last = request.valid_from or today, request.valid_to
    person = run.uow.people.user(request.user_id)
    errors: dict[str, list[str]] = {}
    if _needs_organisation(request, person.organisation_id):
        errors["organisation_id"] = ["此岗位须指明所属单位"]
    if request.valid_from is not None and first < today:
        errors["valid_from"] = ["任职起始日期不得早于今天"]
    if last is not None and last < first:
        errors["valid_to"] = ["任职截止日期不得早于起始日期"]
    elif person.last_day is not None and (last is None or last > person.last_day):
        errors["valid_to"] = [f"此人的最后在岗日为{person.last_day}，任职不得晚于该日"]
    if errors:
        raise InvalidForm(errors)
    meeting = [post for post in run.uow.people.posts(request.user_id) if post.meets(first, last)]
    permissions.ensure_roles_compatible(frozenset(post.role for post in meeting), request.role)
    same = [post for post in meeting if _of(post) == (request.role, request.organisation_id or None)]
    if same:
        raise Refused("post_overlaps", f"此人已任该岗位（{_days(same[0])}），任职期间不得重叠", article=TERM)
    if request.organisation_id is not None:
        organisation = run.uow.people.organisation(request.organisation_id)
        if organisation.status != "active":
            raise Refused("organisation_closed", "该单位已停用，不能再配置岗位", article=TERM)
    post_id = run.uow.people.grant(
        request.user_id, request.role, request.organisation_id, run.at, run.actor.user_id, first, last
    )
    facts = {"role": request.role, "post": post_id, "from": str(first), "to": str(last) if last else None}
    run.uow.history.record("role_assigned", f"people:{request.user_id}", who(run.actor), run.at, facts=facts)
    return post_id


def end(run: Run, request: EndPost) -> Result:
    """Set the last day of a post; ``None`` leaves it open again.

    :raises InvalidForm: before it begins, or before today.
    :raises Refused: one's own, or a post that is over.
    """
    permissions.ensure_holds(run.actor, OPERATOR, "system")
    if request.user_id == run.actor.user_id:
        raise Refused("own_role", "不得更改自己的岗位", article="服务规则：管理、审计与业务分离")
    post = of_person(run, request.user_id, request.post_id)
    today = legal_date(run.at)
    if post.revoked_at is not None or (post.valid_to is not None and post.valid_to < today):
        raise Refused("post_over", "此任职已经结束", article=TERM)
    last = request.valid_to
    if last is not None and last < max(post.valid_from, today):
        raise InvalidForm({"valid_to": ["任职截止日期不得早于起始日期，也不得早于今天；立即终止请用“收回”"]})
    others = [each for each in run.uow.people.posts(post.user_id) if each.id != post.id]
    meeting = [each for each in others if each.meets(post.valid_from, last)]
    same = [each for each in meeting if _of(each) == _of(post)]
    if same:
        raise Refused("post_overlaps", f"此人已任该岗位（{_days(same[0])}），任职期间不得重叠", article=TERM)
    permissions.ensure_roles_compatible(frozenset(each.role for each in meeting), post.role)
    gone = run.uow.people.user(post.user_id).last_day
    if gone is not None and (last is None or last > gone):
        raise InvalidForm({"valid_to": [f"此人的最后在岗日为{gone}，任职不得晚于该日"]})
    run.uow.people.end_post(post, last)
    facts = {"role": post.role, "post": post.id, "to": str(last) if last else None}
    run.uow.history.record("post_end_set", f"people:{post.user_id}", who(run.actor), run.at, facts=facts)
    return Result({"user_id": post.user_id, "post_id": post.id})


def of_person(run: Run, user_id: str, post_id: str) -> Post:
    """Return a person's post.

    :raises NotFound: it is no post of theirs.
    """
    found = next((post for post in run.uow.people.posts(user_id) if post.id == post_id), None)
    if found is None:
        raise NotFound("no_such_post", "没有这项任职")
    return found


def _of(post: Post) -> tuple[str, str | None]:
    return post.role, post.organisation_id or None


def _days(post: Post) -> str:
    return f"{post.valid_from}起" if post.valid_to is None else f"{post.valid_from}至{post.valid_to}"


def _needs_organisation(request: AssignRole, works_for: str | None) -> bool:
    """A scoped post is for an organisation; only a natural person buys for nobody but themselves (R40)."""
    if request.organisation_id is not None or not permissions.is_scoped(request.role):
        return False
    return request.role != "buyer" or works_for is not None
