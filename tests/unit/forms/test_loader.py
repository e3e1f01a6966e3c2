"""Definitions an administrator may get wrong: each mistake is named with its place."""

from __future__ import annotations

import pytest

from tests.unit.forms.small_forms import CONDITIONAL
from workflow_app.engine.forms import BadForm, load_form, load_forms


def form(fields: str, more: str = "") -> bytes:
    return (
        "key: small\nversion: 1\ntitle: 小表\narticle: 355号附件1\n"
        "actions: [{value: send, label: 提交}]\n"
        f"sections:\n  - key: one\n    title: 一\n    fields:\n{fields}{more}"
    ).encode()


LATER = """      - {name: a, label: 甲, type: text, show_if: {field: b, equals: x}}
      - {name: b, label: 乙, type: text}
"""


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("      - {name: a, label: 甲, type: colour}\n", "small/one/a: 没有这种字段类型 'colour'"),
        ("      - {name: a, label: 甲, type: text, pattern: .*}\n", "small/one: 不认识的键 pattern"),
        ("      - {name: a, label: 甲, type: text, check: iban}\n", "small/one/a: 没有这种校验 'iban'"),
        ("      - {name: a, type: text}\n", "small/one/a: 缺少 label"),
        ("      - {name: A, label: 甲, type: text}\n", "名称 'A' 应为小写字母开头的英文标识"),
        ("      - {name: typename, label: 甲, type: text}\n", "且不是保留字"),
        ("      - {name: csrf_token, label: 甲, type: text}\n", "且不是保留字"),
        ("      - {name: a, label: 甲, type: select}\n", "须有 choices 或 source"),
        ("      - {name: a, label: 甲, type: select, choices: [{value: yes, label: 是}]}\n", "须加引号"),
        ("      - {name: a, label: 甲, type: declaration}\n", "声明须有 text"),
        ("      - {name: a, label: 甲, type: readonly}\n", "只读项须有 fact"),
        ("      - {name: a, label: 甲, type: rows}\n", "rows 类型须有列"),
        (
            "      - {name: a, label: 甲, type: text, personal: p, variable: true}\n",
            "个人信息不得作为流程变量",
        ),
        ("      - {name: a, label: 甲, type: decimal, places: 9}\n", "places 应为0至6"),
        (LATER, "a 的显示条件须指向排在前面的字段"),
        ("      - {name: a, label: 甲, type: text}\n" * 2, "字段 a 重复"),
        (
            "      - {name: a, label: 甲, type: text, required_if: {field: c, equals: x}}\n",
            "条件指向不存在的字段 c",
        ),
        (
            "      - {name: a, label: 甲, type: rows, rows: [{name: b, label: 乙, type: rows, rows: []}]}\n",
            "表格内不得再套表格",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(fields: str, message: str) -> None:
    with pytest.raises(BadForm, match="small") as caught:
        load_form(form(fields))
    assert message in str(caught.value)


FIELD = "      - {name: a, label: 甲, type: text}\n"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("rules: [{rule: regex, fields: [a], message: x}]\n", "没有这种跨字段校验 'regex'"),
        ("rules: [{rule: not_future, fields: [z], message: x}]\n", "跨字段校验指向不存在的字段 z"),
        ("rules: [{rule: not_future, fields: [a.start], message: x}]\n", "不存在的字段 a.start"),
        ("rules: [{rule: not_future, fields: [a]}]\n", "跨字段校验须有 message"),
        ("handler: os.system\n", "不认识的键 handler"),
        ("extends: nowhere\n", "找不到所沿用的表单 nowhere"),
        ("extends: small\n", "找不到所沿用的表单 small"),
    ],
)
def test_a_mistake_in_the_whole_is_named(more: str, message: str) -> None:
    with pytest.raises(BadForm) as caught:
        load_form(form(FIELD, more), {"forms/small.yaml": form(FIELD, "extends: small\n")})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "键值结构"),
        (b"- a\n- b\n", "键值结构"),
        (b"\xff\xfe", "不是有效的 YAML"),
        (b"key: [", "不是有效的 YAML"),
        (b"key: !!python/object/apply:os.system ['true']\n", "不是有效的 YAML"),
        (b"a: &a [1, 2]\nb: *a\n", "不得使用 YAML 别名"),
        (b"x: 1\n" * 100_000, "文件过大"),
        (b"[" * 50_000, "嵌套过深"),
    ],
    ids=["empty", "list", "bytes", "broken", "tag", "alias", "large", "deep"],
)
def test_files_that_are_no_definition_are_refused_in_words(data: bytes, message: str) -> None:
    with pytest.raises(BadForm) as caught:
        load_form(data)
    assert message in str(caught.value)


def test_a_form_may_extend_another() -> None:
    child = (
        "key: child\nversion: 2\ntitle: 补正\narticle: 服务规则\nextends: conditional\nprefill: conditional\n"
        "actions: [{value: again, label: 再次提交}]\n"
        "before:\n  - {key: zero, title: 零, fields: [{name: note, label: 说明, type: text}]}\n"
        "rules: [{rule: one_of, fields: [note], message: 请说明}]\n"
    ).encode()
    forms = load_forms({"forms/conditional.yaml": CONDITIONAL.encode(), "forms/child.yaml": child})
    extended = forms["child"]
    assert [section.key for section in extended.sections] == ["zero", "one"]
    assert [action.value for action in extended.actions] == ["again"]
    assert (extended.version, extended.prefill, forms["conditional"].prefill) == (2, "conditional", "")


def test_a_file_is_named_after_its_form() -> None:
    with pytest.raises(BadForm, match="文件名应为表单的 key"):
        load_forms({"forms/other.yaml": CONDITIONAL.encode()})
