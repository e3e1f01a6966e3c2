"""A complete, valid answer to every shipped form, in the JSON a face hands in.

Tests and the scenario driver take one and change what they are about. All organisations are fictitious.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

SIGNED = {"name": "章演示", "date": "2025-04-10", "seal": True}

CONTACT = {
    "contact_name": "张三丰",
    "contact_phone": "13800000428",
    "contact_email": "contact@example.com",
    "contact_address": "江西省赣州市崇义县横水镇演示路1号",
}

PROJECT_APPLICATION: dict[str, Any] = {
    "applicant_name": "章源演示林场",
    "applicant_place": "赣州市崇义县",
    "applicant_representative": "章演示",
    "applicant_uscc": "12360725DEM0000141",
    "applicant_is_owner": True,
    **CONTACT,
    "project_name": "崇义县国有林场森林经营碳汇（演示）",
    "methodology": "JCER-01-001-V01",
    "project_type": "01",
    "pilot_filing": "filing-chongyi",
    "project_county": "360725",
    "project_address": "崇义县横水镇演示林区",
    "cross_county": False,
    "project_start": "2021-01-01",
    "annual_reduction": "14970",
    "total_reduction": "149700",
    "project_summary": "30,000亩森林经营碳汇项目。",
    "mandatory_duty": False,
    "within_quota": False,
    "ets_enterprise": False,
    "other_mechanism": False,
    "green_power": False,
    "green_certificate": False,
    "commitment_single_claim": True,
    "commitment_no_green_power": True,
    "pdd_activity": "中幼林抚育，横水镇，间伐与补植。",
    "pdd_approvals": "经营方案已批复。",
    "pdd_split": False,
    "pdd_combination": "不涉及合并申报，不涉及拆分。",
    "pdd_methodology_basis": "《江西省森林经营碳汇项目方法学（试行）》。",
    "pdd_applicability": "逐条符合适用条件。",
    "pdd_boundary": "以小班边界为准。",
    "pdd_requirements": "无营利能力，具备额外性。",
    "pdd_calculation": "按方法学核算流程计算。",
    "pdd_parameters": "蓄积量、扩展系数、根冠比。",
    "pdd_monitoring_plan": "固定样地，每三年复测一次。",
    "pdd_records": "数据保存十年以上。",
    "pdd_activity_period": "2021-01-01至2050-12-31。",
    "crediting_period": {"start": "2021-01-01", "end": "2030-12-31"},
    "start_proof": ["a1"],
    "subject_proof": ["a2"],
    "application_declaration": True,
    "application_signature": SIGNED,
}

ISSUANCE_APPLICATION: dict[str, Any] = {
    "applicant_name": "章源演示林场",
    "applicant_place": "赣州市崇义县",
    "applicant_representative": "章演示",
    "applicant_uscc": "12360725DEM0000141",
    **CONTACT,
    "monitoring_period": {"start": "2024-01-01", "end": "2024-12-31"},
    "requested_tonnes": 14_800,
    "vintages": [{"year": 2024, "tonnes": 14_800}],
    "calculation_kind": "sink",
    "baseline_text": "基准线碳储量变化。",
    "baseline_total": "1000",
    "project_text": "项目碳储量变化。",
    "project_total": "15800.73",
    "leakage_text": "无泄漏。",
    "leakage_total": "0",
    "reductions_text": "逐年计算。",
    "emission_reductions": "14800.73",
    "calculation_files": ["b1"],
    "plan_conformity": "符合监测计划。",
    "monitored_parameters": "胸径、树高。",
    "instruments": "测树仪经检定。",
    "deviations": "无",
    "monitoring_report": ["b2"],
    "no_green_certificate": False,
    "application_declaration": True,
    "application_signature": {"name": "章演示", "date": "2025-12-01", "seal": True},
}

FORMAL_ITEMS = 25
"""How many materials the checklist of the formal review prints."""


def checklist(*, failed: dict[int, str] | None = None, items: int = FORMAL_ITEMS) -> list[dict[str, str]]:
    """Return a filled-in checklist; ``failed`` says what is missing, by row."""
    rows = [{"result": "pass"} for _ in range(items)]
    for index, remark in (failed or {}).items():
        rows[index] = {"result": "fail", "remark": remark}
    return rows


def _passed(count: int) -> list[dict[str, str]]:
    return [{"result": "pass"} for _ in range(count)]


ANSWERS: dict[str, dict[str, Any]] = {
    "project_application": PROJECT_APPLICATION,
    "application_correction": {**PROJECT_APPLICATION, "correction_note": "已补充监测计划。"},
    "formal_review": {"action": "complete", "checklist": checklist()},
    "overdue_review": {"action": "accept", "checklist": checklist(), "overdue_reason": "经办出差。"},
    "ineligibility_decision": {
        "action": "sign",
        "decision_reasons": "已售绿证，属于不得申请的情形。",
        "decision_date": "2025-04-15",
    },
    "panel": {
        "experts": ["e1", "e2", "e3"],
        "chair": "e1",
        "selection_reasons": "林业、核算、监测专业各一名，均无利害关系。",
        "planned_on": "2025-05-12",
        "planned_place": "南昌市",
    },
    "expert_review": {
        "recused": False,
        "score_boundary": 22,
        "comment_boundary": "边界清楚。",
        "score_quantification": 21,
        "comment_quantification": "核算正确。",
        "score_data": 20,
        "comment_data": "来源可靠。",
        "score_monitoring": 23,
        "comment_monitoring": "监测可行。",
        "recommendation": "passed",
    },
    "assessment_meeting": {
        "action": "record",
        "meeting_date": "2025-05-12",
        "meeting_mode": "onsite",
        "meeting_place": "南昌市",
        "attendance": ["e1", "e2", "e3"],
        "minutes": "听取汇报，逐项讨论，形成意见。",
    },
    "panel_opinion": {
        "action": "passed",
        "opinion_boundary": "核算边界符合方法学。",
        "opinion_quantification": "减排量核算正确。",
        "opinion_data": "数据来源可靠。",
        "opinion_monitoring": "监测内容完整。",
        "authenticity": True,
        "authenticity_reasons": "活动真实发生。",
        "uniqueness": True,
        "uniqueness_reasons": "未在其他机制登记。",
        "additionality": True,
        "additionality_reasons": "无经济吸引力。",
        "accepted_tonnes": 149_700,
        "overall_opinion": "同意通过。",
        "signatures": [{"expert": "e1", "agrees": True}, {"expert": "e2", "agrees": True}],
        "opinion_date": "2025-05-12",
    },
    "revision_response": {
        "responses": [{"item": "监测频次", "change": "改为每年一次。", "location": "三（三）第12页"}],
        "revised_documents": ["c1"],
        "revision_signature": SIGNED,
    },
    "revision_recheck": {
        "action": "confirmed",
        "recheck_opinion": "修改到位。",
        "accepted_tonnes": 149_700,
    },
    "notice_draft": {
        "notice_title": "关于崇义县国有林场森林经营碳汇项目的公示",
        "notice_text": "现将项目有关情况予以公示。",
        "public_tonnes": 149_700,
        "public_files": ["d1"],
        "contact_office": "登记部",
        "contact_line": "0791-86866666",
        "publication_clean": True,
    },
    "notice_release": {"action": "release"},
    "notice_publication": {"publication_check": True},
    "comment": {"proposed_kind": "objection", "comment_text": "部分地块已在其他机制登记。"},
    "comment_classification": {"action": "objection", "classification_reasons": "指出重复登记。"},
    "downgrade_confirmation": {"action": "confirmed", "confirmation_reasons": "仅为建议。"},
    "objection_investigation": {
        "investigation_findings": "经查询，地块未重复登记。",
        "proposal": "dismissed",
        "proposal_reasons": "查无重复。",
    },
    "objection_decision": {
        "action": "dismissed",
        "decision_reasons": "查无重复。",
        "public_reply": "经核查，异议不成立。",
    },
    "comment_reply": {"public_reply": "感谢建议。"},
    "account_opening": {
        "holder_name": "章源演示林场",
        "holder_uscc": "12360725DEM0000141",
        "holder_representative": "章演示",
        "operator_name": "李四",
        "operator_id": "360101199001010011",
        "operator_phone": "13800000428",
        "identity_verified": True,
        "single_account": True,
        "opening_files": ["f1"],
    },
    "registration_check": {"action": "approve", "checks": _passed(5)},
    "issuance_request": {"action": "issue"},
    "issuance_application": ISSUANCE_APPLICATION,
    "issuance_correction": {**ISSUANCE_APPLICATION, "correction_note": "已补充样地数据。"},
    "issuance_review": {"action": "complete", "checklist": checklist(items=10)},
    "minting_preparation": {"mint_tonnes": 14_800, "mint_vintages": [{"year": 2024, "tonnes": 14_800}]},
    "minting_check": {"action": "approve", "checks": _passed(4)},
    "transfer_listing": {"action": "offer", "offer_tonnes": 2_000, "offer_price": "45.00", "no_resale": True},
    "transfer_negotiated": {
        "action": "offer",
        "buyer_account": "GM-00001",
        "offer_tonnes": 10_000,
        "offer_price": "38.50",
        "no_resale": True,
    },
    "transfer_auction": {"action": "offer", "offer_tonnes": 5_000, "offer_price": "40.00", "no_resale": True},
    "transfer_confirmation": {"action": "agree", "no_resale": True},
    "transfer_review": {"action": "approve", "checks": _passed(3)},
    "pilot_filing": {
        "filing_kind": "county",
        "unit_name": "崇义县人民政府",
        "unit_county": "360725",
        "organising_bureau": "bureau-ganzhou",
        "consulted_departments": "县林业局、县发展改革委。",
        "consultation_files": ["g1"],
        "leader_name": "王五",
        "leader_post": "副县长",
        "contact_name": "赵六",
        "contact_phone": "0797-3812345",
        "duties": [{"department": "县林业局", "duty": "组织项目开发。"}],
        "work_plan": ["g2"],
        "filing_declaration": True,
        "filing_signature": SIGNED,
    },
    "filing_review": {"action": "filed", "checks": _passed(3)},
    "cancellation_application": {
        "action": "submit",
        "cancel_tonnes": 2_000,
        "cancellation_purpose": "public_welfare",
        "beneficiary_kind": "holder",
        "cancellation_declaration": True,
    },
    "cancellation_check": {"action": "approve", "checks": _passed(4)},
    "certificate_issue": {"certificate_confirmed": True},
    "certificate_delegated": {"action": "issue", "certificate_confirmed": True},
    "evaluation_draft": {
        "evaluation_grade": "good",
        "evaluation_mechanism": "县政府领导负责抓总，六个部门分工明确。",
        "evaluation_support": "组织专家团队上门指导。",
        "evaluation_problems": "监测计量能力仍需加强。",
        "evaluation_lessons": "国有林场统一开发的做法可以推广。",
    },
    "evaluation_signing": {"action": "sign"},
    "complaint_review": {"action": "take_up", "complaint_findings": "反映的面积重复计算，需要核查。"},
    "complaint_reply": {"complaint_answer": "经核查，多计的减排量已予核减。"},
    "complaint_signing": {"action": "sign"},
    "correction_finding": {
        "correction_kind": "over_issuance",
        "correction_batch": "batch-1",
        "correction_tonnes": 390,
        "correction_grounds": "样地胸径数据录入有误，2024年多计390吨。",
    },
    "correction_investigation": {
        "investigation_findings": "复测样地12块，核算结果较登记量少390吨。",
        "correction_proposal": "confirmed",
        "proposed_tonnes": 390,
        "correction_proposal_reasons": "录入错误，非故意。",
    },
    "correction_decision": {
        "action": "confirmed",
        "confirmed_tonnes": 390,
        "correction_reasons": "多计390吨属实，予以核减。",
    },
    "correction_execution": {"action": "execute", "execution_checked": True},
    "correction_make_good": {"source_batch": "batch-2"},
}


def answer(key: str, **changes: Any) -> dict[str, Any]:
    """Return a valid answer to a shipped form; a change to ``None`` leaves that field out."""
    filled = {**deepcopy(ANSWERS[key]), **changes}
    return {name: value for name, value in filled.items() if value is not None}
