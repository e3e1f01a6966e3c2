"""What crosses the engine's door: plain, frozen values and nothing of the engine's own.

Commands hand in a :class:`LiveCase` and get a :class:`Step` back: the rows to write, and
what opened and closed. Everything here is JSON-ready. This module must never know
SpiffWorkflow, the store, the calendar or the law (the diagrams cite the articles).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

JsonScalar = str | int | float | bool | None
Json = JsonScalar | Sequence["Json"] | Mapping[str, "Json"]
Variables = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One row of live state; ``body`` is opaque canonical JSON of the engine's."""

    id: str
    element: str
    state: int
    body: str


@dataclass(frozen=True, slots=True)
class LiveCase:
    """All the engine needs to go on with a case: its pinned version and its live rows."""

    version: str
    process_id: str
    header: str
    tokens: Mapping[str, TokenRow]


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node of a diagram, as its author wrote it.

    ``kind`` is the BPMN local name (``userTask``, ``boundaryEvent`` …); ``lane`` the lane's name.
    """

    id: str
    name: str
    kind: str
    lane: str | None = None
    documentation: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A human task that waits; ``data`` holds the variables it sees, its own copy."""

    token_id: str
    element: Element
    data: Variables


@dataclass(frozen=True, slots=True)
class TimerRequest:
    """A timer to be armed: ``rule`` names the period, ``start`` is the instant variable's value."""

    token_id: str
    element: Element
    kind: Literal["deadline", "warning"]
    rule: str
    start: Json
    interrupting: bool


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A linked case to be started for the waiting call activity ``token_id``."""

    token_id: str
    element: Element
    process_id: str
    inputs: Variables


@dataclass(frozen=True, slots=True)
class MessageWait:
    """A token that can receive message ``name``."""

    token_id: str
    element: Element
    name: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One evaluation of a decision table: what went in, which rules matched, what came out."""

    element_id: str
    table: str
    inputs: Variables
    rule_ids: tuple[str, ...]
    outputs: Variables


@dataclass(frozen=True, slots=True)
class Move:
    """One step of the path. For ``flow``, ``element_id`` is the id of the sequence flow taken."""

    element_id: str
    token_id: str
    what: Literal["entered", "completed", "cancelled", "flow"]


@dataclass(frozen=True, slots=True)
class Step:
    """What one act changed: rows to write, things opened and closed, the path, the end.

    ``timers_closed`` holds (token_id, element_id); ``tasks_closed`` and ``calls_closed`` token ids;
    ``messages`` all waits that stand after the step, ``messages_before`` (token_id, name) of those that
    stood before it. ``variables`` are the final ones once ``ended``
    (``outcome`` included), and empty before.
    """

    case: LiveCase
    upserts: tuple[TokenRow, ...] = ()
    deletes: tuple[str, ...] = ()
    header_changed: bool = False
    tasks_opened: tuple[OpenTask, ...] = ()
    tasks_closed: tuple[str, ...] = ()
    timers_opened: tuple[TimerRequest, ...] = ()
    timers_closed: tuple[tuple[str, str], ...] = ()
    calls_opened: tuple[CallRequest, ...] = ()
    calls_closed: tuple[str, ...] = ()
    messages: tuple[MessageWait, ...] = ()
    messages_before: tuple[tuple[str, str], ...] = ()
    moves: tuple[Move, ...] = ()
    decisions: tuple[Decision, ...] = ()
    ended: bool = False
    outcome: str | None = None
    variables: Variables = field(default_factory=dict)


class BusinessError(Exception):
    """A declared refusal raised by a service; it becomes the BPMN error ``code``."""

    def __init__(self, code: str, payload: Variables | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.payload: Variables = payload or {}


class Services(Protocol):
    """The operations service tasks may call; run inside the step, synchronously."""

    def call(
        self, operation: str, element: Element, token_id: str, inputs: Variables, variables: Variables
    ) -> Variables:
        """Return the mapping merged into the case's variables.

        :raises BusinessError: a declared refusal, answered in the diagram.
        Any other exception goes to the caller of the engine, and nothing of the step remains.
        """
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of a rule of :mod:`workflow_app.engine.rules` (``element_id`` may be ``-``).

    :param trail: the nodes and flows a case passes until the breach shows, where it shows on a path.
    """

    path: str
    element_id: str
    severity: Literal["error", "warning"]
    code: str
    text: str
    trail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is the expression as written."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a version: its nodes (subprocesses' included) and flows by id."""

    id: str
    name: str
    path: str
    documentation: str
    elements: Mapping[str, Element]
    flows: Mapping[str, Flow]


@dataclass(frozen=True, slots=True)
class Definition:
    """One immutable version: what was deployed together under one content hash.

    ``decisions`` maps decision ids to names; ``forms`` maps form keys to raw YAML bytes.
    """

    version: str
    processes: Mapping[str, Process]
    decisions: Mapping[str, str]
    forms: Mapping[str, bytes]
