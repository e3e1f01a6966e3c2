"""A net as PNML (ISO/IEC 15909-2, P/T nets), for the tools of process mining.

A transition is named by the last element it passes, so that a log of elements can be replayed on the net.
This module must never know diagrams.
"""

from __future__ import annotations

from lxml import etree

from workflow_app.engine.nets.net import Net

NAMESPACE = "http://www.pnml.org/version-2009/grammar/pnml"
TYPE = "http://www.pnml.org/version-2009/grammar/ptnet"


def pnml(net: Net, identifier: str) -> bytes:
    """Return ``net`` as a PNML document of one net named ``identifier``."""
    root = etree.Element(_tag("pnml"), nsmap={None: NAMESPACE})
    drawn = etree.SubElement(root, _tag("net"), id=identifier, type=TYPE)
    page = etree.SubElement(drawn, _tag("page"), id="page")
    numbers = {place: f"p{number}" for number, place in enumerate(net.places)}
    for place, number in numbers.items():
        node = etree.SubElement(page, _tag("place"), id=number)
        _name(node, place)
        if place in net.initial:
            marking = etree.SubElement(node, _tag("initialMarking"))
            etree.SubElement(marking, _tag("text")).text = "1"
    arcs: list[tuple[str, str]] = []
    for position, each in enumerate(net.transitions):
        transition = f"t{position}"
        _name(etree.SubElement(page, _tag("transition"), id=transition), min(each.covers))
        arcs += [(numbers[place], transition) for place in sorted(each.takes)]
        arcs += [(transition, numbers[place]) for place in sorted(each.gives)]
    for position, (source, target) in enumerate(arcs):
        etree.SubElement(page, _tag("arc"), id=f"a{position}", source=source, target=target)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _name(node: etree._Element, text: str) -> None:
    etree.SubElement(etree.SubElement(node, _tag("name")), _tag("text")).text = text


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
