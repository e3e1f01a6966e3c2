"""Small diagrams for tests, written as BPMN with as little round it as BPMN allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from workflow_app.engine.model import Element, Json, Step
from workflow_app.engine.process import Engine

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><bpmn:definitions '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="t">'
)


def definitions(body: str, *, top: str = "", process: str = "p") -> bytes:
    """Wrap the elements of one process."""
    return (
        f'{HEAD}{top}<bpmn:process id="{process}" isExecutable="true">'
        f"<bpmn:documentation>服务规则：测试</bpmn:documentation>{body}</bpmn:process></bpmn:definitions>"
    ).encode()


def node(tag: str, identifier: str, inner: str = "", **attributes: str) -> str:
    """Draw one element."""
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{identifier}"{extra}>{inner}</bpmn:{tag}>'


def flow(source: str, target: str, condition: str | None = None, identifier: str = "") -> str:
    """Draw one sequence flow; its id is ``source_to_target`` unless given."""
    name = identifier or f"{source}_to_{target}"
    inner = (
        f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition is not None else ""
    )
    return node("sequenceFlow", name, inner, sourceRef=source, targetRef=target)


def path(*nodes: str) -> str:
    """Draw the flows along a path."""
    return "".join(flow(a, b) for a, b in pairwise(nodes))


def extensions(inner: str) -> str:
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def properties(**values: str) -> str:
    inner = "".join(f'<spiffworkflow:property name="{k}" value="{v}"/>' for k, v in values.items())
    return extensions(f"<spiffworkflow:properties>{inner}</spiffworkflow:properties>")


def user(identifier: str, inner: str = "", **values: str) -> str:
    """Draw a human task with its form and role."""
    return node("userTask", identifier, properties(form="f", role="owner", **values) + inner, name=identifier)


def service(identifier: str, operation: str, **parameters: str) -> str:
    """Draw a service task."""
    inner = "".join(
        f'<spiffworkflow:parameter id="{name}" type="any" value="{value}"/>'
        for name, value in parameters.items()
    )
    return node(
        "serviceTask",
        identifier,
        extensions(
            f'<spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="">'
            f"<spiffworkflow:parameters>{inner}</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator>"
        ),
        name=identifier,
    )


def end(identifier: str = "end", outcome: str = "done", inner: str = "") -> str:
    return node("endEvent", identifier, properties(outcome=outcome) + inner)


def start(identifier: str = "start") -> str:
    return node("startEvent", identifier)


def timer(text: str) -> str:
    return f"<bpmn:timerEventDefinition><bpmn:timeDate>{text}</bpmn:timeDate></bpmn:timerEventDefinition>"


def letter(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def edge(identifier: str, host: str, event: str, *, interrupting: bool = True) -> str:
    """Draw a boundary event."""
    flag = "true" if interrupting else "false"
    return node("boundaryEvent", identifier, event, attachedToRef=host, cancelActivity=flag)


def instances(collection: str, item: str, output: tuple[str, str] | None = None, **attributes: str) -> str:
    """Draw multi-instance characteristics."""
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    first = f"<bpmn:loopDataOutputRef>{output[0]}</bpmn:loopDataOutputRef>" if output else ""
    last = f'<bpmn:outputDataItem id="{output[1]}"/>' if output else ""
    return (
        f"<bpmn:multiInstanceLoopCharacteristics{extra}><bpmn:loopDataInputRef>{collection}"
        f'</bpmn:loopDataInputRef>{first}<bpmn:inputDataItem id="{item}"/>{last}'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )


def table(
    identifier: str, inputs: list[str], outputs: list[str], rows: list[list[str]], policy: str = "UNIQUE"
) -> bytes:
    """Write a decision table; a row is its input cells, then its outputs."""
    columns = "".join(
        f'<input id="i{n}"><inputExpression id="e{n}"><text>{text}</text></inputExpression></input>'
        for n, text in enumerate(inputs)
    )
    columns += "".join(f'<output id="o{n}" name="{name}"/>' for n, name in enumerate(outputs))
    rules = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f"<{tag}Entry id='r{number}c{n}'><text>{text}</text></{tag}Entry>"
            for n, (tag, text) in enumerate(
                [("input", t) for t in row[: len(inputs)]] + [("output", t) for t in row[len(inputs) :]]
            )
        )
        rules += f'<rule id="rule_{number}">{cells}</rule>'
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="x" name="x" namespace="n">'
        f'<decision id="{identifier}" name="表"><decisionTable id="t" hitPolicy="{policy}">{columns}{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


class Recorder:
    """Services that answer from a mapping of functions and remember every call."""

    def __init__(self, **operations: Callable[..., Mapping[str, Json]]) -> None:
        self.operations = operations
        self.calls: list[tuple[str, str, dict[str, Json]]] = []
        self.seen: dict[str, Json] = {}

    def call(
        self,
        operation: str,
        element: Element,
        token_id: str,
        inputs: Mapping[str, Json],
        variables: Mapping[str, Json],
    ) -> Mapping[str, Json]:
        self.calls.append((operation, element.id, dict(inputs)))
        self.seen = dict(variables)
        return self.operations[operation](**inputs)


class Play:
    """A case and its engine, driven by element ids; two parses take turns."""

    def __init__(
        self, files: bytes | Mapping[str, bytes], services: Recorder | None = None, **variables: Any
    ) -> None:
        given = {"processes/p.bpmn": files} if isinstance(files, bytes) else files
        self.engines = [Engine(lambda _: given), Engine(lambda _: given)]
        self.services = services or Recorder()
        self.waiting: dict[str, list[str]] = {}
        self.step = self._took(self._engine().start("v", "p", variables, self.services))

    def _engine(self) -> Engine:
        self.engines.reverse()
        return self.engines[0]

    def _took(self, step: Step) -> Step:
        closed = {*step.tasks_closed, *step.calls_closed, *(token for token, _ in step.timers_closed)}
        for element, tokens in list(self.waiting.items()):
            self.waiting[element] = [token for token in tokens if token not in closed]
            if not self.waiting[element]:
                del self.waiting[element]
        opened = [(task.element.id, task.token_id) for task in step.tasks_opened]
        opened += [(call.element.id, call.token_id) for call in step.calls_opened]
        opened += [(timer.element.id, timer.token_id) for timer in step.timers_opened]
        for element, token in opened:
            self.waiting.setdefault(element, []).append(token)
        self.step = step
        return step

    def complete(self, element: str, position: int = 0, **variables: Any) -> Step:
        token = self.waiting[element][position]
        return self._took(self._engine().complete(self.step.case, token, variables, self.services))

    def deliver(self, element: str, result: Any) -> Step:
        token = self.waiting[element][0]
        return self._took(self._engine().deliver(self.step.case, token, result, self.services))

    def fire(self, element: str) -> Step:
        token = self.waiting[element][0]
        return self._took(self._engine().fire(self.step.case, token, element, self.services))

    def send(self, message: str, **payload: Any) -> Step:
        return self._took(self._engine().send(self.step.case, message, payload, self.services))

    def cancel(self) -> Step:
        return self._took(self._engine().cancel(self.step.case))
