"""Every shipped diagram changed in every small way: one mutant each, named ``process:element:operator``.

Nothing here is random and nothing is judged: a mutant may be lawful, unlawful or no diagram at all. Which
it is, the gate, the statute and the oracle say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from tests.support.edited import B, S, element, files, flows, give, lead, sweep, touch

TASKS = ("userTask", "serviceTask", "businessRuleTask", "scriptTask", "callActivity")
SPLITS = ("exclusiveGateway", "eventBasedGateway")
LIMITS = ("deadline", "deadline_from")
TIMER = re.compile(r"(deadline|warning)\('(\w+)'(?:, (\w+))?\)")
ASKED = "case_id"
"""What a new gateway asks: every case has it, and nothing is known of its value."""

Change = Callable[[etree._Element], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One diagram changed in one way.

    :param flags: lines of ``parameters.yaml`` that the version has otherwise, old and new.
    """

    name: str
    process: str
    change: Change
    flags: tuple[tuple[bytes, bytes], ...] = ()

    def files(self) -> dict[str, bytes]:
        """Return the version with this diagram in it."""
        path = f"processes/{self.process}.bpmn"
        root = etree.fromstring(files()[path])
        self.change(root)
        changed = {**files(), path: etree.tostring(root)}
        for old, new in self.flags:
            assert old in changed["parameters.yaml"]
            changed["parameters.yaml"] = changed["parameters.yaml"].replace(old, new)
        return changed


def processes() -> list[str]:
    """Return the names of the shipped diagrams."""
    return sorted(path[10:-5] for path in files() if path.startswith("processes/"))


@lru_cache(maxsize=1)
def mutants() -> dict[str, Mutant]:
    """Return every mutant by its name."""
    found: dict[str, Mutant] = {}
    for process in processes():
        root = etree.fromstring(files()[f"processes/{process}.bpmn"])
        for node in root.iter(*(f"{B}{kind}" for kind in KINDS)):
            for operator, change in OF_KIND[etree.QName(node).localname](root, node):
                name = f"{process}:{node.get('id')}:{operator}"
                assert name not in found, name
                found[name] = Mutant(name, process, change)
    return found


Changes = Iterator[tuple[str, Change]]


def _activity(root: etree._Element, node: etree._Element) -> Changes:
    me = _id(node)
    yield "drop", lambda r: _drop(r, me)
    yield from _ways_round(root, me)
    yield from _reordered(root, me)
    own = _properties(node)
    if "role" in own:
        for role in sorted(_values(root, "role") - {own["role"]}):
            yield f"role={role}", _giving(me, role=role)
    if "deadline" in own:
        yield "limit=none", _giving(me, **{name: None for name in LIMITS if name in own})
        for limit in sorted(_values(root, "deadline") | {"objection"} - {own["deadline"]}):
            yield f"limit={limit}", _giving(me, deadline=limit)
    if "deadline_from" in own:
        yield "limit_from=none", _giving(me, deadline_from=None)


def _event(root: etree._Element, node: etree._Element) -> Changes:
    me = _id(node)
    before = [flow.get("sourceRef") for flow in flows(root, targetRef=me)]
    kinds = {etree.QName(element(root, each)).localname for each in before}
    if "eventBasedGateway" in kinds:
        yield "drop", lambda r: _cut(r, me)
    else:
        yield "drop", lambda r: _drop(r, me)
        yield from _ways_round(root, me)
        yield from _reordered(root, me)
    yield from _timed(root, node)


def _boundary(root: etree._Element, node: etree._Element) -> Changes:
    me = _id(node)
    yield "drop", lambda r: _cut(r, me)
    yield from _timed(root, node)
    (flow,) = flows(root, sourceRef=me)
    for after in flows(root, sourceRef=flow.get("targetRef")):
        yield f"shorten={after.get('targetRef')}", _leading(me, flow.get("targetRef"), after.get("targetRef"))
    for after in flows(root, sourceRef=node.get("attachedToRef")):
        yield f"onward={after.get('targetRef')}", _leading(me, flow.get("targetRef"), after.get("targetRef"))


def _timed(root: etree._Element, node: etree._Element) -> Changes:
    me = _id(node)
    text = "".join(node.itertext()).strip()
    for found in TIMER.finditer(text):
        kind, limit, start = found.groups()
        others = {each.group(2) for each in TIMER.finditer("".join(root.itertext()))} | {
            "expert_review",
            "correction",
        }
        for other in sorted(others - {limit}):
            yield f"limit={other}", _timing(me, f"{kind}('{other}'" + (f", {start})" if start else ")"))
        if start:
            yield "from=now", _timing(me, f"{kind}('{limit}')")


def _gateway(root: etree._Element, node: etree._Element) -> Changes:
    me = _id(node)
    leaving = [flow.get("id") for flow in flows(root, sourceRef=me)]
    if len(leaving) < 2:
        return
    for kept in leaving:
        target = element(root, kept).get("targetRef")
        yield f"always={target}", _keeping(me, kept)
    if etree.QName(node).localname == "exclusiveGateway":
        for index, one in enumerate(leaving):
            for other in leaving[index + 1 :]:
                names = [element(root, each).get("targetRef") for each in (one, other)]
                yield f"swap={names[0]}/{names[1]}", _swapping(one, other)


def _end(root: etree._Element, node: etree._Element) -> Changes:
    own = _properties(node).get("outcome")
    for outcome in sorted(_values(root, "outcome") - {own}) if own else ():
        yield f"outcome={outcome}", _giving(_id(node), outcome=outcome)


OF_KIND: dict[str, Callable[[etree._Element, etree._Element], Changes]] = {
    **dict.fromkeys(TASKS, _activity),
    "intermediateCatchEvent": _event,
    "boundaryEvent": _boundary,
    **dict.fromkeys(SPLITS, _gateway),
    "endEvent": _end,
}
KINDS = tuple(OF_KIND)


def _ways_round(root: etree._Element, me: str) -> Changes:
    """A new branch past the element, and one past it and what follows."""
    after = flows(root, sourceRef=me)
    if not after or not flows(root, targetRef=me):
        return
    target = after[0].get("targetRef")
    yield "bypass", lambda r: pass_by(r, me, target)
    for further in flows(root, sourceRef=target):
        there = further.get("targetRef")
        if there != me:
            yield f"shorten={there}", _passing(me, there)


def _reordered(root: etree._Element, me: str) -> Changes:
    after = flows(root, sourceRef=me)
    target = after[0].get("targetRef") if len(after) == 1 else None
    if target is None or etree.QName(element(root, target)).localname not in (
        *TASKS,
        "intermediateCatchEvent",
    ):
        return
    if len(flows(root, targetRef=target)) == 1 and len(flows(root, sourceRef=target)) == 1:
        yield f"reorder={target}", lambda r: _swap_order(r, me, target)


def _drop(root: etree._Element, me: str) -> None:
    target = flows(root, sourceRef=me)[0].get("targetRef")
    for flow in flows(root, targetRef=me):
        lead(root, flow.get("sourceRef"), me, target)
    sweep(root)


def _cut(root: etree._Element, me: str) -> None:
    """Take an event away with the way that leads to it, and with what only it leads to."""
    node = element(root, me)
    for flow in flows(root, targetRef=me):
        _remove(root, flow)
    for flow in flows(root, sourceRef=me):
        _remove(root, flow)
    node.getparent().remove(node)
    for reference in [*root.iter(f"{B}flowNodeRef")]:
        if reference.text == me:
            reference.getparent().remove(reference)
    _undraw(root, me)
    sweep(root)


def _keeping(me: str, kept: str) -> Change:
    """The gateway always goes one way: it is gone, and the way is the only one."""

    def change(root: etree._Element) -> None:
        target = element(root, kept).get("targetRef")
        for flow in flows(root, targetRef=me):
            lead(root, flow.get("sourceRef"), me, target)
        sweep(root)

    return change


def _swapping(one: str, other: str) -> Change:
    def change(root: etree._Element) -> None:
        first, second = element(root, one), element(root, other)
        ends = first.get("targetRef"), second.get("targetRef")
        for flow, old, new in ((first, ends[0], ends[1]), (second, ends[1], ends[0])):
            _arrive(root, flow, old, new)

    return change


def _swap_order(root: etree._Element, me: str, target: str) -> None:
    (between,), (after,) = flows(root, sourceRef=me), flows(root, sourceRef=target)
    for flow in flows(root, targetRef=me):
        _arrive(root, flow, me, target)
    _arrive(root, between, target, me)
    _leave(root, between, me, target)
    _leave(root, after, target, me)


def pass_by(root: etree._Element, me: str, target: str) -> None:
    """Put a gateway before the element, with a way of its own to ``target``."""
    gate = f"gate_{me}"
    node = element(root, me)
    new = etree.Element(f"{B}exclusiveGateway", id=gate, name="另走？", default=f"flow_{gate}_in")
    node.addprevious(new)
    for flow in flows(root, targetRef=me):
        _arrive(root, flow, me, gate)
    for suffix, to, condition in (("in", me, None), ("past", target, f"{ASKED} == 'y'")):
        flow = etree.Element(f"{B}sequenceFlow", id=f"flow_{gate}_{suffix}", name=suffix)
        flow.set("sourceRef", gate)
        flow.set("targetRef", to)
        if condition:
            etree.SubElement(flow, f"{B}conditionExpression").text = condition
        flows(root)[-1].addnext(flow)
        touch(root, gate, "outgoing", flow.get("id"))
        touch(root, to, "incoming", flow.get("id"))
    for lane in [each.getparent() for each in root.iter(f"{B}flowNodeRef") if each.text == me]:
        etree.SubElement(lane, f"{B}flowNodeRef").text = gate


def _passing(me: str, there: str) -> Change:
    return lambda root: pass_by(root, me, there)


def _leading(source: str, target: str, to: str) -> Change:
    def change(root: etree._Element) -> None:
        lead(root, source, target, to)
        sweep(root)

    return change


def _giving(me: str, **properties: str | None) -> Change:
    return lambda root: give(root, me, **properties)


def _timing(me: str, text: str) -> Change:
    def change(root: etree._Element) -> None:
        (date,) = element(root, me).iter(f"{B}timeDate")
        date.text = text

    return change


def _arrive(root: etree._Element, flow: etree._Element, old: str, new: str) -> None:
    flow.set("targetRef", new)
    _untouch(root, old, "incoming", flow.get("id"))
    touch(root, new, "incoming", flow.get("id"))


def _leave(root: etree._Element, flow: etree._Element, old: str, new: str) -> None:
    flow.set("sourceRef", new)
    _untouch(root, old, "outgoing", flow.get("id"))
    touch(root, new, "outgoing", flow.get("id"))


def _untouch(root: etree._Element, node: str, end: str, flow: str) -> None:
    for reference in element(root, node).findall(f"{B}{end}"):
        if reference.text == flow:
            element(root, node).remove(reference)


def _remove(root: etree._Element, flow: etree._Element) -> None:
    me = flow.get("id")
    for end, side in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
        _untouch(root, flow.get(end), side, me)
    flow.getparent().remove(flow)
    _undraw(root, me)


def _undraw(root: etree._Element, me: str) -> None:
    for link in [*root.iter(f"{B}association", f"{B}messageFlow")]:
        if me in (link.get("sourceRef"), link.get("targetRef")):
            link.getparent().remove(link)
            _undraw(root, link.get("id"))
    for shape in root.xpath("//*[@bpmnElement=$id]", id=me):
        shape.getparent().remove(shape)


def _id(node: etree._Element) -> str:
    return str(node.get("id"))


def _properties(node: etree._Element) -> dict[str, str]:
    return {each.get("name"): each.get("value") for each in node.iter(f"{S}property")}


def _values(root: etree._Element, name: str) -> set[str]:
    return {each.get("value") for each in root.iter(f"{S}property") if each.get("name") == name}
