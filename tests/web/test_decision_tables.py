"""A decision table tried on its page and through the API: the rule that decides, or why none does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.conftest import Callers
from tests.web.conftest import Office
from workflow_app.commands.design_requests import OpenDraft, SaveDraftFile
from workflow_app.commands.versions import shipped

PAGE = "/admin/process/tables"
BAND = "decisions/price_band.dmn"


@pytest.fixture
def api(office: Office) -> Callers:
    return Callers(office)


def tried(api: Callers, who: str, values: dict[str, Any], **asked: str) -> dict[str, Any]:
    answer = api[who].post("/decisions/price_band/try", {"values": values, **asked})
    assert answer.status_code == 200, answer.text
    found = answer.json
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("deviation", "rule", "result"),
    [(-20, "within_band", "within"), (20.5, "high_price", "wide"), (-50, "low_price", "wide")],
)
def test_the_rule_that_decides_is_named(api: Callers, deviation: float, rule: str, result: str) -> None:
    found = tried(api, "clerk", {"has_reference": True, "price_deviation": deviation})
    assert (found["rule"], found["outputs"], found["fault"]) == (rule, {"band_result": result}, "")
    assert [name for name, cells in found["matched"].items() if all(cells)] == [rule]


def test_the_page_marks_the_rule_and_keeps_what_was_typed(office: Office) -> None:
    visitor = office.signed_in("administrator")
    assert "试算" in visitor.get(f"{PAGE}/price_band").text
    page = visitor.get(f"{PAGE}/price_band?try=1&v-has_reference=true&v-price_deviation=35")
    assert page.status_code == 200
    assert "适用规则：high_price" in page.text
    assert page.text.count('aria-current="true"') == 1
    assert 'value="35"' in page.text


@pytest.mark.parametrize("typed", ["", "abc", "1e9", "9" * 40, "<b>"])
def test_what_is_no_number_is_told_beside_its_field(office: Office, typed: str) -> None:
    page = office.signed_in("administrator").get(
        f"{PAGE}/price_band", query_string={"try": "1", "v-has_reference": "true", "v-price_deviation": typed}
    )
    assert (page.status_code, "请填写数字" in page.text, "<b>" in page.text) == (422, True, False)


def test_a_draft_with_two_rules_for_one_value_is_tried_as_it_stands(office: Office, api: Callers) -> None:
    programme = office.programme
    draft = str(programme.do("administrator", OpenDraft("调整价格区间")).values["draft_id"])
    changed = shipped()[BAND].replace(b"? &gt; 20 and ? &lt;= 50", b"? &gt;= 20 and ? &lt;= 50")
    programme.do("administrator", SaveDraftFile(draft, BAND, changed, 0))
    values = {"has_reference": True, "price_deviation": 20}
    assert tried(api, "administrator", values)["rule"] == "within_band"
    found = tried(api, "administrator", values, draft=draft)
    assert (found["rule"], found["outputs"]) == ("", {})
    assert "within_band、high_price" in found["fault"]
    page = office.signed_in("administrator").get(
        f"{PAGE}/price_band?draft={draft}&try=1&v-has_reference=true&v-price_deviation=20"
    )
    assert "没有唯一的结果" in page.text


def test_every_shipped_table_can_be_tried(office: Office) -> None:
    visitor = office.signed_in("auditor")
    tools = office.programme.app.tools
    with office.programme.app.store.reading() as uow:
        tables = tools.engine.definition(tools.versions.effective(uow)).decisions
    assert len(tables) >= 6
    for table in tables:
        assert visitor.get(f"{PAGE}/{table}").status_code == 200, table


def test_who_tries_and_what_is_not_there(office: Office, api: Callers) -> None:
    assert office.signed_in("owner").get(f"{PAGE}/price_band").status_code == 403
    assert api["owner"].post("/decisions/price_band/try", {"values": {}}).status_code == 403
    assert office.signed_in("administrator").get(f"{PAGE}/nothing").status_code == 404
    assert api["clerk"].post("/decisions/price_band/try", {"values": {}}).status_code == 422
    assert api["clerk"].post("/decisions/price_band/try", {"version": "x"}).status_code == 404
