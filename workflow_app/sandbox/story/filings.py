"""试点备案 of the counties and enterprises whose projects the sandbox tells of (355号正文三).

Counties and districts file through their prefecture bureau or themselves, a municipal enterprise through
its bureau, a provincial one with the consent of 省国资委.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from workflow_app.sandbox.papers import paper


@dataclass(frozen=True, slots=True)
class Filing:
    """One filing.

    :param login: account that hands it in.
    :param filed: when the department files it; ``None`` while it waits.
    :param evaluated: when its first evaluation is drafted and signed; ``None`` while there is none.
    """

    key: str
    unit: str
    kind: str
    county: str
    login: str
    bureau: str | None
    leader: str
    leader_post: str
    contact: str
    phone: str
    submitted: str
    filed: str | None
    uscc: str = ""
    evaluated: tuple[str, str] | None = None


def _county(
    key: str,
    unit: str,
    county: str,
    bureau: str,
    leader: str,
    phone: str,
    dates: tuple[str, str | None],
    evaluated: tuple[str, str] | None = None,
) -> Filing:
    login = "chongyi" if key == "chongyi" else bureau
    return Filing(
        key,
        f"{unit}人民政府",
        "county",
        county,
        login,
        bureau,
        leader,
        "副县（市、区）长",
        "刘演示",
        phone,
        *dates,
        evaluated=evaluated,
    )


FILINGS: Final = (
    _county(
        "chongyi",
        "崇义县",
        "360725",
        "ganzhou",
        "黄演示",
        "0797-3812345",
        ("2025-01-13", "2025-02-10"),
        ("2026-03-03", "2026-03-06"),
    ),
    _county(
        "zixi",
        "资溪县",
        "361028",
        "fuzhou",
        "饶演示",
        "0794-5792345",
        ("2025-02-17", "2025-03-07"),
        ("2026-03-24", "2026-03-27"),
    ),
    Filing(
        "ganlin",
        "赣林演示集团",
        "provincial_soe",
        "360926",
        "ganlin-shidian",
        None,
        "林演示",
        "副总经理",
        "邱演示",
        "0791-88110011",
        "2025-03-10",
        "2025-03-28",
        "91360000DEM000110R",
        ("2026-04-14", "2026-04-17"),
    ),
    _county(
        "yongxiu",
        "永修县",
        "360425",
        "jiujiang",
        "余演示",
        "0792-3222345",
        ("2025-05-12", "2025-06-04"),
        ("2026-06-18", "2026-06-24"),
    ),
    _county(
        "gaoan",
        "高安市",
        "360983",
        "yichun",
        "聂演示",
        "0795-5212345",
        ("2025-08-11", "2025-09-01"),
        ("2026-09-15", "2026-09-18"),
    ),
    _county(
        "dongxiang", "东乡区", "361003", "fuzhou", "万演示", "0794-4232345", ("2025-11-03", "2025-11-21")
    ),
    Filing(
        "ganjiang",
        "赣江演示环保",
        "municipal_soe",
        "360102",
        "nanchang",
        "nanchang",
        "赣演示",
        "总经理",
        "熊演示",
        "0791-86661024",
        "2025-12-08",
        "2025-12-26",
        "91360100DEM0001024",
    ),
    _county("wuning", "武宁县", "360423", "jiujiang", "叶演示", "0792-2782345", ("2026-04-13", "2026-05-06")),
    _county("fengxin", "奉新县", "360921", "yichun", "廖演示", "0795-4622345", ("2026-06-01", "2026-06-24")),
    _county(
        "duchang", "都昌县", "360428", "jiujiang", "江演示", "0792-5222345", ("2026-08-17", "2026-09-08")
    ),
    _county("tonggu", "铜鼓县", "360926", "yichun", "帅演示", "0795-8722345", ("2026-11-18", None)),
)


def filing_form(filing: Filing, bureau_id: str | None, day: date) -> dict[str, Any]:
    """Return the filing's form, with the evidence its kind asks for."""
    form: dict[str, Any] = {
        "filing_kind": filing.kind,
        "unit_name": filing.unit,
        "unit_county": filing.county,
        "leader_name": filing.leader,
        "leader_post": filing.leader_post,
        "contact_name": filing.contact,
        "contact_phone": filing.phone,
        "duties": [
            {"department": "生态环境部门", "duty": "组织协调试点工作，指导项目开发，汇总报送进展。"},
            {"department": "林业、农业农村部门", "duty": "提供资源底数，指导业主按方法学实施经营活动。"},
            {"department": "财政、发展改革部门", "duty": "落实试点工作经费，推动减排量消纳。"},
        ],
        "work_plan": [
            paper("试点工作方案", f"{filing.unit}开展温室气体自愿减排试点的目标、任务、分工和进度安排。")
        ],
        "training_plan": "每年举办业主培训不少于两期，依托省内高校和科研院所组建技术支持小组。",
        "absorption_plan": "推动大型活动碳中和、机关和景区低碳建设优先使用本地减排量。",
        "filing_declaration": True,
        "filing_signature": {"name": filing.leader, "date": day.isoformat(), "seal": True},
    }
    if bureau_id is not None:
        form["organising_bureau"] = bureau_id
    if filing.uscc:
        form["unit_uscc"] = filing.uscc
    return form | _evidence(filing)


def _evidence(filing: Filing) -> dict[str, Any]:
    if filing.kind == "provincial_soe":
        return {
            "consent_number": "演示国资函〔2025〕12号",
            "consent_date": "2025-03-03",
            "consent_file": paper("省国资委同意文件", f"同意{filing.unit}开展温室气体自愿减排试点。"),
        }
    if filing.kind == "municipal_soe":
        return {"bureau_letter": paper("组织备案函", f"现将{filing.unit}开展试点有关材料报请备案。")}
    return {
        "consulted_departments": "林业、农业农村、自然资源、水利、发展改革、财政等部门，均无不同意见。",
        "consultation_files": [paper("征求意见汇总表", f"{filing.unit}就试点工作方案征求意见情况汇总。")],
    }


ACTIVITIES: Final = (
    ("2025-04-22", "chongyi", "chongyi", "publicity", "世界地球日碳汇宣传", "崇义县阳明广场", 1, 1_200),
    ("2025-06-06", "ganlin-shidian", "ganlin", "training", "林场技术员监测培训", "铜鼓县大沩山林场", 1, 46),
    ("2025-07-15", "chongyi", "chongyi", "training", "森林经营碳汇业主培训", "崇义县林业局", 2, 86),
    ("2025-09-16", "chongyi", "chongyi", "expert_team", "技术支持小组组建", "崇义县生态环境局", 1, 9),
    ("2026-03-12", "ganlin-shidian", "ganlin", "publicity", "植树节减排量认购宣传", "铜鼓县定江广场", 1, 650),
    ("2026-06-05", "chongyi", "chongyi", "publicity", "环境日碳中和主题宣传", "崇义县城关小学", 3, 1_860),
    ("2026-09-10", "chongyi", "chongyi", "training", "固定样地复测实训", "崇义县横水林场", 1, 52),
)
"""Day, who enters it, pilot, kind, title, place, how often, how many people (R18)."""


def evaluation(filing: Filing) -> dict[str, Any]:
    """Return the draft of a pilot's evaluation (R22, R46)."""
    return {
        "evaluation_grade": "good" if filing.key in {"chongyi", "ganlin"} else "steady",
        "evaluation_mechanism": f"{filing.unit}由分管领导牵头，部门分工明确，按季度调度项目进展。",
        "evaluation_support": "组织业主培训，提供资源底数和监测技术支持，协助项目申报。",
        "evaluation_problems": "部分业主对监测和资料保存要求不熟悉，减排量消纳渠道有待拓宽。",
        "evaluation_lessons": "由林场统一监测、统一核算，降低单个业主成本的做法可以推广。",
    }
