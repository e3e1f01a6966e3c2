"""The pilots of the sandbox on stage: each filed by whose part it is (355号正文三)."""

from __future__ import annotations

from typing import Any

from workflow_app.sandbox.stage import Stage, at
from workflow_app.sandbox.story import filings
from workflow_app.sandbox.story.teller import Timeline


def filing(stage: Stage, filed: filings.Filing) -> Timeline:
    """One pilot filing."""
    yield at(filed.submitted, "09:10")
    bureau = stage.bodies[filed.bureau] if filed.bureau else None
    title = f"{filed.unit}试点备案"
    opened = stage.opened(filed.login, "pilot_filing", title=title, filing_kind=filed.kind, bureau_org=bureau)
    cases = (str(opened.values["case_id"]),)
    stage.hand_in(cases, "submit_filing", filed.login, filings.filing_form(filed, bureau, stage.today))
    if filed.filed is None:
        return
    yield at(filed.filed, "16:00")
    checks = stage.passed("filing_review", "checks")
    answer = {"action": "filed", "checks": checks, "filing_opinion": "属于试点范围，材料齐全，予以备案。"}
    before = {row["id"] for row in _filed(stage)}
    stage.hand_in(cases, "review_filing", "jingban", answer)
    stage.filings[filed.key] = next(row["id"] for row in _filed(stage) if row["id"] not in before)


def _filed(stage: Stage) -> tuple[dict[str, Any], ...]:
    with stage.app.store.reading() as uow:
        return tuple(uow.programme.filings("filed"))
