"""Each kind of name a diagram may use, with the smallest diagram that uses one nobody knows."""

# ruff: noqa: E501 - one breach a line reads as a table

from __future__ import annotations

import pytest

from tests.diagrams.test_rules import GOOD, MESSAGE, between, catch, errors, gateway, task
from tests.unit.engine.drawings import (
    definitions,
    edge,
    end,
    extensions,
    flow,
    letter,
    node,
    path,
    properties,
    service,
    start,
    table,
    timer,
    user,
)  # fmt: skip
from workflow_app.engine.lint.catalogue import Catalogue, Operation
from workflow_app.engine.rules import check

F = {"f": frozenset({"answer"})}
KNOWN = Catalogue(
    forms=F,
    roles=frozenset({"owner"}),
    operations={"op": Operation(frozenset({"taken"}), frozenset({"made"}), frozenset({"refused"}))},
    deadlines=frozenset({"r"}),
    scopes=frozenset({"owner_org"}),
    variables=frozenset({"case_id", "owner_org"}),
    started={"p": frozenset({"handed"})},
    facts={"listed": frozenset({"a", "b"})},
    messages={"withdrawal": frozenset({"brought"})},
    unknown_citations=lambda text: [text] if "999" in text else [],
)
ASKS = extensions("<spiffworkflow:calledDecisionId>t</spiffworkflow:calledDecisionId>")


def branch(condition: str) -> bytes:
    """A process whose gateway asks ``condition``."""
    return gateway(flow("g", "a"), flow("g", "b", condition))


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("unknown_form", task(properties(form="other", role="owner"))),
        ("unknown_role", task(properties(form="f", role="stranger"))),
        ("unknown_role", task(properties(form="f", role="owner, stranger"))),
        ("unknown_scope", task(properties(form="f", role="owner", scope="case_id"))),
        ("unknown_deadline", task(properties(form="f", role="owner", deadline="other"))),
        ("unknown_deadline", catch(timer("deadline('other')"))),
        ("unknown_operation", between(service("it", "other"))),
        ("unknown_input", between(service("it", "op", other="1"))),
        ("unknown_message", catch(letter("m")).replace(b'"withdrawal"', b'"come"')),
        ("unknown_article", GOOD.replace(b"</bpmn:startEvent>", b"<bpmn:documentation>999</bpmn:documentation></bpmn:startEvent>")),
        ("unknown_variable", branch("absent == 1")),
        ("unknown_variable", catch(timer("deadline('r', absent)"))),
        ("unknown_variable", task(properties(form="f", role="owner", assignee="absent"))),
        ("unknown_variable", task(properties(form="f", role="owner", deadline_from="absent"))),
        ("unknown_variable", between(service("it", "op", taken="absent"))),
        ("unknown_variable", between(node("scriptTask", "it", "<bpmn:script>n = absent + 1</bpmn:script>"))),
        ("unknown_variable", between(node("callActivity", "it", properties(inputs="x=absent"), calledElement="registration"))),
    ],
)  # fmt: skip
def test_names_are_checked_against_a_catalogue(code: str, data: bytes) -> None:
    assert code in {finding.code for finding in errors({"p.bpmn": data}, KNOWN)}
    assert code not in {finding.code for finding in errors({"p.bpmn": data})}


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        task(properties(form="f", role="owner", scope="owner_org", deadline="r", deadline_from="handed")),
        branch("answer == 1"),
        branch("case_id == 1"),
        between(service("it", "op", taken="answer"), more=""),
        catch(timer("warning('r', handed)")),
        catch(letter("m")),
    ],
)
def test_names_of_the_catalogue_are_no_error(data: bytes) -> None:
    assert errors({"p.bpmn": data}, KNOWN) == []


def test_a_result_a_form_shows_in_words_has_values_it_has_words_for() -> None:
    for listed, codes in (("'a,b'", []), ("'a,c'", ["unknown_value"]), ("case_id", [])):
        drawn = table("t", ["case_id"], ["listed"], [["-", listed]])
        assert [finding.code for finding in errors({"t.dmn": drawn}, KNOWN)] == codes, listed
    assert errors({"t.dmn": table("t", ["case_id"], ["other"], [["-", "'c'"]])}, KNOWN) == []


def test_a_variable_may_come_from_an_operation_a_script_a_table_a_call_or_a_message() -> None:
    """Each is the only one to set what the next gateway reads; take the setter out and it is an error."""
    table_t = table("t", ["case_id"], ["decided"], [["-", "1"]])
    for setter, name in [
        (service("it", "op", taken="1"), "made"),
        (node("scriptTask", "it", "<bpmn:script>counted = 1</bpmn:script>"), "counted"),
        (node("businessRuleTask", "it", ASKS), "decided"),
        (
            node("callActivity", "it", properties(outputs="back=outcome"), calledElement="registration"),
            "back",
        ),
        (node("intermediateCatchEvent", "it", letter("m")), "brought"),
    ]:
        asks = (
            node("exclusiveGateway", "g", default="g_to_end") + end() + end("end_2")
            + path("it", "g", "end") + flow("g", "end_2", f"{name} == 1")
        )  # fmt: skip
        drawn = definitions(start() + user("work") + setter + path("start", "work", "it") + asks, top=MESSAGE)
        without = definitions(start() + user("it") + path("start", "it") + asks, top=MESSAGE)
        assert errors({"p.bpmn": drawn, "t.dmn": table_t}, KNOWN) == []
        assert [f.code for f in errors({"p.bpmn": without, "t.dmn": table_t}, KNOWN)] == ["unknown_variable"]


def test_a_decision_tables_own_variables_must_be_set_where_it_is_asked() -> None:
    asks = between(node("businessRuleTask", "it", ASKS))
    for cells, output in [(["absent"], "1"), (["? == absent"], "1"), (["-"], "absent")]:
        column = "absent" if cells == ["absent"] else "case_id"
        drawn = {"p.bpmn": asks, "t.dmn": table("t", [column], ["x"], [[*cells, output]])}
        assert {f.code for f in errors(drawn, KNOWN)} == {"unknown_variable"}


def test_an_error_the_operation_never_raises_is_refused() -> None:
    caught = service("it", "op", taken="1") + edge("edge", "it", '<bpmn:errorEventDefinition errorRef="e"/>')
    for code, expected in [("refused", set()), ("other", {"unknown_error"})]:
        top = f'<bpmn:error id="e" errorCode="{code}"/>'
        drawn = between(caught, more=end("end_2") + flow("edge", "end_2"), top=top)
        assert {f.code for f in errors({"p.bpmn": drawn}, KNOWN)} == expected


def test_what_a_caller_hands_over_is_known_and_a_process_nobody_opens_is_only_warned() -> None:
    asks = definitions(
        start() + user("work") + node("exclusiveGateway", "g", default="g_to_end") + end() + end("end_2")
        + path("start", "work", "g", "end") + flow("g", "end_2", "lent == 1"),
        process="q",
    )  # fmt: skip
    alone = check({"q.bpmn": asks}, {}, KNOWN)
    assert [f.severity for f in alone if f.code == "unknown_variable"] == ["warning"]
    for inputs, expected in [("lent=case_id", []), ("other=case_id", ["unknown_variable"])]:
        caller = between(node("callActivity", "it", properties(inputs=inputs), calledElement="q"))
        assert [f.code for f in errors({"p.bpmn": caller, "q.bpmn": asks}, KNOWN)] == expected
