"""What the department, the experts and the exchange write in the sandbox: one answer a form.

Texts are those of an ordinary, lawful handling; what is particular of one project is an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from workflow_app.sandbox.papers import paper
from workflow_app.sandbox.story.owners import Party
from workflow_app.sandbox.story.project import Project

HEADINGS = ("boundary", "quantification", "data", "monitoring")
MEETING_PLACE = "南昌市红谷滩区演示会议中心三楼会议室"
SEARCHED = "已查询全国温室气体自愿减排注册登记系统及主要国际机制公开登记信息，未见同一项目登记。"

_EXCHANGE_OFFICE: Final = {
    "contact_office": "江西演示环境权益交易中心登记部",
    "contact_line": "0791-86012345",
    "publication_clean": True,
}


def panel(experts: Sequence[str], meeting: str, note: str = "") -> dict[str, Any]:
    """Return the convening of a panel; the first expert is its chair."""
    return {
        "experts": list(experts),
        "chair": experts[0],
        "selection_reasons": "专业构成为林业碳汇、核算和监测。"
        f"已核查与项目业主、申请方、技术服务机构的利害关系。{note}",
        "planned_on": meeting,
        "planned_place": MEETING_PLACE,
    }


def review(
    recommendation: str = "passed", scores: Sequence[int] = (22, 21, 20, 23), parameters: int = 0
) -> dict[str, Any]:
    """Return one expert's review under the four headings of R31, with a verdict on each parameter row."""
    remarks = (
        "边界文件完整，与权属资料一致，碳库和排放源选择合理。",
        "计算步骤与方法学一致，参数取值保守，结果可以复算。",
        "数据来源清楚，凭证齐全，交叉核对无矛盾。",
        "监测计划可行，频次和精度满足方法学要求。",
    )
    form: dict[str, Any] = {"recused": False, "recommendation": recommendation}
    for heading, score, remark in zip(HEADINGS, scores, remarks, strict=True):
        form |= {f"score_{heading}": score, f"comment_{heading}": remark}
    if parameters:
        form["parameter_verdicts"] = [{"verdict": "accept"}] * parameters
    if recommendation == "revise":
        form["suggested_changes"] = "建议补充竹制品去向的追踪凭证，并加密竹龄结构调查样地。"
    return form


def meeting(experts: Sequence[str], day: date, name: str) -> dict[str, Any]:
    """Return the record of an assessment meeting."""
    return {
        "action": "record",
        "meeting_date": day.isoformat(),
        "meeting_mode": "onsite",
        "meeting_place": MEETING_PLACE,
        "attendance": list(experts),
        "minutes": f"会议听取了{name}申请方的汇报，专家质询并逐项讨论核算边界、"
        "减排量核算、数据来源和监测内容，"
        "经独立评分、闭门合议形成一致意见。会议全程记录，签到表附后。",
        "minutes_files": [paper("签到表", f"{name}专家评估会，{day.isoformat()}。")],
    }


def opinion(
    experts: Sequence[str], day: date, tonnes: int | None, *changes: tuple[str, str]
) -> dict[str, Any]:
    """Return the panel's opinion: passed, or with ``changes`` (item, requirement) a revision."""
    form: dict[str, Any] = {
        "action": "revise" if changes else "passed",
        "opinion_boundary": "核算边界符合方法学要求，地理边界与权属资料一致。",
        "opinion_quantification": "减排量核算方法正确，参数取值保守，计算结果可以复算。",
        "opinion_data": "数据来源可靠，原始凭证齐全，可以追溯。",
        "opinion_monitoring": "监测内容完整，监测计划具备可操作性。",
        "authenticity": True,
        "authenticity_reasons": "项目活动真实发生，现场影像与记录相互印证。",
        "uniqueness": True,
        "uniqueness_reasons": "项目未参与其他温室气体自愿减排机制，边界与已登记项目不重叠。",
        "additionality": True,
        "additionality_reasons": "项目存在投资障碍，非普遍性做法，减排收益是实施的重要条件。",
        "overall_opinion": "材料真实完整，同意通过专家评估。"
        if not changes
        else "项目总体可行，须按所列事项修改完善后复核。",
        "signatures": [{"expert": expert, "agrees": True} for expert in experts],
        "opinion_date": day.isoformat(),
    }
    if changes:
        form["required_changes"] = [{"item": item, "requirement": said} for item, said in changes]
    else:
        form["accepted_tonnes"] = tonnes
    return form


def notice_draft(project: Project) -> dict[str, Any]:
    """Return the draft of a project's notice."""
    return {
        "notice_title": f"关于{project.name}的公示",
        "notice_text": "根据《关于开展江西省温室气体自愿减排工作的通知》（赣环气候字〔2024〕355号），"
        f"{project.owner.name}申请的{project.name}已通过专家评估，现予公示。项目采用《{project.methodology_name}》，位于{project.address}，"
        f"计入期{project.crediting[0]}至{project.crediting[1]}，预计减排量合计{project.total:,}吨二氧化碳当量。"
        "公示期不少于5个工作日。任何单位和个人如有异议，请在公示期内实名或者匿名提出意见。",
        "public_tonnes": project.total,
        "public_files": [
            paper(
                "项目设计文件（公开版）", project.name, project.technique.activity, project.technique.boundary
            )
        ],
        **_EXCHANGE_OFFICE,
    }


def batch_notice(project: Project, vintages: Mapping[int, int]) -> dict[str, Any]:
    """Return the draft of a batch's notice."""
    tonnes = sum(vintages.values())
    return {
        "notice_title": f"关于{project.name}减排量的公示",
        "notice_text": f"{project.owner.name}申请签发{project.name}减排量{tonnes:,}吨二氧化碳当量"
        f"（{_by_year(vintages)}），已通过专家评估，现予公示。公示期不少于5个工作日。任何单位和个人如有异议，请在公示期内实名或者匿名提出意见。",
        "public_tonnes": tonnes,
        "public_files": [paper("监测报告（公开版）", project.name, project.technique.monitoring)],
        **_EXCHANGE_OFFICE,
    }


def combined_notice(project: Project, vintages: Mapping[int, int]) -> dict[str, Any]:
    """Return the draft of the one notice of a project and its first batch."""
    of_batch = batch_notice(project, vintages)
    tonnes = sum(vintages.values())
    return {
        **notice_draft(project),
        "notice_title": f"关于{project.name}及其首期减排量的公示",
        "notice_text": f"{notice_draft(project)['notice_text']}首期申请签发减排量{tonnes:,}吨二氧化碳当量"
        f"（{_by_year(vintages)}），与项目一并公示。",
        "public_tonnes": tonnes,
        "public_files": [*notice_draft(project)["public_files"], *of_batch["public_files"]],
    }


def _by_year(vintages: Mapping[int, int]) -> str:
    return "、".join(f"{year}年{amount:,}吨" for year, amount in vintages.items())


def minting(vintages: Mapping[int, int]) -> dict[str, Any]:
    """Return the preparation of a batch's registration."""
    return {
        "mint_tonnes": sum(vintages.values()),
        "mint_vintages": [{"year": year, "tonnes": tonnes} for year, tonnes in vintages.items()],
    }


def release() -> dict[str, Any]:
    """Return the leader's release of a notice."""
    return {"action": "release", "release_opinion": "内容完整，公开版不含个人信息和商业秘密，同意发布。"}


def publication() -> dict[str, Any]:
    """Return the publication by the exchange's checker."""
    return {"publication_check": True, "channels": "交易中心网站“自愿减排—公示”栏目同步发布。"}


def account(party: Party, operator: str) -> dict[str, Any]:
    """Return the opening of an owner's account."""
    return {
        "holder_name": party.name,
        "holder_uscc": party.uscc,
        "holder_representative": party.representative,
        "operator_name": operator,
        "operator_phone": party.phone,
        "identity_verified": True,
        "single_account": True,
        "opening_files": [paper("开户申请书", f"{party.name}申请开立业主账户，经办人{operator}。")],
    }


def revision(party: Party, day: date, *answers: tuple[str, str, str]) -> dict[str, Any]:
    """Return an owner's response matrix: item, change, location."""
    return {
        "responses": [
            {
                "item": item,
                "change": change,
                "location": location,
                "evidence": [paper("修改佐证", item, change)],
            }
            for item, change, location in answers
        ],
        "revised_documents": [paper("项目设计文件（修改版）", *(change for _, change, _ in answers))],
        "revision_signature": {"name": party.representative, "date": day.isoformat(), "seal": True},
    }
