"""Judging an answer: types, checks, blanks, conditions, rows; Chinese messages at the field."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tests.unit.forms.small_forms import conditional, every_type
from workflow_app.engine.forms import FormContext, declaration_hash
from workflow_app.kernel.errors import InvalidForm


def errors(raw: dict[str, Any], context: FormContext | None = None) -> dict[str, Any]:
    with pytest.raises(InvalidForm) as caught:
        every_type().parse({"name": "张三", **raw}, context)
    return dict(caught.value.errors)


def data(raw: dict[str, Any], context: FormContext | None = None) -> dict[str, Any]:
    value = every_type().parse({"name": "张三", **raw}, context)
    assert json.loads(json.dumps(value.data)) == value.data  # JSON-ready, whatever came in
    return value.data


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ({"name": "  李四 "}, "李四"),
        ({"phone": "13800000428"}, "13800000428"),
        ({"phone": "0791-86866666-801"}, "0791-86866666-801"),
        ({"email": "a.b@example.com"}, "a.b@example.com"),
        ({"code": "91350100m000100y43"}, "91350100M000100Y43"),
        ({"code": "9136 0725 DEM0 0133 20"}, "91360725DEM0013320"),
        ({"identity": "11010519491231002x"}, "11010519491231002X"),
        ({"note": "一\r\n二"}, "一\n二"),
        ({"kind": "b"}, "b"),
        ({"tags": ["x", "y", "x"]}, ["x", "y"]),
        ({"agreed": "on"}, True),
        ({"owner": "false"}, False),
        ({"day": "2026-11-23"}, "2026-11-23"),
        (
            {"span": {"start": "2024-01-01", "end": "2024-01-01"}},
            {"start": "2024-01-01", "end": "2024-01-01"},
        ),
        ({"count": "9"}, 9),
        ({"tonnes": "14,800"}, 14_800),
        ({"tonnes": "１４８００"}, 14_800),
        ({"amount": "14800.73"}, "14800.7300"),
        ({"amount": "-3"}, "-3.0000"),
        ({"price": "45"}, "45.00"),
        ({"proof": "0198c0de"}, "0198c0de"),
        ({"proofs": ["a1", "", "a2"]}, ["a1", "a2"]),
        ({"experts": "e1"}, ["e1"]),
    ],
)
def test_a_valid_value_is_stored_in_one_form(raw: dict[str, Any], stored: object) -> None:
    assert data(raw)[next(iter(raw))] == stored


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"name": " "}, "请填写姓名"),
        ({"name": "甲" * 21}, "最多20个字，已填21个字，请精简"),
        ({"name": "一\n二"}, "此项只能填写一行"),
        ({"name": "甲\x00乙"}, "内容含有无法识别的字符，请重新输入"),
        ({"name": ["张三", {"a": 1}]}, "请填写文字"),
        ({"phone": "12800000428"}, "请填写11位手机号码，或带区号的固定电话，如0791-86866666"),
        ({"email": "a b@example.com"}, "请填写有效的电子邮箱，如 name@example.com"),
        ({"email": "a@b@example.com"}, "请填写有效的电子邮箱，如 name@example.com"),
        ({"identity": "360101199001010012"}, "身份证号码有误，请核对18位号码（末位可为X）"),
        ({"postcode": "33000"}, "邮政编码应为6位数字"),
        ({"code": "91360725DEM0013O20"}, "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）"),
        ({"kind": "c"}, "请从选项中选择"),
        ({"tags": ["x", "y", "z"]}, "最多2项"),
        ({"owner": "maybe"}, "请选择“是”或“否”"),
        ({"day": "2026-02-30"}, "请填写有效日期，格式如 2026-11-23"),
        ({"day": "20261123"}, "请填写有效日期，格式如 2026-11-23"),
        ({"day": "0026-11-23"}, "日期年份有误，请核对"),
        ({"count": "0"}, "不得小于1"),
        ({"count": "10"}, "不得大于9"),
        ({"count": "2.5"}, "请填写整数"),
        ({"tonnes": "14800.73"}, "减排量以吨二氧化碳当量计，应为整数（小数部分向下取整）"),
        ({"tonnes": "-1"}, "减排量不得为负数"),
        ({"tonnes": True}, "请填写数字"),
        ({"amount": "1.23456"}, "最多保留4位小数"),
        ({"amount": "1e5"}, "请填写数字，不带单位和其他符号"),
        ({"amount": "NaN"}, "请填写数字，不带单位和其他符号"),
        ({"amount": "9" * 400}, "数字过大，请核对"),
        ({"price": "0.001"}, "不得小于0.01"),
        ({"proof": "../etc/passwd"}, "附件或人员编号有误，请重新选择"),
        ({"proofs": ["a", "b", "c"]}, "最多2个附件"),
        ({"declared": "perhaps"}, "请勾选或取消勾选"),
        ({"sources": "x"}, "填写内容格式有误"),
    ],
)
def test_an_invalid_value_is_refused_in_chinese_at_its_field(raw: dict[str, Any], message: str) -> None:
    assert errors(raw) == {next(iter(raw)): [message]}


def test_parts_of_a_period_fail_one_by_one() -> None:
    assert errors({"span-end": ["2024-13-01"]}) == {
        "span.start": ["请填写起始日期"],
        "span.end": ["请填写有效日期，格式如 2026-11-23"],
    }
    assert errors({"span": {"start": "2024-02-01", "end": "2024-01-31"}}) == {
        "span.end": ["截止日期不得早于起始日期"]
    }


def test_a_signature_wants_name_date_and_seal() -> None:
    today = FormContext(today=date(2026, 11, 23))
    assert errors({"signed-name": ["章"], "signed-date": ["2026-11-24"]}, today) == {
        "signed.date": ["签署日期不得晚于今天"],
        "signed.seal": ["请确认已加盖单位公章"],
    }
    assert (
        data({"signed": {"name": "章", "date": "2026-11-23", "seal": "on"}}, today)["signed"]["seal"] is True
    )


def test_a_declaration_keeps_the_hash_of_the_text_itself_never_the_senders() -> None:
    declared = data({"declared": {"agreed": True, "sha256": "0" * 64}})["declared"]
    assert declared == {"agreed": True, "sha256": declaration_hash("内容属实。")}
    assert "declared" not in data({"declared": False})


def test_html_and_json_end_in_the_same_answer() -> None:
    html = {
        "name": ["张三"],
        "agreed": ["false", "true"],
        "span-start": ["2024-01-01"],
        "span-end": ["2024-12-31"],
        "sources-0-load": ["1.50"],
        "sources-0-fuel": ["gas"],
        "sources-1-load": ["2"],
        "sources-1-fuel": ["coal"],
        "sources-1-grade": ["无烟煤"],
        "csrf_token": ["x"],
        "action": ["send"],
    }
    answer = {
        "name": "张三",
        "agreed": True,
        "span": {"start": "2024-01-01", "end": "2024-12-31"},
        "sources": [{"load": "1.5", "fuel": "gas"}, {"load": 2, "fuel": "coal", "grade": "无烟煤"}],
    }
    assert every_type().parse(html) == every_type().parse(answer)


def test_errors_in_rows_keep_the_line_they_were_typed_at() -> None:
    raw = {
        "sources-0-load": [""],
        "sources-0-fuel": [""],
        "sources-2-load": ["abc"],
        "sources-2-fuel": ["coal"],
    }
    assert errors(raw) == {
        "sources.2.load": ["请填写数字，不带单位和其他符号"],
        "sources.2.grade": ["请填写煤种"],
    }


def test_blank_rows_are_dropped_and_hidden_cells_too() -> None:
    raw = {"sources": [{}, {"load": "1", "fuel": "gas", "grade": "无烟煤"}, {"load": " "}]}
    assert data(raw)["sources"] == [{"load": "1.00", "fuel": "gas"}]


def test_too_many_rows_and_strange_columns_are_refused() -> None:
    row = {"load": "1", "fuel": "gas"}
    assert errors({"sources": [row] * 4}) == {"sources": ["最多填写3条（排放源）"]}
    assert errors({"sources": [{**row, "weight": "1"}]}) == {"sources.0.weight": ["表单中没有这个字段"]}


def test_a_source_is_checked_where_the_context_knows_it() -> None:
    context = FormContext(choices={"counties": {"360725": "崇义县"}, "experts": {"e1": "演示专家一"}})
    assert data({"county": "360725", "experts": ["e1"]}, context)["county"] == "360725"
    gone = ["所选内容已不在可选范围，请重新选择"]
    assert errors({"county": "360728", "experts": ["e9"]}, context) == {"county": gone, "experts": gone}


def test_variables_personal_values_and_files_are_named() -> None:
    value = every_type().parse(
        {
            "name": "张三",
            "phone": "13800000428",
            "kind": "a",
            "proofs": ["a1"],
            "proof": "a0",
            "experts": ["e1"],
            "signed": {"name": "章", "date": "2026-11-23", "seal": True},
            "sources": [{"load": "1", "fuel": "gas", "keeper": "李四"}],
        }
    )
    assert value.variables == {
        "code": None,
        "kind_chosen": "a",
        "agreed": False,
        "owner": None,
        "experts": ["e1"],
        "result": "sent",
    }
    assert value.personal == (
        ("name", "contact"),
        ("phone", "contact"),
        ("signed.name", "signatory"),
        ("sources.0.keeper", "keeper"),
    )
    assert value.files == (("proof", ("a0",)), ("proofs", ("a1",)))
    assert value.action == "send"


def test_readonly_fields_cannot_be_sent() -> None:
    assert "shown" not in data({"shown": "另一个项目"})


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ({"agent": "false", "mandate": "long", "until": "x"}, {"agent": False}),
        ({"agent": "true", "mandate": "other", "until": "x"}, {"agent": True, "mandate": "other"}),
        (
            {"agent": "true", "mandate": "long", "until": "x"},
            {"agent": True, "mandate": "long", "until": "x"},
        ),
    ],
)
def test_the_server_judges_what_shows_and_drops_the_rest(raw: dict[str, Any], kept: dict[str, Any]) -> None:
    """A condition on a hidden field never holds, so a chain of them falls together."""
    assert conditional().parse({"action": "pass", **raw}).data == kept


def test_a_shown_field_is_required_and_a_hidden_one_is_not() -> None:
    with pytest.raises(InvalidForm) as caught:
        conditional().parse({"action": "pass", "agent": "true"})
    assert caught.value.errors == {"mandate": ["请填写委托书"]}
    assert conditional().visible({"agent": "true", "mandate": "long"}) == {
        "agent",
        "mandate",
        "until",
        "reason",
    }
    assert conditional().visible({}) == {"agent", "reason"}


def test_the_button_is_chosen_and_may_require_a_field() -> None:
    with pytest.raises(InvalidForm) as caught:
        conditional().parse({"agent": "false"})
    assert caught.value.errors == {"action": ["请选择办理意见：通过、退回"]}
    with pytest.raises(InvalidForm) as caught:
        conditional().parse({"agent": "false", "action": "back"})
    assert caught.value.errors == {"reason": ["请填写理由"]}
    value = conditional().parse({"agent": "false", "action": "back", "reason": "不全"})
    assert value.variables == {"reason": "不全", "result": "returned"}
