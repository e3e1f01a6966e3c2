"""公示: opening, closing and announcing a notice, and settling what the public says.

355号附件一（三）: at least five working days, opinions from anybody. An open objection blocks
what comes after (服务规则, by analogy with 31号令 13、20); the registration clock starts when the
notice closes, or when the last objection is decided, whichever is later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import subject
from handlers.contract import Context, Handler, Json, Outcome, Values
from handlers.effects import (
    AnnounceResult,
    CloseNotice,
    IssueDocument,
    MoveProject,
    OpenNotice,
    SettleComment,
    SettleObjections,
    TerminateNotice,
    UpdateBatch,
)
from handlers.facts import Comment
from handlers.values import instant, text, tonnes
from workflow_app.domain import public_notice as rules
from workflow_app.domain.registration import clock_start
from workflow_app.kernel.identifiers import new_id

ARTICLE = "355号附件一（三）"
PUBLISHED = ("notice_text", "public_files", "contact_office", "contact_line")
BATCH_STATES = {
    "publish": "public_notice",
    "close_unopposed": "registration_pending",
    "close_opposed": "objection",
    "change_materially": "notice_pending",
    "dismiss": "registration_pending",
    "uphold_fixable": "revision",
    "uphold_fatal": "failed",
}
DECIDED = {"dismissed": "dismiss", "upheld_fixable": "uphold_fixable", "upheld_fatal": "uphold_fatal"}


def _open_notice(inputs: Values, context: Context) -> Outcome:
    notice_id = new_id()
    project = context.facts.project()
    draft = context.facts.form("notice_draft") or {}
    title = text(draft.get("notice_title")) or f"{project.name if project else ''}公示"
    opened = OpenNotice(
        notice_id=notice_id,
        published_at=context.at,
        title=title,
        body={name: draft[name] for name in PUBLISHED if name in draft},
        quantity=tonnes(draft.get("public_tonnes")),
        opinion_id=text(context.variables.get("opinion_id")) or None,
    )
    values = {"notice_id": notice_id, "published_at": context.at.isoformat()}
    paper = IssueDocument("public_notice", subject_id=notice_id)
    return Outcome(values, (opened, *_moved(context, "publish"), paper))


def _close_notice(inputs: Values, context: Context) -> Outcome:
    notice_id = context.text("notice_id")
    notice = context.facts.notice(notice_id)
    if notice is None:
        raise LookupError(f"notice {notice_id} is not on record")
    # Decided or not: the diagram waits wherever anything was objected, and is told at once where
    # everything is decided, so that the decisions, not the closing, say what comes of the notice.
    standing = sum(1 for comment in as_seen(context.facts.comments(notice_id)) if comment.blocking)
    # 24:00 of the last day is the day after's first instant; the period itself ends just before it.
    closed = (notice.closes_at or context.at) - timedelta(microseconds=1)
    values: dict[str, Json] = {"open_objections": standing, "notice_closed_at": closed.isoformat()}
    moved = _moved(context, "close_opposed" if standing else "close_unopposed")
    return Outcome(values, (CloseNotice(notice_id, context.at), *moved, SettleObjections(notice_id)))


def _terminate_notice(inputs: Values, context: Context) -> Outcome:
    stopped = TerminateNotice(context.text("notice_id"), context.text("termination_reason"), context.at)
    return Outcome(
        {"terminated_at": context.at.isoformat()}, (stopped, *_moved(context, "change_materially"))
    )


def _announce_result(inputs: Values, context: Context) -> Outcome:
    notice_id = context.text("notice_id")
    outcome = text(context.variables.get("notice_outcome"))
    closed = instant(context.variables.get("notice_closed_at")) or context.at
    start = clock_start(closed, instant(context.variables.get("decided_at")))
    announced = AnnounceResult(notice_id, outcome, context.at)
    # Opposed when it closed: the decisions take the project on. Otherwise closing already did.
    opposed = bool(context.variables.get("open_objections"))
    moved = _moved(context, DECIDED.get(outcome, "dismiss")) if opposed else ()
    paper = IssueDocument("notice_result", subject_id=notice_id)
    return Outcome({"clock_starts_at": start.isoformat()}, (announced, *moved, paper))


def _moved(context: Context, event: str) -> tuple[MoveProject | UpdateBatch, ...]:
    """Return the effects on what the notice is of: the project, a batch, or both."""
    return subject.moves(context, event, BATCH_STATES[event])


def decided(comments: tuple[Comment, ...]) -> tuple[str, datetime | None] | None:
    """Return a notice's outcome and when it was decided; ``None`` while an objection is open."""
    outcome = rules.outcome(as_seen(comments))
    if outcome is None:
        return None
    decisions = [c.decided_at for c in comments if c.decided_at and not c.late and c.kind == "objection"]
    return outcome.value, max(decisions, default=None)


def as_seen(comments: tuple[Comment, ...]) -> tuple[rules.Comment, ...]:
    """Return the comments as the law sees them; an answered one has no decision."""
    return tuple(
        rules.Comment(
            c.id,
            c.late,
            c.kind,
            rules.NoticeOutcome(c.outcome) if c.kind == "objection" and c.outcome else None,
        )
        for c in comments
    )


def _settle_objection(inputs: Values, context: Context) -> Outcome:
    comment_id = context.text("comment_id")
    comment = context.facts.comment(comment_id)
    if comment is None:
        raise LookupError(f"comment {comment_id} is not on record")
    decision = context.facts.form("objection_decision")
    reply = context.facts.form("comment_reply")
    ruling = context.variables.get("objection_result")
    if decision is not None and isinstance(ruling, str):
        kind, outcome, answer = "objection", ruling, text(decision.get("public_reply"))
    else:
        kind, outcome, answer = "comment", "answered", text((reply or {}).get("public_reply"))
    settle = SettleComment(comment_id, kind, outcome, answer, context.at)
    record = IssueDocument("comment_record", subject_id=comment_id)
    tell = SettleObjections(comment.notice_id)
    return Outcome({"settled_at": context.at.isoformat()}, (settle, record, tell))


HANDLERS = (
    Handler(
        "open_notice",
        ARTICLE,
        _open_notice,
        inputs=("opinion_id",),
        outputs=("notice_id", "published_at"),
        effects=(OpenNotice, MoveProject, UpdateBatch, IssueDocument),
    ),
    Handler(
        "close_notice",
        ARTICLE,
        _close_notice,
        inputs=("notice_id",),
        outputs=("open_objections", "notice_closed_at"),
        effects=(CloseNotice, MoveProject, UpdateBatch, SettleObjections),
    ),
    Handler(
        "terminate_notice",
        "服务规则：公示期间发生实质变更的终止公示（355号附件一（三））",
        _terminate_notice,
        outputs=("terminated_at",),
        effects=(TerminateNotice, MoveProject, UpdateBatch),
    ),
    Handler(
        "announce_result",
        ARTICLE,
        _announce_result,
        inputs=("notice_id", "notice_outcome", "notice_closed_at", "decided_at"),
        outputs=("clock_starts_at",),
        effects=(AnnounceResult, MoveProject, UpdateBatch, IssueDocument),
    ),
    Handler(
        "settle_objection",
        "服务规则：异议处理（参照31号令第十三条、第二十条）",
        _settle_objection,
        outputs=("settled_at",),
        effects=(SettleComment, IssueDocument, SettleObjections),
    ),
)
