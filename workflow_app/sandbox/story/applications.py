"""附件1 and 附件2 as the sandbox's applicants fill them: one complete form from one project.

Must never know: cases, dates of the story beyond the day of signing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from workflow_app.sandbox.papers import map_sketch, paper
from workflow_app.sandbox.story.owners import Party
from workflow_app.sandbox.story.project import Project


def signed(party: Party, day: date) -> dict[str, Any]:
    """Return a signature and seal of a party's representative."""
    return {"name": party.representative, "date": day.isoformat(), "seal": True}


def contact(party: Party) -> dict[str, Any]:
    """Return the applicant and contact blocks 附件1 and 附件3 share."""
    return {
        "applicant_name": party.name,
        "applicant_place": party.place,
        "applicant_representative": party.representative,
        "applicant_uscc": party.uscc,
        "contact_name": party.contact,
        "contact_phone": party.phone,
        "contact_email": f"{party.body}@example.com",
        "contact_address": party.address,
    }


def application(project: Project, filing_id: str, day: date, **changes: Any) -> dict[str, Any]:
    """Return the whole application; ``changes`` replace single answers."""
    applicant = project.agent or project.owner
    form = {
        **contact(applicant),
        "applicant_is_owner": project.agent is None,
        **_project(project, filing_id),
        **_eligibility(project),
        **_design(project),
        **_proofs(project),
        "application_declaration": True,
        "application_signature": signed(applicant, day),
    }
    if project.agent is not None:
        form |= _mandate(project, day)
    return {**form, **changes}


def _project(project: Project, filing_id: str) -> dict[str, Any]:
    return {
        "project_name": project.name,
        "methodology": project.methodology,
        "project_type": project.field,
        "pilot_filing": filing_id,
        "project_county": project.county,
        "project_address": project.address,
        "cross_county": False,
        "project_start": project.start,
        "annual_reduction": str(project.annual),
        "total_reduction": str(project.total),
        "project_summary": f"项目位于{project.address}，规模{project.scale}，"
        f"由{project.owner.name}投资建设和运行。"
        f"{project.technique.activity}按{project.factor}测算，年均减排量约{project.annual:,}吨二氧化碳当量，"
        f"计入期{project.crediting[0]}至{project.crediting[1]}，合计约{project.total:,}吨。",
    }


def _eligibility(project: Project) -> dict[str, Any]:
    return {
        "mandatory_duty": False,
        "within_quota": False,
        "ets_enterprise": False,
        "other_mechanism": False,
        "green_power": False,
        "green_certificate": project.green_certificate,
        "commitment_single_claim": True,
        "commitment_no_green_power": True,
    }


def _design(project: Project) -> dict[str, Any]:
    said = project.technique
    first, last = project.crediting
    return {
        "pdd_activity": f"{said.activity}项目地点：{project.address}；规模：{project.scale}。",
        "pdd_activity_files": [map_sketch("项目地块示意图", project.plots)],
        "pdd_approvals": said.approvals,
        "pdd_split": False,
        "pdd_combination": "本项目由同一业主一次申报，不涉及合并申报；"
        "边界相邻地块无同一业主的其他项目，不涉及项目拆分。",
        "pdd_methodology_basis": f"采用《{project.methodology_name}》（{project.methodology}）。",
        "pdd_applicability": said.applicability,
        "pdd_boundary": said.boundary,
        "pdd_requirements": said.requirements,
        "pdd_calculation": said.calculation,
        "pdd_parameters": said.parameters,
        "pdd_monitoring_plan": said.monitoring,
        "pdd_records": said.records,
        "pdd_activity_period": f"项目自{project.start}起实施，活动期限二十年。",
        "crediting_period": {"start": first, "end": last},
        "pdd_crediting": f"采用固定计入期，自{first}至{last}，不可更新。",
    }


def _proofs(project: Project) -> dict[str, Any]:
    owner = project.owner
    proofs = {
        "start_proof": [
            paper(
                "开工和运营时间证明",
                f"兹证明{project.name}于{project.start}开始实施，现正常运行。",
                f"业主：{owner.name}。本文件为演示材料。",
            )
        ],
        "subject_proof": [
            paper("主体资格证明", f"{owner.name}，统一社会信用代码{owner.uscc}，住所{owner.address}。")
        ],
        "pdd_file": [
            paper(
                "项目设计文件",
                project.name,
                project.technique.activity,
                project.technique.boundary,
                project.technique.calculation,
                project.technique.monitoring,
            )
        ],
    }
    if project.field == "06":
        proofs["green_certificate_search"] = [
            paper("绿证交易查询结果", "查询日期前十二个月：已核发绿色电力证书3,600个，均已售出。")
        ]
    return proofs


def _mandate(project: Project, day: date) -> dict[str, Any]:
    owner = project.owner
    agent = project.agent
    named = agent.name if agent is not None else ""
    return {
        "owner_name": owner.name,
        "owner_place": owner.place,
        "owner_representative": owner.representative,
        "owner_uscc": owner.uscc,
        "mandate": paper(
            "项目委托申请书",
            f"{owner.name}委托{named}办理{project.name}的申请、补正和修改事宜。",
            f"委托期限至{day.year + 3}-12-31。",
        ),
        "mandate_until": f"{day.year + 3}-12-31",
        "owner_signature": signed(owner, day),
    }
