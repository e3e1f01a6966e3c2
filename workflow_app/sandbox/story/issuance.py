"""附件3, 附件4 and the monitoring report as the sandbox's owners fill them for one batch.

Where the methodology computes, the parameters are given and the system works the result out; elsewhere the
totals are stated. Must never know: cases, who judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from workflow_app.sandbox.papers import paper
from workflow_app.sandbox.story.applications import contact, signed
from workflow_app.sandbox.story.project import Project

_PER_CUBIC_METRE: Final = Decimal("1.65")
"""tCO2e a cubic metre of standing stock: 0.45 × 1.6 × (1 + 0.25) × 0.5 × 44 ÷ 12."""

_BASELINE_GROWTH: Final = Decimal("0.02")
_STOCK_AT_START: Final = Decimal("5.812")
_THOUSANDTH: Final = Decimal("0.001")


def batch(
    project: Project, vintages: Mapping[int, int], worked: Mapping[str, Any], day: date
) -> dict[str, Any]:
    """Return an issuance application over whole years.

    :param vintages: tonnes by year.
    :param worked: the calculation's part, as :func:`forest` and its like give it.
    """
    first, last = min(vintages), max(vintages)
    said = project.technique
    asked = sum(vintages.values())
    return {
        **contact(project.owner),
        "monitoring_period": {"start": f"{first}-01-01", "end": f"{last}-12-31"},
        "requested_tonnes": asked,
        "vintages": [{"year": year, "tonnes": tonnes} for year, tonnes in vintages.items()],
        "leakage_text": said.leakage,
        "reductions_text": f"{first}年至{last}年逐年计算，结果向下取整，申请签发{asked:,}吨二氧化碳当量。",
        "calculation_files": [
            paper("减排量计算表", *(f"{year}年：{tonnes:,}吨。" for year, tonnes in vintages.items()))
        ],
        "plan_conformity": "监测活动按登记的监测计划开展，频次、数量和精度均达到要求。",
        "monitored_parameters": said.parameters,
        "deviations": "无",
        "monitoring_report": [paper("监测报告", project.name, said.monitoring, said.records)],
        "no_green_certificate": False,
        "application_declaration": True,
        "application_signature": signed(project.owner, day),
        **worked,
    }


def forest(project: Project, years: int, reductions: str) -> dict[str, Any]:
    """Return Form 4 of the forest methodology, its parameters such that they come to ``reductions`` tCO2e.

    The stock at the end is measured to a thousandth of a cubic metre a 亩; what that is too much was lost to
    fire.
    """
    area = Decimal(project.scale.removesuffix("亩").replace(",", ""))
    wanted = Decimal(reductions)
    growth = (wanted / _PER_CUBIC_METRE / area + _BASELINE_GROWTH * years).quantize(
        _THOUSANDTH, ROUND_CEILING
    )
    burnt = area * (growth - _BASELINE_GROWTH * years) * _PER_CUBIC_METRE - wanted
    values = (
        (area, "小班界线矢量量算，林权证核对"),
        (years, "监测期起止日期"),
        (_STOCK_AT_START, "期初固定样地每木检尺"),
        (_STOCK_AT_START + growth, "期末固定样地复测"),
        (_BASELINE_GROWTH, "项目设计文件基准线"),
        ("0.45", "方法学缺省值"),
        ("1.6", "方法学缺省值"),
        ("0.25", "方法学缺省值"),
        ("0.5", "方法学缺省值"),
        (f"{burnt:f}", "县林业局森林火灾统计表"),
        (0, "项目不引起活动转移"),
    )
    return {
        "calculation_parameters": [{"value": str(value), "source": source} for value, source in values],
        "baseline_text": "基准线情景下林分不经抚育，单位面积蓄积量按项目设计文件的年增长量增长。",
        "project_text": "按固定样地期初、期末每木检尺结果推算蓄积量变化，扣除森林火灾引起的排放。",
        "instruments": "测树围尺、测高仪和手持定位仪均在检定有效期内，样地由两组分别复核百分之五。",
    }


def wetland(reductions: str) -> dict[str, Any]:
    """Return Form 4 of the wetland project: totals stated."""
    return {
        "calculation_kind": "sink",
        "baseline_text": "基准线情景下退化湿地植被碳储量和土壤碳储量基本稳定，保守地取年均变化量为零。",
        "baseline_total": "0",
        "project_text": "按植被类型分层计算生物质与土壤碳增量，扣除甲烷排放增量，各年度样方测定结果见附件。",
        "project_total": reductions,
        "leakage_total": "0",
        "emission_reductions": reductions,
        "instruments": "电子天平、土壤取样器和水位计均在检定有效期内，检定证书编号见附件。",
        "deviations": "2023年丰水期两个样方因高水位推迟十五日测定，已在报告中说明，对结果无影响。",
    }


def biogas(baseline: str, emitted: str) -> dict[str, Any]:
    """Return Form 4 of the kitchen-waste project: baseline and project emissions stated."""
    return {
        "calculation_kind": "emission",
        "baseline_text": "按填埋一阶衰减模型，以全年进厂量和各季度组分测定结果计算避免的填埋甲烷排放。",
        "baseline_total": baseline,
        "project_text": "逃逸甲烷、火炬燃烧不完全以及外购电力、热力引起的排放逐月计算。",
        "project_total": emitted,
        "leakage_total": "0",
        "emission_reductions": str(Decimal(baseline) - Decimal(emitted)),
        "instruments": "地磅、沼气流量计和甲烷分析仪均在检定有效期内，电能表按规程轮换。",
    }
