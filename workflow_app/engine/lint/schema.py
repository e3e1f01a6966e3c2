"""What the XML schema of BPMN 2.0 forbids, even where the engine would run it.

The schema is OMG's (formal/2011-01-03, BPMN20.xsd) with the engine's extensions, as SpiffWorkflow
ships it. This module must never know what a diagram means.
"""

from __future__ import annotations

from typing import Final

from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

from workflow_app.engine.lint.drawing import Drawing, Sheet, World, owner_of

MAX_SAID: Final = 20


def check_schema(drawing: Drawing, _: World, sheet: Sheet) -> None:
    """Report what the schema forbids, each with the element it stands in."""
    schema: etree.XMLSchema = VALIDATOR.validator
    if schema.validate(drawing.root):
        return
    for error in list(schema.error_log)[:MAX_SAID]:
        message = error.message.replace("{http://www.omg.org/spec/BPMN/20100524/MODEL}", "")
        sheet.error(
            _owner(drawing.root, error.path),
            "not_in_schema",
            f"不符合 BPMN 2.0 的 XML 模式（第 {error.line} 行）：{message[:200]}",
        )


def _owner(root: etree._Element, path: str | None) -> str:
    try:
        found = root.getroottree().xpath(path) if path else []
    except etree.XPathError:  # a name no XPath can spell
        return "-"
    node = found[0] if isinstance(found, list) and found else None
    return owner_of(node) if isinstance(node, etree._Element) else "-"
