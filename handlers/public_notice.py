"""公示: opening, closing and announcing a notice, and settling what the public says.

355号附件一（三）: at least five working days, opinions from anybody. An open objection blocks
what comes after (服务规则, by analogy with 31号令 13、20); the registration clock starts when the
notice closes, or when the last objection is decided, whichever is later.
"""

from __future__ import annotations

from datetime import datetime

from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import (
    AnnounceResult,
    CloseNotice,
    Notify,
    OpenNotice,
    SettleComment,
    SettleObjections,
    UpdateProject,
)
from handlers.facts import Comment
from handlers.values import instant, text, tonnes
from workflow_app.kernel.identifiers import new_id

ARTICLE = "355号附件一（三）"


def _open_notice(inputs: Values, context: Context) -> Outcome:
    notice_id = new_id()
    project = context.facts.project()
    draft = context.facts.form("notice_draft") or {}
    batch = context.variables.get("batch_id")
    title = text(draft.get("title")) or f"{project.name if project else ''}公示"
    effects = [
        OpenNotice(
            notice_id=notice_id,
            published_at=context.at,
            title=title,
            quantity=tonnes(draft.get("quantity")),
            opinion_id=text(context.variables.get("opinion_id")) or None,
        )
    ]
    if batch is None:
        return Outcome(
            {"notice_id": notice_id, "published_at": context.at.isoformat()},
            (*effects, UpdateProject("public_notice")),
        )
    return Outcome({"notice_id": notice_id, "published_at": context.at.isoformat()}, tuple(effects))


def blocking(comments: tuple[Comment, ...]) -> tuple[Comment, ...]:
    """Return the timely comments that bear on the notice's outcome.

    An objection does, decided or not; so does whatever nobody has classified yet, because only
    the department can say that it is no objection.
    """
    return tuple(c for c in comments if not c.late and c.kind != "comment")


def _close_notice(inputs: Values, context: Context) -> Outcome:
    notice_id = context.text("notice_id")
    standing = blocking(context.facts.comments(notice_id))
    effects = (CloseNotice(notice_id, context.at), SettleObjections(notice_id))
    return Outcome(
        {"open_objections": len(standing), "notice_closed_at": context.at.isoformat()},
        effects,
    )


def _announce_result(inputs: Values, context: Context) -> Outcome:
    notice_id = context.text("notice_id")
    outcome = text(context.variables.get("notice_outcome"))
    closed = instant(context.variables.get("notice_closed_at")) or context.at
    decided = instant(context.variables.get("decided_at"))
    start = max(closed, decided) if decided else closed
    return Outcome(
        {"clock_starts_at": start.isoformat()},
        (AnnounceResult(notice_id, outcome, context.at),),
    )


def settled_outcome(comments: tuple[Comment, ...]) -> tuple[str, datetime | None] | None:
    """Return the notice's outcome and when it was decided, or ``None`` while one is undecided.

    The gravest decision rules: fatal before fixable before dismissed.
    """
    standing = blocking(comments)
    if any(c.outcome is None for c in standing):
        return None
    decided = max((c.decided_at for c in standing if c.decided_at is not None), default=None)
    for outcome in ("upheld_fatal", "upheld_fixable", "dismissed"):
        if any(c.outcome == outcome for c in standing):
            return outcome, decided
    return "unopposed", decided


def _settle_objection(inputs: Values, context: Context) -> Outcome:
    comment_id = context.text("comment_id")
    comment = context.facts.comment(comment_id)
    if comment is None:
        raise LookupError(f"comment {comment_id} is not on record")
    decision = context.facts.form("objection_decision")
    reply = context.facts.form("comment_reply")
    ruling = context.variables.get("objection_result")
    if decision is not None and isinstance(ruling, str):
        kind, outcome, answer = "objection", ruling, text(decision.get("reasons"))
    else:
        kind, outcome, answer = "comment", "answered", text((reply or {}).get("reply"))
    settle = SettleComment(comment_id, kind, outcome, answer, context.at)
    return Outcome({"settled_at": context.at.isoformat()}, (settle, SettleObjections(comment.notice_id)))


HANDLERS = (
    Handler(
        "open_notice",
        ARTICLE,
        _open_notice,
        outputs=("notice_id", "published_at"),
        effects=(OpenNotice, UpdateProject),
    ),
    Handler(
        "close_notice",
        ARTICLE,
        _close_notice,
        outputs=("open_objections", "notice_closed_at"),
        effects=(CloseNotice, SettleObjections),
    ),
    Handler(
        "announce_result",
        ARTICLE,
        _announce_result,
        outputs=("clock_starts_at",),
        effects=(AnnounceResult, Notify),
    ),
    Handler(
        "settle_objection",
        "服务规则：异议处理（参照31号令第十三条、第二十条）",
        _settle_objection,
        outputs=("settled_at",),
        effects=(SettleComment, SettleObjections),
    ),
)
