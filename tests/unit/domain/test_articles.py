"""Which articles there are: the notice's own parts, its forms, and the two laws it leans on."""

from __future__ import annotations

import pytest

from workflow_app.domain.articles import number, unknown


@pytest.mark.parametrize(
    "text",
    [
        "355号三：备案。",
        "355号五（一）：支持。",
        "355号附件一、二：全过程。",
        "355号附件一（二）、（三）：评估和公示。",
        "355号附件二（三）：抵（注）销。",
        "355号附件一（二）：签发申请表（附件 3）、计算过程说明（附件4）。",
        "服务规则：参照31号令第一条、31号令第五十一条、行政许可法第八十三条。",
        "服务规则：没有条款。",
        "355号未规定时限。",
    ],
)
def test_what_exists_is_no_finding(text: str) -> None:
    assert unknown(text) == ()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("355号六：没有第六部分。", "355号六"),
        ("355号三（一）：第三部分没有分项。", "355号三（一）"),
        ("355号五（四）：只有三项。", "355号五（四）"),
        ("355号附件三：附件只有两部分。", "355号附件三"),
        ("355号附件一（四）：只有三步。", "355号附件一（四）"),
        ("355号附件一（一）、（五）：只有三步。", "355号附件一（一）、（五）"),
        ("表格（附件 5）", "附件 5"),
        ("参照31号令第五十二条", "31号令第五十二条"),
        ("参照行政许可法第八十四条", "行政许可法第八十四条"),
        ("参照行政许可法第一百条", "行政许可法第一百条"),
    ],
)
def test_what_does_not_exist_is_named_as_written(text: str, wrong: str) -> None:
    assert unknown(text) == (wrong,)


def test_numerals() -> None:
    written = {
        "一": 1,
        "十": 10,
        "十九": 19,
        "二十": 20,
        "四十三": 43,
        "一百": 100,
        "一百一十": 110,
        "条": 0,
        "": 0,
    }
    assert {text: number(text) for text in written} == written
