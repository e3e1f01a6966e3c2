"""Effects that tell people something, and the record of a missed cap."""

from __future__ import annotations

from handlers import effects as asked
from workflow_app.commands import deadlines
from workflow_app.commands.run import OpenCase, Run


def notify(run: Run, case: OpenCase, effect: asked.Notify, key: str) -> None:
    """Put a notice before each principal; mail leaves through the outbox after the commit."""
    text = f"【{case.row.title}】{effect.text}"
    run.uow.outbox.notify(effect.principals, effect.subject, text, case.id, run.at)
    for principal in effect.principals:
        payload: dict[str, object] = {"subject": effect.subject, "text": text, "case_id": case.id}
        if case.papers:
            payload["documents"] = list(case.papers)
        run.uow.outbox.put(f"{key}:{principal}", "mail", principal, payload, run.at)


def record_overdue(run: Run, case: OpenCase, effect: asked.RecordOverdue, key: str) -> None:
    """Mark a cap as missed: it stays in the record, and the act may still be done late."""
    limit = deadlines.latest(run, case, effect.rule)
    if limit is not None and limit.state in deadlines.LIVE:
        deadlines.change(run, case, limit, {"state": "missed", "ended_at": run.at})
