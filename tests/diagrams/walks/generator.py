"""Random diagrams of everything the rules allow, from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.diagrams.walks import tables

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<bpmn:definitions '
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="d" targetNamespace="walks">\n'
)
TERMINATE = "<bpmn:terminateEventDefinition/>"
ERROR = '<bpmn:errorEventDefinition errorRef="error_1"/>'


@dataclass
class Diagram:
    """A generated diagram: its XML and its tables', the choice variables and what it contains."""

    xml: bytes
    tables: bytes
    choices: list[str]
    features: set[str]


@dataclass
class Context:
    """Where a block is drawn."""

    items: tuple[str, ...] = ()
    in_parallel: bool = False
    in_subprocess: bool = False


@dataclass
class Generator:
    """Draws blocks with one way in and one way out."""

    random: Random
    parts: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    features: set[str] = field(default_factory=set)
    count: int = 0
    budget: int = 14

    def diagram(self) -> Diagram:
        start, end = self._id("start"), self._id("end")
        self._node("startEvent", start)
        entry, leave = self.sequence(Context(), 3)
        self._flow(start, entry)
        self._node("endEvent", end, self._properties(outcome="done"))
        self._flow(leave, end)
        messages = "".join(f'<bpmn:message id="m_{name}" name="{name}"/>' for name in self.messages)
        body = "\n".join(self.parts)
        xml = (
            f'{HEAD}{messages}<bpmn:error id="error_1" errorCode="E1"/>'
            f'<bpmn:process id="walk" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'
        )
        return Diagram(xml.encode(), tables.document(self.decisions), self.choices, self.features)

    # -- drawing

    def _id(self, kind: str) -> str:
        self.count += 1
        return f"{kind}_{self.count}"

    def _node(self, tag: str, identifier: str, body: str = "", **attributes: str) -> str:
        extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
        self.parts.append(f'<bpmn:{tag} id="{identifier}"{extra}>{body}</bpmn:{tag}>')
        return identifier

    def _flow(
        self, source: str, target: str, condition: str | None = None, identifier: str | None = None
    ) -> str:
        identifier = identifier or self._id("flow")
        inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
        self.parts.append(
            f'<bpmn:sequenceFlow id="{identifier}" sourceRef="{source}" targetRef="{target}">'
            f"{inner}</bpmn:sequenceFlow>"
        )
        return identifier

    def _choice(self) -> str:
        name = self._id("choice")
        self.choices.append(name)
        return name

    def _message(self) -> str:
        name = self._id("letter")
        self.messages.append(name)
        return f'<bpmn:messageEventDefinition messageRef="m_{name}"/>'

    def _timer(self, context: Context) -> str:
        variable = f", {context.items[-1]}" if context.items else ""
        return (
            "<bpmn:timerEventDefinition><bpmn:timeDate>"
            f"deadline('rule'{variable})</bpmn:timeDate></bpmn:timerEventDefinition>"
        )

    @staticmethod
    def _properties(**values: str) -> str:
        inner = "".join(f'<spiffworkflow:property name="{k}" value="{v}"/>' for k, v in values.items())
        return (
            "<bpmn:extensionElements><spiffworkflow:properties>"
            f"{inner}</spiffworkflow:properties></bpmn:extensionElements>"
        )

    # -- blocks

    def sequence(self, context: Context, depth: int) -> tuple[str, str]:
        entry = leave = ""
        for _ in range(self.random.randint(1, 3)):
            first, last = self.block(context, depth)
            if entry:
                self._flow(leave, first)
            entry, leave = entry or first, last
        return entry, leave

    def block(self, context: Context, depth: int) -> tuple[str, str]:
        self.budget -= 1
        simple = [self.human] * 4 + [self.automatic, self.call, self.catch]
        deep = [self.exclusive, self.parallel, self.parallel, self.flat_join, self.loop, self.loop,
                self.subprocess, self.subprocess, self.event_gateway, self.stop]  # fmt: skip
        options = simple if depth <= 0 or self.budget <= 0 else simple[:3] + deep
        return self.random.choice(options)(context, depth)

    def human(self, context: Context, depth: int) -> tuple[str, str]:
        identifier = self._id("human")
        if self.random.random() < 0.3 and len(context.items) < 2:
            body, _ = self._instances()
            self.features.add("multi-instance")
        else:
            body = ""
        self._node(self.random.choice(["userTask", "userTask", "manualTask"]), identifier, body)
        return self._bounded(identifier, context, depth, errors=False)

    def automatic(self, context: Context, depth: int) -> tuple[str, str]:
        identifier = self._id("auto")
        kind = self.random.randint(0, 3)
        choice = self._choice()
        if kind == 0:
            self._node("scriptTask", identifier, f"<bpmn:script>k_{identifier} = {choice} + 1</bpmn:script>")
        elif kind == 1:
            self._node("task", identifier)
        elif kind == 2:
            self._decision(identifier, choice)
        else:
            return self._service(f"do_{identifier}", identifier, choice, context, depth)
        return identifier, identifier

    def _decision(self, identifier: str, choice: str) -> None:
        self.decisions.append(tables.write(self.random, f"t_{identifier}", choice, f"d_{identifier}"))
        called = f"<spiffworkflow:calledDecisionId>t_{identifier}</spiffworkflow:calledDecisionId>"
        body = f"<bpmn:extensionElements>{called}</bpmn:extensionElements>"
        self._node("businessRuleTask", identifier, body)
        self.features.add("decision")

    def _service(
        self, operation: str, identifier: str, choice: str, context: Context, depth: int
    ) -> tuple[str, str]:
        refusing = self.random.random() < 0.5
        operation = f"refuse_{identifier}" if refusing else operation
        self._node(
            "serviceTask",
            identifier,
            f'<bpmn:extensionElements><spiffworkflow:serviceTaskOperator id="{operation}" resultVariable="">'
            f'<spiffworkflow:parameters><spiffworkflow:parameter id="value" type="any" value="{choice}"/>'
            "</spiffworkflow:parameters></spiffworkflow:serviceTaskOperator></bpmn:extensionElements>",
        )
        if not refusing:
            return identifier, identifier
        self.features.add("error")
        return self._merged(identifier, [self._boundary(identifier, ERROR)], context, depth)

    def call(self, context: Context, depth: int) -> tuple[str, str]:
        identifier = self._id("call")
        items = context.items
        body = self._properties(inputs=", ".join(items), outputs=f"r_{identifier}=answer")
        if self.random.random() < 0.25 and len(items) < 2:
            loop, item = self._instances()
            body = self._properties(inputs=", ".join((*items, item)), outputs=f"r_{identifier}=answer") + loop
            self.features.add("multi-instance call")
        self._node("callActivity", identifier, body, calledElement="child")
        self.features.add("call")
        return self._bounded(identifier, context, depth, errors=True)

    def catch(self, context: Context, depth: int) -> tuple[str, str]:
        identifier = self._id("catch")
        if context.items:
            if len(context.items) > 1:
                return self.human(context, depth)
            self._node("intermediateCatchEvent", identifier, self._timer(context))
        elif self.random.random() < 0.3:
            name = self._id("letter")
            self.messages.append(name)
            self._node("receiveTask", identifier, messageRef=f"m_{name}")
        else:
            event = self._message() if self.random.random() < 0.5 else self._timer(context)
            self._node("intermediateCatchEvent", identifier, event)
        self.features.add("catch")
        return identifier, identifier

    def exclusive(self, context: Context, depth: int) -> tuple[str, str]:
        split, merge = self._id("choose"), self._id("merge")
        choice, default = self._choice(), self._id("flow")
        self._node("exclusiveGateway", split, default=default)
        self._node("exclusiveGateway", merge)
        for value in range(self.random.randint(2, 3)):
            first, last = self.sequence(context, depth - 1)
            if value == 0:
                self._flow(split, first, identifier=default)
            else:
                self._flow(split, first, f"{choice} == {value}")
            self._flow(last, merge)
        self.features.add("exclusive")
        return split, merge

    def parallel(self, context: Context, depth: int) -> tuple[str, str]:
        split, join = self._id("split"), self._id("join")
        self._node("parallelGateway", split)
        self._node("parallelGateway", join)
        inside = Context(context.items, True, context.in_subprocess)
        for _ in range(self.random.randint(2, 3)):
            first, last = self.sequence(inside, depth - 1)
            self._flow(split, first)
            self._flow(last, join)
        self.features.add("parallel")
        return split, join

    def flat_join(self, context: Context, depth: int) -> tuple[str, str]:
        split, inner, join = self._id("split"), self._id("split"), self._id("join")
        for gateway in (split, inner, join):
            self._node("parallelGateway", gateway)
        inside = Context(context.items, True, context.in_subprocess)
        first, last = self.sequence(inside, depth - 1)
        self._flow(split, first)
        self._flow(last, join)
        lead, tail = self.human(inside, 0)
        self._flow(split, lead)
        self._flow(tail, inner)
        for _ in range(2):
            first, last = self.sequence(inside, depth - 2)
            self._flow(inner, first)
            self._flow(last, join)
        self.features.add("flat join")
        return split, join

    def loop(self, context: Context, depth: int) -> tuple[str, str]:
        body_entry, body_leave = self.sequence(context, depth - 1)
        lead = self._id("human")
        self._node("userTask", lead)
        self._flow(lead, body_entry)
        again = self._id("choose")
        choice, default = self._choice(), self._id("flow")
        self._node("exclusiveGateway", again, default=default)
        self._flow(body_leave, again)
        leave = self._node("task", self._id("after"))
        self._flow(again, leave, identifier=default)
        entry = lead
        if self.random.random() < 0.5:
            entry = self._node("exclusiveGateway", self._id("merge"))
            self._flow(entry, lead)
        self._flow(again, entry, f"{choice} == 1")
        self.features.add("loop")
        return entry, leave

    def event_gateway(self, context: Context, depth: int) -> tuple[str, str]:
        if context.items:
            return self.human(context, depth)
        gateway, merge = self._id("race"), self._id("merge")
        self._node("eventBasedGateway", gateway)
        self._node("exclusiveGateway", merge)
        events = [self._message(), self.random.choice([self._message(), self._timer(context)])]
        for event in events:
            identifier = self._node("intermediateCatchEvent", self._id("catch"), event)
            self._flow(gateway, identifier)
            if self.random.random() < 0.5:
                first, last = self.sequence(context, depth - 1)
                self._flow(identifier, first)
                self._flow(last, merge)
            else:
                self._flow(identifier, merge)
        self.features.add("event gateway")
        return gateway, merge

    def stop(self, context: Context, depth: int) -> tuple[str, str]:
        """A person decides whether the whole case ends here, whatever else is under way."""
        if context.in_subprocess:
            return self.human(context, depth)
        lead, gateway, after = self._id("human"), self._id("choose"), self._id("after")
        choice, default = self._choice(), self._id("flow")
        self._node("userTask", lead)
        self._node("exclusiveGateway", gateway, default=default)
        end = self._node("endEvent", self._id("stopped"), self._properties(outcome="stopped") + TERMINATE)
        self._node("task", after)
        self._flow(lead, gateway)
        self._flow(gateway, end, f"{choice} == 1")
        self._flow(gateway, after, identifier=default)
        self.features.add("terminate in parallel" if context.in_parallel else "terminate")
        return lead, after

    def subprocess(self, context: Context, depth: int) -> tuple[str, str]:
        identifier = self._id("sub")
        loop, items = "", context.items
        if self.random.random() < 0.35 and len(items) < 1:
            loop, item = self._instances(early=False)
            items = (*items, item)
            self.features.add("multi-instance subprocess")
        outside, self.parts = self.parts, []
        start, end = self._id("start"), self._id("end")
        self._node("startEvent", start)
        inside = Context(items, False, True)
        first, last = self.sequence(inside, depth - 1)
        self._flow(start, first)
        # An error in one of several parallel instances races with the others in the same way.
        throws = not context.in_parallel and not loop and self.random.random() < 0.4
        if throws:
            gateway, choice, default = self._id("choose"), self._choice(), self._id("flow")
            self._node("exclusiveGateway", gateway, default=default)
            self._flow(last, gateway)
            failed = self._id("failed")
            self._node("endEvent", failed, ERROR)
            self._flow(gateway, failed, f"{choice} == 1")
            self._flow(gateway, end, identifier=default)
            self.features.add("error end")
        else:
            self._flow(last, end)
        stop = self.random.random() < 0.2
        self._node("endEvent", end, TERMINATE if stop else "")
        inner, self.parts = "".join(self.parts), outside
        self._node("subProcess", identifier, loop + inner)
        self.features.add("subprocess")
        return self._bounded(identifier, context, depth, errors=throws, must=throws)

    # -- boundary events

    def _boundary(self, host: str, event: str, interrupting: bool = True) -> str:
        identifier = self._id("edge")
        flag = "true" if interrupting else "false"
        self._node("boundaryEvent", identifier, event, attachedToRef=host, cancelActivity=flag)
        return identifier

    def _bounded(
        self, host: str, context: Context, depth: int, *, errors: bool, must: bool = False
    ) -> tuple[str, str]:
        edges = []
        if must or (errors and self.random.random() < 0.6):
            edges.append(self._boundary(host, ERROR))
            self.features.add("error")
        if self.random.random() < 0.35 and len(context.items) < 2:
            letter = not context.items and self.random.random() < 0.5
            edges.append(self._boundary(host, self._message() if letter else self._timer(context)))
            self.features.add("interrupting")
        if self.random.random() < 0.25 and len(context.items) < 2:
            edge = self._boundary(host, self._timer(context), interrupting=False)
            service, end, choice = self._id("auto"), self._id("end"), self._choice()
            self._node("scriptTask", service, f"<bpmn:script>k_{service} = {choice} + 1</bpmn:script>")
            self._node("endEvent", end)
            self._flow(edge, service)
            self._flow(service, end)
            self.features.add("non-interrupting")
        return self._merged(host, edges, context, depth) if edges else (host, host)

    def _merged(self, host: str, edges: list[str], context: Context, depth: int) -> tuple[str, str]:
        merge = self._node("exclusiveGateway", self._id("merge"))
        self._flow(host, merge)
        for edge in edges:
            if self.random.random() < 0.6:
                first, last = self.sequence(context, depth - 1) if self.budget > 0 else self.human(context, 0)
                self._flow(edge, first)
                self._flow(last, merge)
            else:
                self._flow(edge, merge)
        return host, merge

    def _instances(self, *, early: bool = True) -> tuple[str, str]:
        # An early end races with instances that run by themselves; BPMN leaves open which wins.
        item = self._id("item")
        output = ""
        if self.random.random() < 0.6:
            output = (
                f"<bpmn:loopDataOutputRef>list_{item}</bpmn:loopDataOutputRef>{{}}"
                f'<bpmn:outputDataItem id="value_{item}" name="v"/>'
            )
        inputs = f'<bpmn:inputDataItem id="{item}" name="{item}"/>'
        output = output.format(inputs) if output else inputs
        if self.random.random() < 0.25 and early:
            output += f"<bpmn:completionCondition>{self._choice()} == 1</bpmn:completionCondition>"
        flag = "true" if self.random.random() < 0.4 else "false"
        loop = (
            f'<bpmn:multiInstanceLoopCharacteristics isSequential="{flag}">'
            f"<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>{output}"
            "</bpmn:multiInstanceLoopCharacteristics>"
        )
        return loop, item
