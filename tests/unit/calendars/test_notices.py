"""A notice is checked when it is read; whatever the file holds, the answer is a Chinese sentence."""

from __future__ import annotations

from datetime import date

import pytest

from calendars.errors import CalendarError
from calendars.notice import Notice, OffRange
from calendars.published import Calendar, NoticeError, parse_notices
from tests.unit.calendars.notice_2027 import NOTICE_2027 as GOOD


def test_a_notice_is_read_with_its_ranges_and_its_worked_weekends() -> None:
    (notice,) = parse_notices(GOOD)

    assert notice.number == "国办发明电〔2026〕9号"
    assert notice.short_number == "〔2026〕9号"
    assert notice.issued == date(2026, 11, 30)
    assert notice.off[0] == OffRange("元旦", date(2027, 1, 1), date(2027, 1, 4))
    assert notice.off[0].days()[-1] == date(2027, 1, 4)
    assert notice.work == (date(2027, 1, 9), date(2027, 2, 20), date(2027, 10, 9))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("work = [2027-01-09", "work = [2027-01-08", "2027-01-08不是星期六或星期日"),
        ("work = [2027-01-09", "work = [2027-01-03", "2027-01-03既列为放假又列为上班"),
        ("work = [2027-01-09", "work = [2027-02-20", "上班日期重复"),
        ("from = 2027-02-05, to = 2027-02-11", "from = 2027-02-11, to = 2027-02-05", "晚于止日"),
        ("from = 2027-02-05, to = 2027-02-11", "from = 2027-02-05, to = 2027-03-11", "超过31天"),
        ("from = 2027-02-05, to = 2027-02-11", "from = 2026-02-05, to = 2026-02-11", "不属于2027年"),
        ("from = 2027-02-05, to = 2027-02-11", "from = 2027-01-04, to = 2027-01-06", "重复列为放假"),
        ("from = 2027-02-05", "from = 2027-02-05T00:00:00Z", "from 应为日期"),
        ("from = 2027-02-05", 'from = "2027-02-05"', "from 应为日期"),
        ("from = 2027-02-05", "from = 2027-02-30", "不是有效的 TOML"),
        ("国办发明电〔2026〕9号", "国办发明电[2026]9号", "发文字号格式"),
        ("国办发明电〔2026〕9号", "<script>", "发文字号格式"),
        ('name = "春节"', 'name = "春<b>节"', "节日名称"),
        ('name = "春节"', 'name = ""', "节日名称"),
        ("关于2027年部分节假日安排的通知", "a\\u0000b", "标题"),
        ("date = 2026-11-30", "date = 2016-11-30", "成文日期"),
        ("date = 2026-11-30", "date = 12", "date 应为日期"),
        ("year = 2027", "year = 2018", "通知年份"),
        ("year = 2027", "year = true", "year"),
        ("year = 2027", "year = 2027\n__class__ = 1", "不认识的项"),
        ("date = 2026-11-30", "date = 2026-11-30\nextra = 1", "不认识的项"),
        ("work = [2027-01-09, 2027-02-20, 2027-10-09]", 'work = "none"', "work 应为列表"),
        ("[[notice]]", "[notice]", "没有 \\[\\[notice\\]\\]"),
    ],
)
def test_a_notice_that_does_not_hold_is_refused_in_chinese(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(NoticeError, match=says):
        parse_notices(GOOD.replace(old, new, 1))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "year"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"year = 2027\n", r"\[\[notice\]\]"),
        (b"a = " + b"[" * 20_000, "TOML"),
        (b"year = " + b"9" * 9_000, "TOML"),
        (b"x" * 70_000, "64 KB"),
        (b"year = 2027\nnotice = [1]\n", "应为表"),
        (b"year = 2027\n[[notice]]\n", "number"),
        ("\ud800", "UTF-8"),
        (b"<?xml version='1.0'?>", "TOML"),
    ],
)
def test_a_hostile_file_gets_a_sentence_and_never_a_traceback(content: bytes | str, says: str) -> None:
    with pytest.raises(NoticeError, match=says):
        parse_notices(content)


def test_an_empty_notice_is_refused() -> None:
    with pytest.raises(NoticeError, match="没有任何放假或上班日期"):
        Notice(2027, "国办发明电〔2026〕9号", date(2026, 11, 30), "关于安排的通知", (), ())


def test_a_statutory_day_the_notice_forgets_is_named() -> None:
    forgotten = GOOD.replace('    { name = "端午节", from = 2027-06-09, to = 2027-06-09 },\n', "")

    with pytest.raises(NoticeError, match="2027-06-09（端午节）未放假"):
        Calendar.shipped().with_notices(parse_notices(forgotten))


def test_a_statutory_day_on_a_weekend_may_not_be_worked() -> None:
    # 2027-02-07, the second day of the lunar year, is a Sunday.
    worked = GOOD.replace("to = 2027-02-11", "to = 2027-02-06").replace(
        "work = [2027-01-09", "work = [2027-02-07"
    )

    with pytest.raises(NoticeError, match="2027-02-07（春节）未放假"):
        Calendar.shipped().with_notices(parse_notices(worked))


def test_the_number_of_one_year_cannot_be_loaded_for_another() -> None:
    stolen = GOOD.replace("国办发明电〔2026〕9号", "国办发明电〔2025〕7号")

    with pytest.raises(NoticeError, match="是2026年的通知"):
        Calendar.shipped().with_notices(parse_notices(stolen))


def test_every_error_of_the_calendar_has_one_root() -> None:
    assert issubclass(NoticeError, CalendarError)
    assert issubclass(CalendarError, ValueError)
