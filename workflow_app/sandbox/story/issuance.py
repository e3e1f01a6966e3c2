"""附件3, 附件4 and the monitoring report of the batch under assessment in the sandbox (P8, 2022-2024)."""

from __future__ import annotations

from datetime import date
from typing import Any

from workflow_app.sandbox.papers import paper
from workflow_app.sandbox.story.applications import contact, signed
from workflow_app.sandbox.story.project import Project


def batch(project: Project, vintages: dict[int, int], calculated: str, day: date) -> dict[str, Any]:
    """Return an issuance application over whole years.

    :param vintages: tonnes by year.
    :param calculated: the calculation's result in tCO2e, four places at most.
    """
    first, last = min(vintages), max(vintages)
    said = project.technique
    return {
        **contact(project.owner),
        "monitoring_period": {"start": f"{first}-01-01", "end": f"{last}-12-31"},
        "requested_tonnes": sum(vintages.values()),
        "vintages": [{"year": year, "tonnes": tonnes} for year, tonnes in vintages.items()],
        "calculation_kind": "sink",
        "baseline_text": "基准线情景下退化湿地植被碳储量和土壤碳储量基本稳定，保守地取年均变化量为零。",
        "baseline_total": "0",
        "project_text": f"{said.calculation}各年度样方测定结果及分层汇总见附件。",
        "project_total": calculated,
        "leakage_text": said.leakage,
        "leakage_total": "0",
        "reductions_text": f"{first}年至{last}年逐年计算，合计{calculated}吨二氧化碳当量，向下取整申请签发。",
        "emission_reductions": calculated,
        "calculation_files": [
            paper("减排量计算表", *(f"{year}年：{tonnes:,}吨。" for year, tonnes in vintages.items()))
        ],
        "plan_conformity": "监测活动按登记的监测计划开展，样方数量、频次和精度均达到要求。",
        "monitored_parameters": said.parameters,
        "instruments": "电子天平、土壤取样器和水位计均在检定有效期内，检定证书编号见附件。",
        "deviations": "2023年丰水期两个样方因高水位推迟十五日测定，已在报告中说明，对结果无影响。",
        "monitoring_report": [paper("监测报告", project.name, said.monitoring, said.records)],
        "no_green_certificate": False,
        "application_declaration": True,
        "application_signature": signed(project.owner, day),
    }
