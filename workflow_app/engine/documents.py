"""Reading XML from strangers: no DTD, no entity, no network, bounded size and depth.

Everything uploaded passes here before any other parser sees it. This module must never
know what the XML means.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from workflow_app.engine.faults import DiagramFault

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_ELEMENTS: Final = 20_000

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF: Final = "http://spiffworkflow.org/bpmn/schema/1.0/core"
DMN: Final = (
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
)

_DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse_document(data: bytes) -> etree._Element:
    """Parse ``data`` and return its root element, comments and instructions dropped.

    :raises DiagramFault: ``too_large``, ``empty``, ``has_dtd``, ``too_deep`` or ``not_well_formed``.
    """
    if len(data) > MAX_BYTES:
        raise DiagramFault("too_large", "文件超过 10 MB")
    if not data.strip():
        raise DiagramFault("empty", "文件为空")
    if _DECLARATION.search(data):
        raise DiagramFault("has_dtd", "文件含有 DTD 或实体声明，不予接收")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise DiagramFault("too_deep", "元素嵌套过深（超过 256 层）或名称过长") from None
        raise DiagramFault("not_well_formed", f"不是格式良好的 XML：{str(error)[:200]}") from None
    if root is None:
        raise DiagramFault("not_well_formed", "不是格式良好的 XML")
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise DiagramFault("has_dtd", "文件含有 DTD 或实体声明，不予接收")
    return root


def local(node: etree._Element) -> str:
    """Return the tag's local name, or an empty text for what is not an element."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def namespace(node: etree._Element) -> str:
    """Return the tag's namespace."""
    tag = node.tag if isinstance(node.tag, str) else ""
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def bpmn(tag: str) -> str:
    """Return the full name of a BPMN tag."""
    return f"{{{BPMN}}}{tag}"


def spiff(tag: str) -> str:
    """Return the full name of an extension tag."""
    return f"{{{SPIFF}}}{tag}"


def text_of(node: etree._Element | None) -> str:
    """Return the stripped text of ``node``, empty where there is none."""
    return (node.text or "").strip() if node is not None else ""
