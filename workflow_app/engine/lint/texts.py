"""Rules on what people read: every element cites its article.

This module must never judge the article, only that there is one.
"""

from __future__ import annotations

from workflow_app.engine.index import documentation_of
from workflow_app.engine.lint.drawing import Drawing, Sheet, World


def check_texts(drawing: Drawing, _: World, sheet: Sheet) -> None:
    """Warn where documentation or a name is missing."""
    for scope in drawing.scopes:
        if scope.top and not documentation_of(scope.xml):
            sheet.warning(scope.id, "no_documentation", "流程没有说明依据")
        for node in scope.nodes.values():
            if not node.documentation:
                sheet.warning(node.id, "no_documentation", "环节没有说明依据的条款（documentation）")
            if not node.name and node.kind in ("userTask", "serviceTask", "callActivity", "businessRuleTask"):
                sheet.warning(node.id, "no_name", "环节没有名称")
