"""What the papers of pilots say: 试点备案通知书, 试点评估报告.

355号正文三、五 (R5-R9, R22, R46). The figures of a report are those taken when its period was over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands.matter import Matter, facts, rows_of, whole, written
from workflow_app.domain.pilot import FIGURES, GRADES

Given = Mapping[str, Any]

UNITS: Final = {
    "county": "县（市、区）人民政府",
    "development_zone": "开发区管委会",
    "provincial_soe": "省属国有企业",
    "municipal_soe": "市属国有企业",
    "grandfathered": "2020年林业碳汇项目开发试点县",
    "other": "其他",
}


def filing(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """试点备案通知书."""
    row = matter.run.uow.programme.filing(str(subject_id)) or {}
    form = matter.form("pilot_filing")
    return {
        "facts": facts(
            ("试点单位", row.get("name")),
            ("类别", UNITS.get(str(row.get("kind")), "")),
            ("备案编号", row.get("number")),
            ("组织备案的生态环境局", matter.organisation(row.get("bureau_org"))),
            ("省国资委同意文号", form.get("consent_number")),
            ("部门分工", "；".join(f"{one['department']}：{one['duty']}" for one in rows_of(form, "duties"))),
        ),
    }


def evaluation(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """试点评估报告. ``given``: the report as it was signed."""
    row = matter.run.uow.pilots.evaluation(str(subject_id)) or {}
    pilot = matter.run.uow.programme.filing(str(row.get("filing_id"))) or {}
    profile = matter.run.uow.pilots.profile(str(pilot.get("id"))) or {}
    figures = row["figures"]
    return {
        "unit": pilot.get("name"),
        "period": f"{written(row['period_start'])}至{written(row['period_end'])}",
        "grade": GRADES[str(given["grade"])],
        "facts": facts(
            ("试点单位", pilot.get("name")),
            ("类别", UNITS.get(str(pilot.get("kind")), "")),
            ("备案编号", pilot.get("number")),
            ("备案时间", written(pilot.get("filed_at"))),
            ("组织备案", matter.organisation(pilot.get("bureau_org"))),
            ("负责领导职务", profile.get("leader_post")),
            ("分工部门", f"{len(profile.get('duties') or ())}个"),
        ),
        "figures": [
            [label, whole(figures["period"].get(name, 0)), whole(figures["total"].get(name, 0))]
            for name, label in FIGURES
        ],
        **{name: str(given[name]) for name in ("mechanism", "support", "problems", "lessons")},
    }
