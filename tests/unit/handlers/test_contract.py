"""A handler is held to what it declared; a refusal of the law carries every reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from handlers.contract import BusinessRefusal, Context, ContractBroken, Handler, Outcome, refuse
from handlers.effects import CloseNotice, Notify
from handlers.facts import Comment, Notice, ProjectRecord
from handlers.public_notice import decided
from handlers.registry import BY_OPERATION, HANDLERS
from workflow_app.domain.findings import Finding
from workflow_app.domain.review import Tie
from workflow_app.kernel.errors import Refused

NOON = datetime(2025, 6, 17, 4, tzinfo=UTC)


class Told:
    """Facts answered from a dictionary."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers

    def __getattr__(self, name: str) -> Any:
        return lambda *key: self.answers[name]


def _context(facts: Any = None, **variables: Any) -> Context:
    return Context("case", "token", "element", NOON, variables, {}, facts or Told())


def _handler(outcome: Outcome, **declared: Any) -> Handler:
    return Handler("act", "服务规则", lambda inputs, context: outcome, **declared)


def test_what_was_declared_passes() -> None:
    told = Notify(("user:u",), "标题", "内容")
    handler = _handler(Outcome({"done": True}, (told,)), inputs=("a",), outputs=("done",), effects=(Notify,))
    assert handler({"a": 1}, _context()).values == {"done": True}


@pytest.mark.parametrize(
    ("outcome", "declared"),
    [
        (Outcome({"done": True}), {}),
        (Outcome({}), {"outputs": ("done",)}),
        (Outcome({}, (CloseNotice("n", NOON),)), {"effects": (Notify,)}),
    ],
    ids=["undeclared output", "missing output", "undeclared effect"],
)
def test_what_was_not_declared_is_a_defect(outcome: Outcome, declared: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        _handler(outcome, **declared)({}, _context())


def test_an_input_nobody_declared_is_a_defect() -> None:
    with pytest.raises(ContractBroken):
        _handler(Outcome({}))({"a": 1}, _context())


def test_an_error_nobody_declared_is_a_defect() -> None:
    def declines(inputs: Any, context: Context) -> Outcome:
        raise BusinessRefusal("unheard_of")

    with pytest.raises(ContractBroken):
        Handler("act", "服务规则", declines)({}, _context())
    with pytest.raises(BusinessRefusal):
        Handler("act", "服务规则", declines, errors=frozenset({"unheard_of"}))({}, _context())


def test_only_blocking_findings_refuse_and_all_of_them_are_told() -> None:
    flag = Finding("flag", "留意", "服务规则", blocking=False)
    refuse((flag,))
    with pytest.raises(Refused) as refused:
        refuse((flag, Finding("one", "甲", "355号附件一"), Finding("two", "乙", "355号附件二")))
    assert (refused.value.code, refused.value.article) == ("one", "355号附件一")
    told: Any = refused.value.details["findings"]
    assert [reason["code"] for reason in told] == ["one", "two"]


def test_every_operation_has_an_article_and_a_name_of_its_own() -> None:
    assert len(BY_OPERATION) == len(HANDLERS)
    assert all(handler.article.startswith(("355号", "服务规则")) for handler in HANDLERS)


def _comment(**changes: Any) -> Comment:
    known: dict[str, Any] = {"id": "c", "notice_id": "n", "received_at": NOON, "late": False}
    return Comment(**known | {"kind": None, "outcome": None, "decided_at": None} | changes)


def test_the_gravest_decision_rules_and_the_last_one_dates_it() -> None:
    later = datetime(2025, 6, 20, tzinfo=UTC)
    dismissed = _comment(kind="objection", outcome="dismissed", decided_at=later)
    upheld = _comment(kind="objection", outcome="upheld_fixable", decided_at=NOON)
    assert decided((dismissed, upheld)) == ("upheld_fixable", later)
    assert decided((dismissed, _comment())) is None
    assert decided((_comment(late=True), _comment(kind="comment"))) == ("unopposed", None)


def test_a_late_tick_closes_a_notice_as_of_its_last_day() -> None:
    closes = datetime(2025, 6, 16, 16, tzinfo=UTC)  # 24:00 of 06-16 in Shanghai
    facts = Told(notice=Notice("n", NOON, closes, None, None, None), comments=())
    outcome = BY_OPERATION["close_notice"]({}, _context(facts, notice_id="n"))
    assert outcome.values["open_objections"] == 0
    closed = datetime.fromisoformat(str(outcome.values["notice_closed_at"]))
    assert closed < closes
    assert (closes - closed).total_seconds() < 1


def test_an_expert_tied_within_three_years_is_refused() -> None:
    project = ProjectRecord("p", "accepted", "名", "owner", "owner", None, None, None, None, None)
    parties = frozenset({"owner"})
    said = {"experts": ["e1", "e2"], "chair": "e2"}
    facts = Told(ties=(Tie("e1", "owner", date(2023, 1, 1)),), parties=parties, forms=(), project=project)
    with pytest.raises(Refused) as refused:
        BY_OPERATION["appoint_panel"]({}, _context(facts, **said))
    assert refused.value.code == "expert_conflicted"
    long_ago = Tie("e1", "owner", date(2022, 1, 1))
    facts = Told(ties=(long_ago,), parties=parties, forms=(), project=project)
    assert BY_OPERATION["appoint_panel"]({}, _context(facts, **said)).values["reviews_before_panel"] == 0


@pytest.mark.parametrize(
    ("recused", "quorum"),
    [
        ((False, False, False), True),
        ((True, False, False), True),
        ((True, True, False), False),
    ],
)
def test_the_quorum_is_counted_over_the_unrecused(recused: tuple[bool, ...], quorum: bool) -> None:
    reviews = tuple({"recused": each} for each in recused)
    said = {"experts": ["e1", "e2", "e3"], "reviews_before_panel": 0}
    outcome = BY_OPERATION["count_quorum"]({}, _context(Told(forms=reviews, adjusted=None), **said))
    assert outcome.values == {"unrecused": 3 - sum(recused), "quorum": quorum, "adjusted_tonnes": ""}
