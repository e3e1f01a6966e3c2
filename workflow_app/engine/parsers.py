"""From BPMN XML to SpiffWorkflow specifications, with this product's own node classes.

Parsing here is for running; whether a diagram may be deployed is for
:mod:`workflow_app.engine.rules`. This module must never know cases.
"""

from __future__ import annotations

from collections import deque
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import EventBasedGatewayParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser, SubprocessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.defaults import (
    IntermediateCatchEvent,
    StartEvent,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.event_parsers import (
    SpiffBoundaryEventParser,
    SpiffEndEventParser,
    SpiffEventDefinitionParser,
    SpiffIntermediateCatchEventParser,
    SpiffStartEventParser,
)
from SpiffWorkflow.spiff.parser.task_spec import SpiffTaskParser

from workflow_app.engine import activities, expressions, flow_nodes, gateways
from workflow_app.engine.decisions import Table
from workflow_app.engine.documents import bpmn, local, text_of


class NodeParser(SpiffTaskParser):
    """Reads an activity: no scripts round it, no data associations, our loop classes."""

    PARALLEL_MI_CLASS = flow_nodes.MultiInstance
    SEQUENTIAL_MI_CLASS = flow_nodes.SequentialInstances

    def parse_incoming_data_references(self) -> list[Any]:
        return []

    def parse_outgoing_data_references(self) -> list[Any]:
        return []

    def _copy_task_attrs(self, original: Any, loop_characteristics: Any = None) -> None:
        TaskParser._copy_task_attrs(self, original, loop_characteristics)
        self.task.extensions = original.extensions
        # Connected here once: the stock engine does it when the first instance starts, so a case
        # reloaded on another parse of its diagram would wait for its instances for ever.
        original.completed_event.connect(self.task.merge_child)

    def create_task(self) -> Any:
        return self.spec_class(self.spec, self.bpmn_id, **self.bpmn_attributes)


class ScriptParser(NodeParser):
    def create_task(self) -> Any:
        script = text_of(self.node.find(bpmn("script")))
        return self.spec_class(self.spec, self.bpmn_id, script=script, **self.bpmn_attributes)


class ServiceParser(NodeParser):
    def create_task(self) -> Any:
        operator = self.parse_extensions().get("serviceTaskOperator")
        if operator is None:
            raise ValidationException("A service task must name its operation", self.node, self.filename)
        parameters = {name: parameter["value"] for name, parameter in operator["parameters"].items()}
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            operation=operator["name"],
            parameters=parameters,
            result_variable=operator["resultVariable"],
            **self.bpmn_attributes,
        )


class DecisionParser(NodeParser):
    def create_task(self) -> Any:
        reference = self.get_decision_ref(self.node)
        table = self.process_parser.parser.tables.get(reference)
        if table is None:
            raise ValidationException(f"No decision table {reference!r}", self.node, self.filename)
        return self.spec_class(self.spec, self.bpmn_id, table=table, **self.bpmn_attributes)

    @staticmethod
    def get_decision_ref(node: Any) -> str:
        return (SpiffTaskParser._parse_extensions(node).get("calledDecisionId") or "").strip()


class CallParser(NodeParser):
    def create_task(self) -> Any:
        called = self.node.get("calledElement")
        if not called:
            raise ValidationException("A call activity must name its process", self.node, self.filename)
        return self.spec_class(self.spec, self.bpmn_id, called=called, **self.bpmn_attributes)


class SubprocessNodeParser(NodeParser):
    def create_task(self) -> Any:
        if self.node.get("triggeredByEvent") == "true":
            raise ValidationException("Event subprocesses are not supported", self.node, self.filename)
        embedded = SubprocessParser.get_subprocess_spec(self)
        return self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=embedded, **self.bpmn_attributes)


class EventParsing(SpiffEventDefinitionParser):
    """Timers and messages as plain waits; no correlation, no payload expression."""

    def parse_incoming_data_references(self) -> list[Any]:
        return []

    def parse_outgoing_data_references(self) -> list[Any]:
        return []

    def parse_timer_event(self, event: Any) -> EventDefinition:
        text = text_of(event.find(bpmn("timeDate")))
        return flow_nodes.TimerWait(self.bpmn_id, expressions.compile_timer(text))

    def parse_message_event(self, message_event: Any) -> EventDefinition:
        reference = message_event.get("messageRef")
        name = self.process_parser.parser.messages.get(reference)
        if not name:
            raise ValidationException("A message event must name its message", self.node, self.filename)
        return flow_nodes.MessageWaitDefinition(name)


class StartParser(EventParsing, SpiffStartEventParser):
    pass


class EndParser(EventParsing, SpiffEndEventParser):
    pass


class BoundaryParser(EventParsing, SpiffBoundaryEventParser):
    pass


class CatchParser(EventParsing, SpiffIntermediateCatchEventParser):
    pass


class ReceiveParser(NodeParser, EventParsing):
    """A receive task is a catch event drawn as a task."""

    def create_task(self) -> Any:
        return self.spec_class(
            self.spec,
            self.bpmn_id,
            event_definition=self.parse_message_event(self.node),
            **self.bpmn_attributes,
        )


class CaseProcessParser(ProcessParser):
    """Parses nodes from the end backwards, so that a long path does not exhaust the stack."""

    def add_tasks(self) -> None:
        for node in self._reachable_backwards():
            self.parse_node(node)
        super().add_tasks()

    def _parse(self) -> None:
        super()._parse()
        self.spec.data_objects.clear()
        self.spec.io_specification = None
        for spec in self.spec.task_specs.values():
            spec.io_specification = None

    def _reachable_backwards(self) -> list[etree._Element]:
        nodes = {child.get("id"): child for child in self.node.iterchildren() if child.get("id")}
        queue = deque(node for node in nodes.values() if local(node) == "startEvent")
        found: dict[str, etree._Element] = {}
        while queue:
            node = queue.popleft()
            if node.get("id") in found:
                continue
            found[node.get("id")] = node
            flows = self.get_outgoing_sequence_flows(node.get("id"))
            targets = [flow.get("targetRef") for flow in flows]
            targets += [event.get("id") for event in self.get_boundary_events(node.get("id"))]
            queue.extend(nodes[target] for target in targets if target in nodes)
        # Boundary events are parsed with the activity they sit on, never before it.
        return [node for node in reversed(found.values()) if local(node) != "boundaryEvent"]


class CaseParser(SpiffBpmnParser):
    """SpiffWorkflow's parser with every node class this product runs, and no other."""

    PROCESS_PARSER_CLASS = CaseProcessParser

    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[Any, Any]]] = {
        full_tag("task"): (NodeParser, activities.PlainTask),
        full_tag("userTask"): (NodeParser, activities.HumanTask),
        full_tag("manualTask"): (NodeParser, activities.HumanTask),
        full_tag("scriptTask"): (ScriptParser, activities.ScriptTask),
        full_tag("serviceTask"): (ServiceParser, activities.ServiceTask),
        full_tag("businessRuleTask"): (DecisionParser, activities.DecisionTask),
        full_tag("callActivity"): (CallParser, activities.LinkedCall),
        full_tag("subProcess"): (SubprocessNodeParser, activities.EmbeddedSubprocess),
        full_tag("receiveTask"): (ReceiveParser, flow_nodes.ReceiveTask),
        full_tag("parallelGateway"): (GatewayParser, gateways.ParallelGateway),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, gateways.ExclusiveGateway),
        full_tag("eventBasedGateway"): (EventBasedGatewayParser, gateways.EventGateway),
        full_tag("startEvent"): (StartParser, StartEvent),
        full_tag("endEvent"): (EndParser, flow_nodes.EndEvent),
        full_tag("boundaryEvent"): (BoundaryParser, flow_nodes.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (CatchParser, IntermediateCatchEvent),
    }

    def __init__(self, tables: dict[str, Table]) -> None:
        super().__init__()
        self.tables = tables
