"""Rules on what people read: every element cites its article.

Which articles there are is handed in; this module must never know what one says.
"""

from __future__ import annotations

from workflow_app.engine.documents import bpmn, text_of
from workflow_app.engine.index import documentation_of
from workflow_app.engine.lint.drawing import Drawing, Sheet, World, owner_of


def check_texts(drawing: Drawing, world: World, sheet: Sheet) -> None:
    """Warn where documentation or a name is missing; refuse an article that does not exist."""
    _check_citations(drawing, world, sheet)
    for scope in drawing.scopes:
        if scope.top and not documentation_of(scope.xml):
            sheet.warning(scope.id, "no_documentation", "流程没有说明依据")
        for node in scope.nodes.values():
            if not node.documentation:
                sheet.warning(node.id, "no_documentation", "环节没有说明依据的条款（documentation）")
            if not node.name and node.kind in ("userTask", "serviceTask", "callActivity", "businessRuleTask"):
                sheet.warning(node.id, "no_name", "环节没有名称")


def _check_citations(drawing: Drawing, world: World, sheet: Sheet) -> None:
    unknown = world.catalogue.unknown_citations
    if unknown is None:
        return
    for text in drawing.root.iter(bpmn("documentation")):
        for citation in unknown(text_of(text)):
            sheet.error(owner_of(text), "unknown_article", f"没有所引的条款：{citation}")
