"""What the sandbox's holders cancel units for (355号附件二（三）): purpose, evidence, beneficiary."""

from __future__ import annotations

from typing import Any, Final

from workflow_app.sandbox.papers import paper

WELFARE: Final[dict[str, Any]] = {"cancellation_purpose": "public_welfare"}

CEMENT_OFFSET: Final[dict[str, Any]] = {
    "cancellation_purpose": "voluntary_offset",
    "offset_scope": "抵销本公司2024年度办公和厂内运输的部分温室气体排放，不用于全国碳市场配额清缴。",
}
CEMENT_SECOND_OFFSET: Final[dict[str, Any]] = {
    "cancellation_purpose": "voluntary_offset",
    "offset_scope": "抵销本公司2025年度厂内运输的部分温室气体排放，不用于全国碳市场配额清缴。",
}
SCENIC_AREA: Final[dict[str, Any]] = {
    "cancellation_purpose": "carbon_neutrality",
    "neutrality_kind": "scenic_area",
    "activity_name": "婺源演示景区2025年度运营碳中和",
    "accounting_report": [
        paper("景区温室气体排放核算报告", "2025年度范围一、范围二排放合计1,986吨二氧化碳当量。")
    ],
}
FESTIVAL: Final[dict[str, Any]] = {
    "cancellation_purpose": "carbon_neutrality",
    "neutrality_kind": "activity",
    "activity_name": "2026年婺源演示油菜花节",
    "accounting_report": [
        paper("活动温室气体排放核算报告", "活动期间交通、食宿和用电排放合计594吨二氧化碳当量。")
    ],
    "beneficiary_kind": "organisation",
    "beneficiary_organisation": "婺源演示油菜花节组委会",
}
RESTORATION: Final[dict[str, Any]] = {
    "cancellation_purpose": "substitute_restoration",
    "restoration_reference": "（2026）赣0102民初演示5号",
    "restoration_authority": "南昌市东湖区演示人民法院",
    "restoration_obligor": "丁演示",
    "restoration_document": [
        paper("民事调解书", "丁演示自愿认购5吨温室气体自愿减排量并予注销，替代修复受损生态环境。")
    ],
}
