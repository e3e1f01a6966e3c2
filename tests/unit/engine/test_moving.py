"""Why a running case has to stay, one change of what it stands on at a time."""

from __future__ import annotations

import pytest

from tests.diagrams.walks.walker import WalkServices
from workflow_app.engine.model import LiveCase
from workflow_app.engine.process import Engine

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="moves">'
    '<bpmn:message id="m_letter" name="letter"/><bpmn:message id="m_other" name="other"/>'
    '<bpmn:process id="p" isExecutable="true">'
)
PROPERTIES = (
    "<bpmn:extensionElements><spiffworkflow:properties>{}</spiffworkflow:properties></bpmn:extensionElements>"
)
TIMER = (
    '<bpmn:boundaryEvent id="late" attachedToRef="look" cancelActivity="true"><bpmn:timerEventDefinition>'
    "<bpmn:timeDate>deadline('rule')</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
)
LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
    '<bpmn:inputDataItem id="each"/></bpmn:multiInstanceLoopCharacteristics>'
)


def _properties(**values: str) -> str:
    return PROPERTIES.format(
        "".join(f'<spiffworkflow:property name="{k}" value="{v}"/>' for k, v in values.items())
    )


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


LOOK = f'<bpmn:userTask id="look" name="审查">{_properties(form="review", role="clerk")}</bpmn:userTask>'
CALL = (
    f'<bpmn:callActivity id="ask" name="办理" calledElement="child">{_properties(outputs="answer")}'
    "</bpmn:callActivity>"
)
PANEL = f'<bpmn:userTask id="panel" name="会办">{_properties(form="f", role="expert")}{LOOP}</bpmn:userTask>'
CATCH = (
    '<bpmn:intermediateCatchEvent id="letter" name="来信">'
    '<bpmn:messageEventDefinition messageRef="m_letter"/></bpmn:intermediateCatchEvent>'
)
BRANCHES = ("look", "ask", "panel", "letter")
BASE = "".join(
    (
        HEAD,
        '<bpmn:startEvent id="start"/><bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>',
        f'{LOOK}{TIMER}{CALL}{PANEL}{CATCH}<bpmn:endEvent id="end"/><bpmn:endEvent id="over"/>',
        _flow("start", "fork"),
        *(_flow("fork", each) for each in BRANCHES),
        *(_flow(each, "join") for each in BRANCHES),
        _flow("join", "end"),
        _flow("late", "over"),
        "</bpmn:process></bpmn:definitions>",
    )
)


def _started(changed: str) -> tuple[Engine, LiveCase]:
    drawn = {"old": BASE, "new": changed}
    engine = Engine(lambda version: {"processes/p.bpmn": drawn[version].encode()})
    return engine, engine.start("old", "p", {"people": ["甲", "乙"]}, WalkServices()).case


@pytest.mark.parametrize(
    ("before", "after", "code", "element"),
    [
        ('name="form" value="review"', 'name="form" value="opinion"', "other_form", "look"),
        ('value="clerk"', 'value="leader"', "other_role", "look"),
        (TIMER + CALL, TIMER.replace("look", "ask") + CALL, "other_events", "look"),
        ('cancelActivity="true"', 'cancelActivity="false"', "other_event", "late"),
        ("deadline('rule')", "warning('rule')", "other_event", "late"),
        ('calledElement="child"', 'calledElement="another"', "other_process", "ask"),
        ('value="answer"', 'value="answer=result"', "other_outputs", "ask"),
        ('messageRef="m_letter"', 'messageRef="m_other"', "other_message", "letter"),
        ("people</bpmn", "experts</bpmn", "other_instances", "panel"),
        (LOOK, LOOK.replace("userTask", "task"), "other_kind", "look"),
        ('"letter"', '"post"', "missing", "letter"),
    ],
)
def test_a_case_stays_where_what_it_waits_for_is_another(
    before: str, after: str, code: str, element: str
) -> None:
    assert before in BASE
    engine, live = _started(BASE.replace(before, after))
    tried = engine.moves("new").rehearse(live)
    assert tried.moved is None
    assert (code, element) in {(each.code, each.element_id) for each in tried.obstacles}
    assert all(each.text for each in tried.obstacles)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ('name="审查"', 'name="初审"', "other_name"),
        ("deadline('rule')", "deadline('longer')", "other_limit"),
        (
            'name="role" value="clerk"/>',
            'name="role" value="clerk"/><spiffworkflow:property name="deadline" value="r"/>',
            "other_deadline",
        ),
    ],
)
def test_what_is_only_told_keeps_no_case(before: str, after: str, code: str) -> None:
    assert before in BASE
    engine, live = _started(BASE.replace(before, after))
    tried = engine.moves("new").rehearse(live)
    assert tried.obstacles == ()
    assert [each.code for each in tried.differences] == [code]
    assert tried.moved is not None
    assert (tried.moved.tokens, tried.moved.header) == (live.tokens, live.header)


def test_a_case_stays_where_the_version_would_never_have_its_tokens_together() -> None:
    one_after_the_other = BASE.replace(_flow("fork", "ask"), "").replace(
        _flow("look", "join"), _flow("look", "ask")
    )
    engine, live = _started(one_after_the_other)
    (obstacle,) = engine.moves("new").rehearse(live).obstacles
    assert obstacle.code == "not_reachable"
    assert "“审查”" in obstacle.text
    assert "“办理”" in obstacle.text


def test_a_process_the_version_lacks_keeps_its_cases() -> None:
    engine, live = _started(BASE.replace('process id="p"', 'process id="q"'))
    (obstacle,) = engine.moves("new").rehearse(live).obstacles
    assert obstacle.code == "no_process"
