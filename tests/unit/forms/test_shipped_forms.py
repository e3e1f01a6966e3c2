"""The shipped forms: complete as 附件1-4 print them, citing their article, one for every human task."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest
from lxml import etree

from tests.support.form_answers import ANSWERS, FORMAL_ITEMS, answer, checklist
from tests.support.shipped_forms import shipped_forms
from workflow_app.engine.forms import FormContext, FormDefinition
from workflow_app.kernel.errors import InvalidForm

TODAY = FormContext(today=date(2026, 11, 23))
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

FORM_1 = [
    "申请方名称",
    "注册地",
    "法人代表",
    "社会信用代码",
    "姓名",
    "电话",
    "邮箱",
    "地址",
    "项目名称",
    "项目方法学",
    "项目类型",
    "项目地址（详细）",
    "项目起始时间",
    "温室气体减排量（年均）",
    "温室气体减排量（计入期总量）",
    "项目概述",
    "技术服务机构（如有）",
    "申请声明",
    "（签字、盖章）",
]
FORM_2 = [
    "（一）项目活动概述",
    "（二）项目相关批复情况",
    "（三）项目合并申报情况",
    "（一）项目开发依据的方法学",
    "（二）方法学适用性",
    "（三）项目边界",
    "（四）基本要求论证",
    "（一）计算方法说明",
    "（二）参数和数据选取",
    "（三）监测计划",
    "（四）数据的记录、监测和管理",
    "（一）项目活动期限",
    "（二）项目活动减排计入期（如运用）",
    "（三）其他相关证明材料",
]
FORM_3 = [
    "申请方名称",
    "注册地",
    "法人代表",
    "社会信用代码",
    "姓名",
    "电话",
    "邮箱",
    "地址",
    "项目名称",
    "项目编号",
    "登记时间",
    "本次申请签发减排量起止日期",
    "本次申请签发减排量",
    "机构名称",
    "联系人",
    "邮箱",
    "电话/传真",
    "申请声明",
    "（签字、盖章）",
]
FORM_4 = [
    "一、基准线情景排放计算说明",
    "二、项目排放计算说明",
    "三、项目排放泄漏",
    "四、项目减排量计算说明",
    "五、附件（核算减排量的相关数据凭证）",
]


def labels(form: FormDefinition) -> list[str]:
    return [field.label for field in form.fields()]


@pytest.mark.parametrize("key", sorted(shipped_forms()))
def test_a_complete_answer_is_taken(key: str) -> None:
    value = shipped_forms()[key].parse(answer(key), TODAY)
    assert set(value.data) >= set(ANSWERS[key]) - {"action"}


def test_every_form_has_an_example() -> None:
    assert set(ANSWERS) == set(shipped_forms())


@pytest.mark.parametrize("key", sorted(shipped_forms()))
def test_every_form_cites_its_article(key: str) -> None:
    form = shipped_forms()[key]
    assert form.article.startswith(("355号", "服务规则")), form.article


def test_every_human_task_has_its_form() -> None:
    wanted = {
        prop.get("value")
        for entry in (files("bpmn") / "processes").iterdir()
        if entry.name.endswith(".bpmn")
        for task in etree.fromstring(entry.read_bytes()).iter(f"{BPMN}userTask")
        for prop in task.iter(f"{SPIFF}property")
        if prop.get("name") == "form"
    }
    assert wanted
    assert wanted <= set(shipped_forms())


def test_form_1_is_complete_as_printed() -> None:
    form = shipped_forms()["project_application"]
    assert [label for label in FORM_1 if label not in labels(form)] == []
    assert form.titles == {"procedure": "JCER 项目申请表", "list": "JCER 项目备案申请表"}
    statement = "申请表中所填写内容及相关申请文件属实。若有虚报假报，本单位将承担由此引起的法律责任。"
    assert form.field("application_declaration").text == statement


def test_form_2_has_fourteen_sections_with_attachments() -> None:
    form = shipped_forms()["project_application"]
    assert len(FORM_2) == 14
    for label in FORM_2:
        slot = next(field for field in form.fields() if field.label == label)
        files_of = form.field(f"{slot.name}_files")
        assert (slot.type, files_of.type) == ("textarea", "files"), label
    optional = {field.label for field in form.fields() if field.label in FORM_2 and not field.required}
    assert optional == {"（二）项目活动减排计入期（如运用）", "（三）其他相关证明材料"}


def test_forms_3_and_4_are_complete_as_printed() -> None:
    form = shipped_forms()["issuance_application"]
    assert [label for label in FORM_3 + FORM_4 if label not in labels(form)] == []


@pytest.mark.parametrize(
    ("key", "action", "variable", "value"),
    [
        ("formal_review", "incomplete", "formal_result", "incomplete"),
        ("overdue_review", "accept", "overdue_result", "accept"),
        ("panel_opinion", "failed", "panel_result", "failed"),
        ("revision_recheck", "confirmed", "recheck_result", "confirmed"),
        ("notice_release", "release", "release_result", "release"),
        ("comment_classification", "comment", "comment_kind", "comment"),
        ("downgrade_confirmation", "objection", "downgrade_result", "objection"),
        ("objection_decision", "upheld_fatal", "objection_result", "upheld_fatal"),
        ("registration_check", "approve", "check_result", "approve"),
        ("issuance_request", "issue", "next_step", "issue"),
        ("issuance_review", "complete", "formal_result", "complete"),
        ("minting_check", "approve", "check_result", "approve"),
        ("filing_review", "filed", "filing_result", "filed"),
    ],
)
def test_the_button_decides_the_variable_the_gateway_tests(
    key: str, action: str, variable: str, value: str
) -> None:
    changes = {"checklist": checklist(failed={16: "缺监测计划"}), "review_opinion": "请补正"}
    more = changes if (key, action) == ("formal_review", "incomplete") else {}
    parsed = shipped_forms()[key].parse(answer(key, action=action, **more), TODAY)
    assert parsed.variables[variable] == value


def test_the_application_exports_what_the_eligibility_table_reads() -> None:
    value = shipped_forms()["project_application"].parse(answer("project_application"), TODAY)
    names = ("mandatory_duty", "within_quota", "green_power", "green_certificate", "other_mechanism")
    assert [value.variables[name] for name in names] == [False] * 5
    assert value.variables["applicant_is_owner"] is True


def test_an_agent_brings_the_owners_mandate() -> None:
    """R29: 委托申请项目的，须提供项目业主出具的项目委托申请书."""
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["project_application"].parse(
            answer("project_application", applicant_is_owner=False), TODAY
        )
    assert caught.value.errors["mandate"] == ["请上传项目委托申请书"]
    assert {"owner_name", "owner_uscc", "owner_signature", "mandate_until"} <= set(caught.value.errors)


def test_a_wrong_credit_code_is_blocked_until_the_clerk_is_asked_with_the_licence() -> None:
    form = shipped_forms()["project_application"]
    wrong = "91360725DEM0013321"
    with pytest.raises(InvalidForm) as caught:
        form.parse(answer("project_application", applicant_uscc=wrong), TODAY)
    assert set(caught.value.errors) == {"applicant_uscc"}
    bare = answer("project_application", applicant_uscc=wrong, uscc_exception=True, subject_proof=None)
    with pytest.raises(InvalidForm) as caught:
        form.parse(bare, TODAY)
    assert set(caught.value.errors) == {"subject_proof"}
    value = form.parse(answer("project_application", applicant_uscc=wrong, uscc_exception=True), TODAY)
    assert value.data["applicant_uscc"] == wrong
    assert value.variables["uscc_exception"] is True


def test_energy_projects_bring_the_green_certificate_search() -> None:
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["project_application"].parse(answer("project_application", project_type="06"), TODAY)
    assert set(caught.value.errors) == {"green_certificate_search"}


def test_the_crediting_period_does_not_begin_before_the_project() -> None:
    early = {"start": "2020-12-31", "end": "2030-12-30"}
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["project_application"].parse(
            answer("project_application", crediting_period=early), TODAY
        )
    assert caught.value.errors == {"crediting_period.start": ["减排量计入期不得早于项目起始时间"]}


def test_materials_that_fail_are_never_complete() -> None:
    review = shipped_forms()["formal_review"]
    with pytest.raises(InvalidForm) as caught:
        review.parse(answer("formal_review", checklist=checklist(failed={3: "缺公章"})), TODAY)
    assert caught.value.errors == {"checklist.3.result": ["尚有不合格项，不能作出“材料齐全”的结论"]}


def test_the_checklist_names_the_materials_itself() -> None:
    rows = checklist(failed={16: "监测计划缺少样地数量"})
    rows[16]["item"] = "form1_contact"  # the sender cannot rename a printed row
    value = shipped_forms()["formal_review"].parse(
        answer("formal_review", action="incomplete", checklist=rows, review_opinion="请补正"), TODAY
    )
    listed = value.variables["checklist"]
    assert len(listed) == FORMAL_ITEMS
    assert listed[16] == {"item": "pdd_monitoring_plan", "result": "fail", "remark": "监测计划缺少样地数量"}


def test_a_panel_is_not_passed_without_all_three_qualities() -> None:
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["panel_opinion"].parse(answer("panel_opinion", uniqueness=False), TODAY)
    assert caught.value.errors == {"uniqueness": ["不具备唯一性的，不能通过"]}


def test_the_chair_is_one_of_the_experts() -> None:
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["panel"].parse(answer("panel", chair="e9"), TODAY)
    assert caught.value.errors == {"chair": ["组长须从所选专家中产生"]}


def test_an_expert_who_recuses_scores_nothing() -> None:
    form = shipped_forms()["expert_review"]
    value = form.parse(answer("expert_review", recused=True, recusal_reason="曾任该项目顾问。"), TODAY)
    assert value.data == {"recused": True, "recusal_reason": "曾任该项目顾问。"}
    assert value.variables["score_boundary"] is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"requested_tonnes": 14_801, "vintages": [{"year": 2024, "tonnes": 14_801}]}, "requested_tonnes"),
        ({"emission_reductions": "14800.7299"}, "emission_reductions"),
        ({"vintages": [{"year": 2024, "tonnes": 14_799}]}, "vintages"),
        ({"monitoring_period": {"start": "2024-01-01", "end": "2026-11-24"}}, "monitoring_period.end"),
        ({"verifier_name": "演示审定机构"}, "verifier_contact"),
        ({"requested_tonnes": "14800.73"}, "requested_tonnes"),
    ],
    ids=[
        "above the floor",
        "not the difference",
        "years do not add up",
        "future",
        "half a verifier",
        "fraction",
    ],
)
def test_form_3_and_4_figures_hold_together(changes: dict[str, object], path: str) -> None:
    """Scenario 10: F4 gives 14,800.73, so 14,801 is refused and 14,800 taken."""
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["issuance_application"].parse(answer("issuance_application", **changes), TODAY)
    assert path in caught.value.errors


def test_emission_projects_subtract_the_other_way_round() -> None:
    figures = {"calculation_kind": "emission", "baseline_total": "15800.73", "project_total": "1000"}
    value = shipped_forms()["issuance_application"].parse(answer("issuance_application", **figures), TODAY)
    assert value.data["emission_reductions"] == "14800.7300"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("county", {"consulted_departments", "consultation_files", "organising_bureau"}),
        ("development_zone", {"consulted_departments", "consultation_files", "organising_bureau"}),
        ("provincial_soe", {"unit_uscc", "consent_number", "consent_date", "consent_file"}),
        ("municipal_soe", {"unit_uscc", "organising_bureau", "bureau_letter"}),
        ("grandfathered", {"organising_bureau", "grandfathered_basis"}),
    ],
)
def test_each_kind_of_pilot_brings_its_own_evidence(kind: str, missing: set[str]) -> None:
    bare = answer(
        "pilot_filing",
        filing_kind=kind,
        organising_bureau=None,
        consulted_departments=None,
        consultation_files=None,
    )
    with pytest.raises(InvalidForm) as caught:
        shipped_forms()["pilot_filing"].parse(bare, TODAY)
    assert set(caught.value.errors) == missing


def test_no_personal_value_becomes_a_case_variable() -> None:
    for key in sorted(shipped_forms()):
        value = shipped_forms()[key].parse(answer(key), TODAY)
        for path, _ in value.personal:
            assert path.partition(".")[0] not in value.variables, f"{key}.{path}"


def test_the_correction_starts_from_the_application_without_signing_it() -> None:
    form = shipped_forms()["application_correction"]
    earlier = shipped_forms()["project_application"].parse(answer("project_application"), TODAY).data
    start = form.initial({}, earlier)
    assert form.prefill == "project_application"
    assert start["project_name"] == "崇义县国有林场森林经营碳汇（演示）"
    assert "application_signature" not in start
    assert "application_declaration" not in start
