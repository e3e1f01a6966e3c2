"""A back-test's report as its page shows it: kinds, elements, rules and due dates in words.

It is given what the command said and adds names only; it must never ask for a case's values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workflow_app.web.texts import _
from workflow_app.web.words import limit_end, moment

KINDS: Final = ("path", "decision", "asked", "gone", "stopped", "deadline", "moved")
"""In the order they are counted on the page."""


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: the first of a case carries its number.

    :param readable: whether its case may be opened by whoever looks.
    """

    case_id: str
    number: str
    process: str
    readable: bool
    kind: str
    kind_words: str
    at: str
    where: str
    element: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def lines(report: Mapping[str, Any], readable: frozenset[str]) -> list[Line]:
    """Return every difference of a report in words."""
    return [
        _line(case, one, case["case_id"] in readable)
        for case in report["items"]
        for one in case["differences"]
    ]


def counted(report: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return kind, words and number of cases of each kind there is."""
    return [(kind, kind_words(kind), report["totals"][kind]) for kind in KINDS if report["totals"].get(kind)]


def left_out(report: Mapping[str, Any]) -> list[str]:
    """Return in sentences what was not run, and why."""
    said = {
        "limit": _("另有 %(count)s 件超出本次件数上限，没有回测"),
        "time": _("另有 %(count)s 件因用时已到没有回测"),
        "unrecorded": _("%(count)s 件开始时的记录不完整，不能回测"),
    }
    return [said[name] % {"count": count} for name, count in report["left_out"].items() if name in said]


def kind_words(kind: str) -> str:
    """Return a kind of difference in words."""
    return {
        "path": _("走向不同"),
        "decision": _("决策不同"),
        "asked": _("要求当时没有的内容"),
        "gone": _("环节已不存在"),
        "stopped": _("无法继续"),
        "deadline": _("期限结论不同"),
        "moved": _("期限日期移动"),
    }[kind]


def explained() -> list[tuple[str, str]]:
    """Return each kind of difference and what it means."""
    means = {
        "path": _("经过的环节不同"),
        "decision": _("决策表适用了另一条规则，或者得出另一个结果"),
        "asked": _("需要当时没有填写、没有收到或者没有办理的内容"),
        "gone": _("当时办理的环节、按钮或者消息，这个版本没有"),
        "stopped": _("流程图或决策表走不下去"),
        "deadline": _("按时变为逾期，或者逾期变为按时；期限由原时刻按这个版本的规则推算"),
        "moved": _("届满日期不同，按时与否不变"),
    }
    return [(kind_words(kind), means[kind]) for kind in KINDS]


def _line(case: Mapping[str, Any], one: Mapping[str, Any], readable: bool) -> Line:
    names: Mapping[str, str] = case["names"]
    kind = one["kind"]
    if kind in {"deadline", "moved"}:
        before, after = _limit(one["before"]), _limit(one["after"])
    else:
        before, after = _named(names, one["before"]), _named(names, one["after"])
    if kind == "decision" and before == after:
        after = (_("同一规则，结果不同"),)
    elif kind in {"path", "asked", "gone"} and before == after:  # drawn anew under the same name
        before, after = tuple(one["before"]), tuple(one["after"])
    if kind == "stopped":
        after = tuple(map(_fault, one["after"]))
    where = names.get(one["element"], "") or one["element"]
    subject = names.get(one["subject"], "") or one["subject"]
    return Line(
        case_id=case["case_id"],
        number=case["number"],
        process=case["process_id"],
        readable=readable,
        kind=kind,
        kind_words=kind_words(kind),
        at=moment(datetime.fromisoformat(one["at"])),
        where=f"{where}：{subject}" if subject and subject != where else where,
        element=one["element"],
        before=before,
        after=after,
    )


def _named(names: Mapping[str, str], ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(names.get(one) or one for one in ids)


def _limit(said: Sequence[str]) -> tuple[str, ...]:
    """Return a due date and what became of it in words; nothing where there is no limit."""
    if not said:
        return (_("没有期限"),)
    outcome = {"met": _("按时"), "missed": _("逾期"), "open": _("当时尚未到期")}[said[1]]
    return (limit_end(datetime.fromisoformat(said[0])), outcome)


def _fault(code: str) -> str:
    return {
        "decision_without_rule": _("决策表没有适用的规则"),
        "decision_overlap": _("决策表有几条规则同时适用"),
        "unhandled_business_error": _("业务拒绝没有对应的边界事件"),
        "bad_expression": _("表达式无法求值"),
        "runaway": _("存在没有等待环节的循环"),
        "case_too_deep": _("流程层次过深"),
        "unknown_process": _("没有这个流程"),
        "unknown_limit": _("没有这个期限规则"),
    }.get(code, code)
