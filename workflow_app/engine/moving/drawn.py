"""A process of a version as a move looks at it: what is drawn in each scope, and what each can come to.

Parsed once for each process of a version; whether a scope can stand somewhere is found when first asked.
This module must never know a running case.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from workflow_app.engine.diagrams import Compiled, Files, Version
from workflow_app.engine.documents import bpmn, parse_document
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.lint.drawing import Drawing, Node, Scope, World, read_drawing
from workflow_app.engine.lint.drawn_net import IDLE, INITIAL, net_of
from workflow_app.engine.nets.explore import Marking
from workflow_app.engine.nets.net import Net
from workflow_app.engine.nets.reach import markings_of
from workflow_app.engine.nets.reduce import shortened

OVER: Final = "o "
"""How the places of end events begin."""


Shape = tuple[Any, ...]


@dataclass(slots=True)
class Drawn:
    """One process of one version.

    :param world: what its names may mean; ``None``: its variables are not looked at.
    :param scopes: the process and its embedded subprocesses by id.
    """

    compiled: Compiled
    drawing: Drawing
    world: World | None
    scopes: dict[str, Scope]
    nodes: dict[str, Node]
    _nets: dict[str, Net] = field(default_factory=dict)
    _answers: dict[tuple[str, Marking], bool | None] = field(default_factory=dict)

    def can_stand(self, scope_id: str, marking: Marking) -> bool | None:
        """Tell whether a scope can come to have its tokens there and nowhere else.

        Ends do not count: a token that came to one waits for the others. ``None``: too many ways to tell.
        """
        key = (scope_id, marking)
        if key not in self._answers:
            net = self._nets.get(scope_id)
            if net is None:
                net = self._nets[scope_id] = net_of(self.scopes[scope_id])
            found = markings_of(shortened(net, marking))
            self._answers[key] = None if found is None else marking in set(map(_standing, found))
        return self._answers[key]

    def home(self, element_id: str) -> Scope:
        """Return the scope an element is drawn in."""
        return next(scope for scope in self.scopes.values() if element_id in scope.nodes)

    def boundaries(self, element_id: str) -> frozenset[str]:
        """Return the ids of the boundary events of an activity."""
        return frozenset(
            event.id for scope in self.scopes.values() for event in scope.boundaries.get(element_id, ())
        )

    def events_behind(self, gateway: str) -> frozenset[str]:
        """Return the ids of what directly follows an element."""
        return frozenset(
            edge.target for scope in self.scopes.values() for edge in scope.leaving.get(gateway, ())
        )

    def instances(self, element_id: str) -> Shape | None:
        """Return how an activity is drawn to run several times; ``None`` where it is not."""
        loop = self.nodes[element_id].xml.find(bpmn("multiInstanceLoopCharacteristics"))
        return None if loop is None else _shape(loop)


def _shape(xml: etree._Element) -> Shape:
    """Return an element as it is meant, however it was written."""
    inner = tuple(_shape(each) for each in xml.iterchildren(etree.Element))
    return xml.tag, tuple(sorted(xml.attrib.items())), (xml.text or "").strip(), inner


def _standing(marking: Marking) -> Marking:
    return frozenset(each for each in marking if each != INITIAL and not each.startswith((IDLE, OVER)))


def draw(version: Version, process_id: str, files: Files, names: Catalogue | None) -> Drawn:
    """Read how a process is drawn in the files of its version.

    :param names: what the names of the version mean; without it variables are not looked at.
    """
    compiled = version.compiled[process_id]
    drawing = read_drawing(compiled.process.path, parse_document(files[compiled.process.path]))
    world = None if names is None else World([drawing], dict(version.tables), set(), {}, names)
    scopes = {scope.id: scope for scope in drawing.scopes if scope.process_id == process_id}
    nodes = {node.id: node for scope in scopes.values() for node in scope.nodes.values()}
    return Drawn(compiled, drawing, world, scopes, nodes)
