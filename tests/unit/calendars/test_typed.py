"""A notice as typed: every field is judged at its place, and what holds is what the file says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.errors import NoticeError
from calendars.notice import parse_notices
from calendars.published import Calendar
from calendars.typed import TypedNotice, TypedOff, judge
from calendars.typed_toml import read_toml, to_toml
from tests.support.invented_notice import invented, typed

SHIPPED = Calendar.shipped()
GOOD = typed("2027-01-03", "2027-02-20")


def test_what_holds_becomes_the_notice() -> None:
    judged = judge(GOOD, SHIPPED)
    assert judged.errors == {}
    assert judged.notice == invented("2027-01-03", "2027-02-20")
    assert judged.notice is not None
    assert parse_notices(to_toml(judged.notice)) == (judged.notice,)
    assert read_toml(to_toml(judged.notice)) == (GOOD,)


def test_a_day_may_be_typed_as_the_notice_writes_it() -> None:
    judged = judge(replace(GOOD, date="2026年12月29日"), SHIPPED)
    assert judged.notice == invented("2027-01-03", "2027-02-20")


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"year": ""}, "year", "请填写年份"),
        ({"year": "２０２７"}, "year", "请填写年份"),
        ({"year": "9999"}, "year", "2019 至 2100"),
        ({"number": "2026年第9号"}, "number", "发文字号"),
        ({"date": "2025-12-29"}, "date", "2026年或2027年印发"),
        ({"date": "20261229"}, "date", "请填写日期"),
        ({"title": "x"}, "title", "标题"),
        ({"work": ("2027-02-22",)}, "work.0", "2027年2月22日（周一）本来就是工作日"),
        ({"work": ("2027-02-20", "2027-02-20")}, "work.1", "已在第1行"),
        ({"work": ("2027-02-06",)}, "work.0", "已列为春节放假"),
        ({"work": ("2028-02-20",)}, "work.0", "不在2027年"),
        ({"work": ("2027-02-29",)}, "work.0", "没有2027年2月29日这一天"),
        ({"work": ("",)}, "work.0", "请填写上班日"),
        ({"off": ()}, "off", "法定节假日2027年1月1日（周五）"),
        ({"off": (), "work": ()}, "off", "至少填写一个节日"),
        ({"off": tuple(TypedOff("元旦") for _ in range(41))}, "off", "不得超过40行"),
        ({"number": "国办发明电〔2025〕7号"}, "number", "是2026年的通知"),
    ],
)
def test_each_field_is_told_its_own_fault(changed: dict[str, object], field: str, told: str) -> None:
    judged = judge(replace(GOOD, **changed), SHIPPED)  # type: ignore[arg-type]
    assert judged.notice is None
    assert any(told in sentence for sentence in judged.errors[field]), judged.errors


@pytest.mark.parametrize(
    ("row", "field", "told"),
    [
        (TypedOff("", "2027-02-05", "2027-02-11"), "off.1.name", "节日名称"),
        (TypedOff("春节", "", "2027-02-11"), "off.1.first", "请填写放假首日"),
        (TypedOff("春节", "2027-02-11", "2027-02-05"), "off.1.last", "不得早于首日"),
        (TypedOff("春节", "2027-02-05", "2027-04-01"), "off.1.last", "超过31天"),
        (TypedOff("春节", "2027-01-02", "2027-02-01"), "off.1.first", "与第1行元旦重叠"),
        (TypedOff("春节", "2027-02-07", "2027-02-11"), "off.1.last", "2027年2月5日（周五）"),
        (TypedOff("春节", "2026-11-30", "2027-02-11"), "off.1.first", "不在2027年"),
    ],
)
def test_each_row_is_told_its_own_fault(row: TypedOff, field: str, told: str) -> None:
    wrong = replace(GOOD, off=(GOOD.off[0], row, *GOOD.off[2:]), work=())
    judged = judge(wrong, SHIPPED)
    assert any(told in sentence for sentence in judged.errors[field]), judged.errors


def test_a_leap_day_is_a_day_in_a_leap_year_only() -> None:
    leap = TypedNotice(
        "2028", "演示〔2027〕1号", "2027-12-01", "关于2028年部分节假日安排的通知", (), ("2028-02-29",)
    )
    told = judge(leap, SHIPPED).errors
    assert told["work.0"] == ["2028年2月29日（周二）本来就是工作日，调休上班日应为星期六或星期日"]


def test_a_later_notice_that_says_no_more_than_its_changes_is_enough() -> None:
    standing = SHIPPED.with_notices((invented("2027-01-03"),))
    change = TypedNotice(
        "2027", "演示〔2027〕1号", "2027-03-01", "关于调整2027年劳动节假期的通知", (), ("2027-05-08",)
    )
    assert judge(change, standing).errors == {}
    early = judge(replace(change, date="2026-12-01"), standing)
    assert "不会生效" in early.errors["date"][0]


@given(st.text(max_size=300) | st.binary(max_size=300))
def test_any_file_is_read_or_refused_in_chinese(content: str | bytes) -> None:
    with pytest.raises(NoticeError, match=r"[\u4e00-\u9fff]"):  # nothing random is a notice
        read_toml(content)


@given(st.builds(TypedNotice, st.text(max_size=8), *(st.text(max_size=20),) * 3))
def test_anything_typed_is_judged(said: TypedNotice) -> None:
    assert judge(said, SHIPPED).errors
