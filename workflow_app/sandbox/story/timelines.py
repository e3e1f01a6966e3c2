"""When everything happens in the sandbox: one timeline a project, each act by the person whose act it is.

A timeline yields the moment it waits for and then acts; ``play`` merges them all under one clock, because
time only goes forward. Dates are those of the demonstration data and of the State Council's calendar.

What becomes of the units once they are registered is ``market``'s.
"""

from __future__ import annotations

from functools import partial

from workflow_app.commands.requests import AddNote, DeclareConflict, SuspendDeadline
from workflow_app.sandbox import people
from workflow_app.sandbox.stage import Stage, at
from workflow_app.sandbox.story import issuance as forms
from workflow_app.sandbox.story import office
from workflow_app.sandbox.story import projects as told
from workflow_app.sandbox.story.teller import Teller, Timeline


def conflict(stage: Stage) -> Timeline:
    """An expert declares the tie that keeps them off P4."""
    expert, body, nature, since = people.TIED_EXPERT
    yield at("2025-03-12", "10:10")
    stage.do(expert, DeclareConflict(stage.people[expert], stage.bodies[body], nature, since))


def p1(stage: Stage) -> Timeline:
    """崇义: project and first batch in one notice, an ordinary week; both registered 2025-06-18."""
    one = Teller(stage, told.P1)
    vintages = {2021: 14_500, 2022: 14_700, 2023: 14_900}
    yield at("2025-04-10", "09:20")
    one.apply("combined")
    yield at("2025-04-15", "15:40")
    one.accept()
    worked = forms.forest(told.P1, 3, "44100.42")
    yield from one.batch_applied("2025-04-16", "2025-04-18", vintages, worked)
    yield from one.assessed("2025-04-21", ("2025-04-25", "2025-04-28", "2025-04-30"), "2025-05-12", 11)
    yield from one.passed("2025-05-14", 44_100)
    draft = partial(office.combined_notice, vintages=vintages)
    yield from one.publicised("2025-06-03", "2025-06-05", "2025-06-09", draft)
    yield from one.registered("2025-06-17", "2025-06-18")
    yield from one.minted("2025-06-18", "2025-06-18", vintages)
    yield from _second_batch_of_p1(one)


def _second_batch_of_p1(one: Teller) -> Timeline:
    vintages = {2024: 14_800}
    worked = forms.forest(told.P1, 1, "14800.73")
    yield from one.requested("2025-12-08")
    yield from one.batch_applied("2025-12-10", "2025-12-15", vintages, worked)
    yield from one.assessed("2025-12-22", ("2025-12-25", "2025-12-26", "2025-12-29"), "2026-01-08", 11)
    yield from one.passed("2026-01-12", 14_800)
    draft = partial(office.batch_notice, vintages=vintages)
    yield from one.publicised("2026-01-26", "2026-02-05", "2026-02-11", draft)
    yield from one.minted("2026-02-26", "2026-02-28", vintages)


def p2(stage: Stage) -> Timeline:
    """武宁: 公示中, published 2026-11-20; one comment answered, no objection."""
    one = Teller(stage, told.P2)
    yield at("2026-08-03", "10:15")
    one.apply()
    yield at("2026-08-07", "14:20")
    one.accept()
    yield from one.assessed("2026-08-13", ("2026-08-19", "2026-08-21", "2026-08-25"), "2026-09-03")
    yield from one.passed("2026-09-08")
    yield from one.publicised("2026-11-10", "2026-11-17", "2026-11-20")
    yield at("2026-11-20", "11:25")
    case = (one.comment("建议公示材料附小班分布图，方便群众对照。", "张演示", "13800000428"),)
    yield at("2026-11-20", "14:10")
    reasons = "未对项目或者减排量提出不同意见，属于一般建议。"
    stage.hand_in(
        case, "classify_comment", "jiaoyi1", {"action": "comment", "classification_reasons": reasons}
    )
    yield at("2026-11-20", "15:30")
    answer = {"action": "confirmed", "confirmation_reasons": "同意按一般意见办理。"}
    stage.hand_in(case, "confirm_downgrade", "jingban", answer)
    yield at("2026-11-20", "16:40")
    reply = "感谢您的建议。小班分布图载于项目设计文件（公开版）附图，欢迎继续监督。"
    stage.hand_in(case, "reply_comment", "jingban", {"action": "reply", "public_reply": reply})


def p3(stage: Stage) -> Timeline:
    """奉新: the panel of 2026-10-20 asks for a revision: 修改中."""
    one = Teller(stage, told.P3)
    yield at("2026-09-02", "08:50")
    one.apply()
    yield at("2026-09-08", "11:10")
    one.accept()
    yield from one.assessed("2026-09-14", ("2026-09-17", "2026-09-21", "2026-09-23"), "2026-10-14")
    yield at("2026-10-20", "10:40")
    opinion = office.opinion(
        one.panel,
        stage.today,
        None,
        ("竹制品去向", "补充收获竹材销售合同和最终用途的追踪凭证，说明使用寿命取值依据。"),
        ("样地数量", "竹龄结构调查样地由十二个加密至十八个，重新计算抽样精度。"),
    )
    one.act("give_opinion", "expert1", **opinion)


def p4(stage: Stage) -> Timeline:
    """资溪: by an agent; objected on 2025-10-10, 异议处理, the limit suspended."""
    one = Teller(stage, told.P4, experts=("expert1", "expert2"))
    yield at("2025-07-02", "16:05")
    one.apply()
    yield at("2025-07-07", "10:00")
    one.accept()
    yield from one.assessed("2025-07-14", ("2025-07-17", "2025-07-22"), "2025-07-29")
    yield from one.passed("2025-07-31")
    yield from one.publicised("2025-09-12", "2025-09-22", "2025-09-29")
    yield at("2025-10-10", "14:35")
    said = "公示地块中马头山镇部分小班已在 VCS 机制登记为森林管理项目，涉嫌重复申请，请核查。"
    case_id = one.comment(said, "周演示", "13800000429")
    case = (case_id,)
    yield at("2025-10-11", "09:45")
    reasons = "指出项目地块在其他机制登记，涉及唯一性，属于异议。"
    stage.hand_in(
        case, "classify_comment", "jiaoyi1", {"action": "objection", "classification_reasons": reasons}
    )
    yield at("2025-10-16", "11:20")
    note = "已致函该登记机构核对小班坐标和登记状态，并通知业主提交说明。"
    stage.do("jingban", AddNote(case_id, note))
    yield at("2025-10-17", "15:15")
    with stage.app.store.reading() as uow:
        limit = uow.deadlines.latest(case_id, "objection")
    if limit is None:
        raise LookupError("the objection has no limit")
    why = "须等待 VCS 登记机构对地块登记状态的书面答复，答复前无法核实。"
    stage.do("jingban", SuspendDeadline(case_id, limit.id, why, "演示环气候函〔2025〕41号"))


def p5(stage: Stage) -> Timeline:
    """都昌: received 2026-11-02, correction notice on 2026-11-09: 待补正."""
    one = Teller(stage, told.P5)
    yield at("2026-11-02", "09:35")
    one.apply()
    yield at("2026-11-09", "15:50")
    missing = {
        "pdd_monitoring_plan": "监测计划未写明水位观测井的数量、位置和记录频次，请补充。",
        "start_proof": "开工证明未载明渠道改造完成日期，请补充竣工验收单。",
    }
    one.act(
        "review_application",
        "jingban",
        action="incomplete",
        checklist=stage.passed("formal_review", "checklist", missing),
        review_opinion="材料不齐全，请按所列事项一次补齐。",
        cross_registry_search=office.SEARCHED,
    )


def p6(stage: Stage) -> Timeline:
    """东乡: a national methodology; 转国家系统 on 2026-03-16."""
    yield at("2026-03-16", "10:20")
    Teller(stage, told.P6).apply()


def p7(stage: Stage) -> Timeline:
    """高安: green certificates were sold; 不符合 on 2026-03-10."""
    one = Teller(stage, told.P7)
    yield at("2026-03-05", "14:00")
    one.apply()
    yield at("2026-03-10", "10:50")
    one.act(
        "sign_ineligibility",
        "chuzhang",
        action="sign",
        decision_reasons="申请表载明本项目参与绿色电力证书交易，查询结果显示已售出绿证3,600个，不符合承诺不参与绿色电力"
        "证书交易的申请条件，决定不予受理。",
        decision_date=stage.today.isoformat(),
    )


def p8(stage: Stage) -> Timeline:
    """永修: registered 2026-03-02; its first batch, 2022-2024, is 评估中."""
    one = Teller(stage, told.P8)
    yield at("2025-11-10", "09:05")
    one.apply()
    yield at("2025-11-14", "16:10")
    one.accept()
    yield from one.assessed("2025-11-20", ("2025-11-25", "2025-11-27", "2025-12-01"), "2025-12-09")
    yield from one.passed("2025-12-11")
    yield from one.publicised("2026-01-20", "2026-02-09", "2026-02-13")
    yield from one.registered("2026-02-28", "2026-03-02")
    vintages = {2022: 2_000, 2023: 2_000, 2024: 2_000}
    yield from one.requested("2026-10-12")
    yield from one.batch_applied("2026-10-15", "2026-10-20", vintages, forms.wetland("6000.42"))
    yield from one.assessed("2026-11-16", ("2026-11-19", "2026-11-20"), "2026-12-01")


def p9(stage: Stage) -> Timeline:
    """南昌: a municipal enterprise's project and its first batch; registered 2026-06-30."""
    one = Teller(stage, told.P9)
    vintages = {2023: 5_400}
    yield at("2026-03-18", "11:00")
    one.apply("combined")
    yield at("2026-03-24", "09:55")
    one.accept()
    worked = forms.biogas("6512.40", "1112.03")
    yield from one.batch_applied("2026-03-25", "2026-03-27", vintages, worked)
    yield from one.assessed("2026-03-30", ("2026-04-02", "2026-04-08", "2026-04-09"), "2026-04-21")
    yield from one.passed("2026-04-23", 5_400)
    draft = partial(office.combined_notice, vintages=vintages)
    yield from one.publicised("2026-05-25", "2026-06-11", "2026-06-17", draft)
    yield from one.registered("2026-06-29", "2026-06-30")
    yield from one.minted("2026-06-30", "2026-06-30", vintages)


def p10(stage: Stage) -> Timeline:
    """铜鼓: a provincial enterprise's project and its first batch, revised once; registered 2025-10-15."""
    one = Teller(stage, told.P10)
    vintages = {2024: 9_600}
    yield at("2025-06-16", "10:10")
    one.apply("combined")
    yield at("2025-06-20", "15:00")
    one.accept()
    worked = forms.forest(told.P10, 1, "9600.35")
    yield from one.batch_applied("2025-06-23", "2025-06-24", vintages, worked)
    yield from one.assessed("2025-06-25", ("2025-07-01", "2025-07-02", "2025-07-04"), "2025-07-10", 11)
    yield at("2025-07-11", "10:20")
    asked = ("林分分层", "按优势树种和龄组重新划分碳层，并补充各层样地布设图。")
    one.act("give_opinion", "expert1", **office.opinion(one.panel, stage.today, None, asked))
    yield at("2025-08-08", "09:30")
    answer = (
        asked[0],
        "已按杉木、马尾松和阔叶混交三类及龄组划分为七个碳层，样地布设图附后。",
        "附件2三（二）第18页",
    )
    revised = office.revision(told.P10.owner, stage.today, answer)
    same = worked["calculation_parameters"]
    one.act("revise_documents", "ganlin", **revised, calculation_parameters=same)
    yield at("2025-08-15", "14:00")
    confirmed = {"action": "confirmed", "recheck_opinion": "修改到位，同意通过。"}
    one.act("recheck_revision", "expert1", accepted_tonnes=9_600, **confirmed)
    draft = partial(office.combined_notice, vintages=vintages)
    yield from one.publicised("2025-09-10", "2025-09-19", "2025-09-28", draft)
    yield from one.registered("2025-10-13", "2025-10-15")
    yield from one.minted("2025-10-15", "2025-10-15", vintages)


TIMELINES = (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10)
