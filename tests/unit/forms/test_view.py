"""Showing an answer: labels, units, masks; and what changed between two answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.form_answers import answer, checklist
from tests.support.shipped_forms import shipped_forms
from tests.unit.forms.small_forms import every_type
from workflow_app.engine.forms import Change, FormContext, ShownRow

TODAY = FormContext(today=date(2026, 11, 23))


def filled(**more: Any) -> dict[str, Any]:
    return (
        every_type()
        .parse(
            {
                "name": "张三丰",
                "phone": "13800000428",
                "email": "zhang@example.com",
                "identity": "360101199001010011",
                "address": "江西省崇义县横水镇",
                "kind": "a",
                "agreed": True,
                "owner": False,
                "span": {"start": "2024-01-01", "end": "2024-12-31"},
                "tonnes": 14_800,
                "price": "45",
                "proofs": ["a1", "a2"],
                "county": "360725",
                "signed": {"name": "章演示", "date": "2026-11-20", "seal": True},
                "declared": True,
                "sources": [{"load": "1.5", "fuel": "coal", "grade": "无烟煤", "keeper": "李四"}],
                **more,
            }
        )
        .data
    )


def rows(**options: Any) -> dict[str, ShownRow]:
    context = FormContext(choices={"counties": {"360725": "崇义县"}})
    shown = every_type().display(filled(), context=context, **options)
    return {row.path: row for section in shown for row in section.rows}


def test_personal_values_are_masked() -> None:
    values = {path: row.value for path, row in rows().items() if row.masked}
    assert values == {
        "name": "张*",
        "phone": "138****0428",
        "email": "z***@example.com",
        "identity": "360*************11",
        "address": "江西省崇义县****",
        "signed": "章*（已盖章） 2026年11月20日",
    }
    assert [cell.value for cell in rows()["sources"].table[0]] == ["1.50", "coal", "无烟煤", "李*"]


def test_who_may_see_them_sees_them_in_full() -> None:
    shown = rows(unmasked=True)
    assert shown["phone"].value == "13800000428"
    assert shown["signed"].value == "章演示（已盖章） 2026年11月20日"
    assert shown["sources"].table[0][3].value == "李四"


def test_values_are_spoken_in_chinese_with_units() -> None:
    shown = rows(facts={"project_name": "演示项目"})
    assert {path: shown[path].value for path in ("agreed", "owner", "span", "tonnes", "price", "county")} == {
        "agreed": "是",
        "owner": "否",
        "span": "2024年1月1日至2024年12月31日",
        "tonnes": "14,800 吨二氧化碳当量",
        "price": "45.00 元",
        "county": "崇义县",
    }
    assert shown["shown"].value == "演示项目"
    assert shown["declared"].value == "已确认"
    assert (shown["proofs"].value, shown["proofs"].files) == ("2个附件", ("a1", "a2"))
    assert "note" not in shown


def test_a_checklist_shows_its_printed_items() -> None:
    form = shipped_forms()["formal_review"]
    data = form.parse(
        answer(
            "formal_review", action="incomplete", checklist=checklist(failed={16: "缺"}), review_opinion="补"
        ),
        TODAY,
    ).data
    table = next(
        row for section in form.display(data) for row in section.rows if row.path == "checklist"
    ).table
    assert [cell.value for cell in table[16]] == ["附件2 三（三）监测计划", "不合格", "缺"]


def test_a_resubmission_lists_what_changed_with_labels_and_masks() -> None:
    old = filled()
    new = filled(
        phone="13900000428",
        tonnes=14_700,
        price=None,
        sources=[{"load": "2", "fuel": "gas"}, {"load": "3", "fuel": "gas"}],
    )
    assert every_type().diff(old, new) == (
        Change("phone", "电话", "138****0428", "139****0428"),
        Change("tonnes", "减排量", "14,800 吨二氧化碳当量", "14,700 吨二氧化碳当量"),
        Change("price", "价格", "45.00 元", ""),
        Change("sources.0.load", "排放源 第1行 负荷", "1.50", "2.00"),
        Change("sources.0.fuel", "排放源 第1行 燃料", "coal", "gas"),
        Change("sources.0.grade", "排放源 第1行 煤种", "无烟煤", ""),
        Change("sources.0.keeper", "排放源 第1行 保管人", "李*", ""),
        Change("sources.1.load", "排放源 第2行 负荷", "", "3.00"),
        Change("sources.1.fuel", "排放源 第2行 燃料", "", "gas"),
    )
    assert every_type().diff(old, old) == ()


def test_an_empty_form_starts_from_facts_and_defaults() -> None:
    draft = shipped_forms()["notice_draft"].initial({"accepted_tonnes": 149_700, "notice_title": "公示"})
    assert draft == {"notice_title": "公示", "public_tonnes": 149_700}
    minting = shipped_forms()["minting_preparation"]
    rows = [{"year": 2024, "tonnes": 14_800}]
    assert minting.initial({"vintages": rows}) == {"mint_vintages": rows}
    assert minting.initial({"vintages": ["2024"]}) == {}
    review = shipped_forms()["formal_review"].initial({})
    assert review["checklist"][0] == {"item": "form1_applicant", "result": "pass"}
