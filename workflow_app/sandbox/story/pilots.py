"""The pilots of the sandbox on stage: each filed by whose part it is (355号正文三)."""

from __future__ import annotations

from typing import Any

from workflow_app.commands.complaint_requests import SubmitComplaint
from workflow_app.commands.pilot_requests import CommentOnPilot, EnterActivity
from workflow_app.commands.requests import PUBLIC
from workflow_app.domain.pilot import Activity
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
    if filed.evaluated is not None:
        yield from _evaluated(stage, filed, *filed.evaluated)


def _evaluated(stage: Stage, filed: filings.Filing, drafted: str, signed: str) -> Timeline:
    """A year after filing a timer begins the evaluation: drafted, and signed by the leader (R22, R46)."""
    yield at(drafted, "14:20")
    row = next(each for each in _filed(stage) if each["id"] == stage.filings[filed.key])
    case = (str(row["evaluation_case_id"]),)
    stage.hand_in(case, "draft_evaluation", "jingban", filings.evaluation(filed))
    yield at(signed, "10:50")
    stage.hand_in(case, "sign_evaluation", "chuzhang", {"action": "sign"})


def activities(stage: Stage) -> Timeline:
    """What 崇义 and the provincial enterprise do and enter (R18); the bureau's word (R16)."""
    for day, login, key, kind, title, place, sessions, people in filings.ACTIVITIES:
        yield at(day, "16:40")
        held = Activity(kind, title, stage.today, place, sessions, people)
        stage.do(login, EnterActivity(stage.filings[key], held))
    yield at("2026-10-22", "10:15")
    said = "请抓紧第二轮业主培训，并把监测样地复测计划报我局备查。"
    stage.do("ganzhou", CommentOnPilot(stage.filings["chongyi"], said))


def complaints(stage: Stage) -> Timeline:
    """Two complaints about registered projects: one answered, one that waits for the clerk."""
    yield at("2026-05-18", "20:10")
    text = "横水工区去年有采伐，请核查登记的减排量是否已经扣除。"
    case = (_complained(stage, "p1", text),)
    yield at("2026-05-20", "10:30")
    findings = "经核对采伐许可和作业设计，所述采伐为抚育间伐，已计入样地复测，减排量计算已扣除。"
    review = {"action": "answer", "complaint_findings": findings}
    stage.hand_in(case, "review_complaint", "jingban", review)
    yield at("2026-05-21", "15:00")
    answer = f"{findings}所反映的多计问题不成立，不予立案。感谢监督。"
    stage.hand_in(case, "answer_complaint", "jingban", {"complaint_answer": answer})
    yield at("2026-05-22", "11:10")
    stage.hand_in(case, "sign_complaint_reply", "chuzhang", {"action": "sign"})
    yield at("2026-11-21", "09:05")
    _complained(stage, "p9", "处理厂夏季检修停运约十天，请核查该时段沼气利用量是否剔除。")


def _complained(stage: Stage, project: str, text: str) -> str:
    """Somebody of the public complains of a project; returns the complaint's case."""
    with stage.app.store.reading() as uow:
        row = uow.programme.project(stage.projects[project])
    number = str(row["number"]) if row is not None else ""
    sent = stage.app.execute(SubmitComplaint(number, text, name="钟演示", contact="13800000430"), PUBLIC)
    with stage.app.store.reading() as uow:
        complaint = uow.complaints.get(str(sent.values["complaint_id"]))
    if complaint is None:
        raise LookupError("the complaint is not on record")
    return str(complaint["case_id"])


def _filed(stage: Stage) -> tuple[dict[str, Any], ...]:
    with stage.app.store.reading() as uow:
        return tuple(uow.programme.filings("filed"))
