"""What every shipped diagram promises the people who work by it: articles, roles, forms, limits.

The engine's own rules (``test_rules.py``) say what can run; here is what the programme asks for besides.
"""

from __future__ import annotations

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

import pytest
import yaml
from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR, SpiffBpmnParser

from calendars.rules import Rule
from workflow_app.commands.trading.alerts import TABLE as ALERTS
from workflow_app.engine import rules

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"

LIBRARY = files("bpmn")
PROCESSES = (
    "cancellation",
    "complaint",
    "correction",
    "expert_assessment",
    "issuance",
    "issuance_application",
    "objection",
    "pilot_evaluation",
    "pilot_filing",
    "project_application",
    "project_lifecycle",
    "public_notice",
    "registration",
    "transfer_auction",
    "transfer_listing",
    "transfer_negotiated",
)
NO_NODES = {"documentation", "property", "laneSet", "sequenceFlow", "textAnnotation", "association"}
CITED = re.compile(r"^(355号(附件[一二12]|[一二三四五]|附件)|服务规则)[^：]*：\S")
STATUTORY = {"public_notice": (5, "min"), "registration": (3, "max")}
ROLES = {
    "applicant", "owner", "pilot_unit", "prefecture_bureau", "department_clerk", "department_leader",
    "expert", "panel_chair", "exchange_maker", "exchange_checker",
    "buyer", "certificate_delegate",
}  # fmt: skip


def names_in(folder: Traversable, suffix: str) -> set[str]:
    return {p.name.removesuffix(suffix) for p in folder.iterdir() if p.name.endswith(suffix)}


FORMS = names_in(LIBRARY.joinpath("forms"), ".yaml")
DECISIONS = names_in(LIBRARY.joinpath("decisions"), ".dmn")
PARAMETERS = yaml.safe_load(LIBRARY.joinpath("parameters.yaml").read_bytes())
LIMITS = {entry["id"]: Rule.from_mapping(entry) for entry in PARAMETERS["deadlines"]}


def diagram(name: str) -> etree._Element:
    return etree.fromstring(LIBRARY.joinpath("processes", f"{name}.bpmn").read_bytes())


def process(name: str) -> etree._Element:
    found = diagram(name).find(f"{BPMN}process")
    assert found is not None
    return found


def nodes(name: str) -> list[etree._Element]:
    return [node for node in process(name) if node.tag.removeprefix(BPMN) not in NO_NODES]


def of_kind(name: str, kind: str) -> list[etree._Element]:
    return list(process(name).findall(f"{BPMN}{kind}"))


def properties(node: etree._Element) -> dict[str, str]:
    return {p.attrib["name"]: p.attrib["value"] for p in node.iter(f"{SPIFF}property")}


def documentation(node: etree._Element) -> str:
    return str(node.findtext(f"{BPMN}documentation", ""))


def test_the_processes_of_the_programme_are_shipped() -> None:
    assert names_in(LIBRARY.joinpath("processes"), ".bpmn") == set(PROCESSES)


@pytest.mark.parametrize("name", PROCESSES)
def test_every_element_cites_its_article(name: str) -> None:
    drawn = [*nodes(name), *diagram(name).iter(f"{BPMN}lane", f"{BPMN}participant")]
    silent = [node.get("id") for node in drawn if not CITED.match(documentation(node))]
    assert drawn
    assert silent == []


@pytest.mark.parametrize("name", PROCESSES)
def test_every_person_has_a_form_and_a_role(name: str) -> None:
    tasks = of_kind(name, "userTask")
    assert tasks
    for task in tasks:
        wanted = properties(task)
        assert wanted["form"] in FORMS, task.get("id")
        assert set(wanted["role"].split(",")) <= ROLES, task.get("id")


@pytest.mark.parametrize("name", PROCESSES)
def test_every_limit_is_a_rule_of_the_parameters(name: str) -> None:
    named = {value for node in nodes(name) if (value := properties(node).get("deadline"))}
    for timer in process(name).iter(f"{BPMN}timeDate"):
        form = re.fullmatch(r"(deadline|warning)\('(\w+)'(, [a-z_]+)?\)", timer.text or "")
        assert form, timer.text
        named.add(form[2])
        assert form[1] == "deadline" or LIMITS[form[2]].warn_before is not None
    assert named <= set(LIMITS)


@pytest.mark.parametrize("name", PROCESSES)
def test_every_gateway_asks_one_question_and_has_a_default(name: str) -> None:
    for gateway in of_kind(name, "exclusiveGateway"):
        gateway_id = gateway.attrib["id"]
        flows = [f for f in of_kind(name, "sequenceFlow") if f.get("sourceRef") == gateway_id]
        conditions = {f.attrib["id"]: f.findtext(f"{BPMN}conditionExpression") for f in flows}
        assert all(flow.get("name") for flow in flows), gateway_id
        assert [key for key, text in conditions.items() if text is None] == [gateway.get("default")]
        asked = {re.match(r"[a-z_]+", text)[0] for text in conditions.values() if text}  # type: ignore[index]
        assert len(asked) == 1, gateway_id


@pytest.mark.parametrize("name", PROCESSES)
def test_ids_are_glossary_words_and_unique(name: str) -> None:
    named = [node for node in diagram(name).iter() if isinstance(node.tag, str) and node.get("id")]
    ids = [node.attrib["id"] for node in named if not node.tag.startswith(SPIFF)]
    operations = {node.attrib["id"] for node in named if node.tag.startswith(SPIFF)}
    assert len(ids) == len(set(ids))
    # SpiffWorkflow looks nodes up by id alone, an operation's name included.
    assert operations.isdisjoint(ids)
    assert [i for i in ids if not re.fullmatch(r"[a-z][a-z0-9_]*", i)] == []


@pytest.mark.parametrize("name", PROCESSES)
def test_the_process_is_drawn_in_a_pool_with_lanes(name: str) -> None:
    root = diagram(name)
    pools = [p.get("processRef") for p in root.iter(f"{BPMN}participant")]
    placed = [reference.text for reference in root.iter(f"{BPMN}flowNodeRef")]
    assert pools.count(name) == 1
    assert sorted(str(p) for p in placed) == sorted(node.attrib["id"] for node in nodes(name))
    assert all(re.search("[\u4e00-\u9fff]", lane.attrib["name"]) for lane in root.iter(f"{BPMN}lane"))


@pytest.mark.parametrize("name", PROCESSES)
def test_every_end_says_how_it_ended(name: str) -> None:
    ends = of_kind(name, "endEvent")
    assert ends
    assert [end.get("id") for end in ends if not properties(end).get("outcome")] == []


@pytest.mark.parametrize("name", PROCESSES)
def test_what_is_called_or_decided_is_shipped(name: str) -> None:
    called = {call.get("calledElement") for call in of_kind(name, "callActivity")}
    decided = {node.text for node in process(name).iter(f"{SPIFF}calledDecisionId")}
    assert called <= set(PROCESSES)
    assert decided <= DECISIONS


def test_every_decision_table_is_used() -> None:
    decided = {node.text for name in PROCESSES for node in process(name).iter(f"{SPIFF}calledDecisionId")}
    assert decided | {ALERTS} == DECISIONS


def test_only_the_two_limits_of_the_notice_are_statutory() -> None:
    statutory = {key: (rule.n, rule.direction) for key, rule in LIMITS.items() if rule.kind == "statutory"}
    assert statutory == STATUTORY


def test_what_is_borrowed_says_so() -> None:
    promised = [rule for rule in LIMITS.values() if rule.kind == "promised"]
    assert promised
    assert [rule.id for rule in promised if not rule.basis.startswith(("参照", "服务规则"))] == []


def test_the_lifecycle_can_be_withdrawn_from_until_the_registration() -> None:
    hosts = {
        event.get("attachedToRef")
        for event in of_kind("project_lifecycle", "boundaryEvent")
        if event.find(f"{BPMN}messageEventDefinition[@messageRef='message_withdrawal']") is not None
    }
    assert hosts == {
        "call_application",
        "call_first_application",
        "call_assessment",
        "call_notice",
        "call_revision",
        "call_registration",
    }


def test_the_schemas_of_bpmn_and_dmn_accept_them() -> None:
    parser = SpiffBpmnParser(validator=VALIDATOR)
    for table in sorted(DECISIONS):
        parser.add_dmn_str(LIBRARY.joinpath("decisions", f"{table}.dmn").read_bytes())
    for name in PROCESSES:
        parser.add_bpmn_str(LIBRARY.joinpath("processes", f"{name}.bpmn").read_bytes())
    assert sorted(parser.get_process_ids()) == list(PROCESSES)


def test_the_engine_finds_nothing_to_say() -> None:
    shipped = {f"processes/{n}.bpmn": LIBRARY.joinpath("processes", f"{n}.bpmn") for n in PROCESSES}
    shipped |= {f"decisions/{n}.dmn": LIBRARY.joinpath("decisions", f"{n}.dmn") for n in DECISIONS}
    shipped |= {f"forms/{n}.yaml": LIBRARY.joinpath("forms", f"{n}.yaml") for n in FORMS}
    assert rules.check({path: file.read_bytes() for path, file in shipped.items()}) == []
