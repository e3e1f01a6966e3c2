"""Whether a process can always be brought to its end: no deadlock, no doubled token, no dead activity.

The net of each scope is explored (:mod:`workflow_app.engine.nets`); a breach carries the elements a case
passes until it shows, so that it can be played on the drawing. This module must never know files.
"""

from __future__ import annotations

from typing import Final

from workflow_app.engine.lint.drawing import Drawing, Scope, Sheet, World
from workflow_app.engine.lint.drawn_net import net_of
from workflow_app.engine.nets.explore import Breach, breaches_of

MAX_SHOWN: Final = 12
"""A longer way is told by its beginning and its end; the whole of it goes with the finding."""


def check_soundness(drawing: Drawing, _: World, sheet: Sheet) -> None:
    """Check every scope by itself; a subprocess is one step of what is round it."""
    for scope in drawing.scopes:
        for breach in breaches_of(net_of(scope)):
            code, text = _said(scope, breach)
            sheet.error(breach.element, code, text + _way(scope, breach), breach.trail)


def _said(scope: Scope, breach: Breach) -> tuple[str, str]:
    where = _name(scope, breach.element)
    if breach.kind == "deadlock":
        return "deadlock", f"办件会停在{where}：汇合所等的分支不会都到"
    if breach.kind == "unsafe":
        return "lack_of_synchronisation", f"并行的分支没有汇合，{where}会办理两次"
    if breach.kind == "dead":
        return "dead_activity", f"{where}在任何路径上都不会办理"
    if breach.kind == "no_completion":
        return "no_completion", f"到了{where}之后，再也到不了结束"
    return "too_complex", "分支组合太多，无法在限定的范围内证明流程总能办结，请拆成几个流程"


def _way(scope: Scope, breach: Breach) -> str:
    passed = [_name(scope, each) for each in breach.trail if each in scope.nodes]
    if not passed:
        return ""
    shown = passed if len(passed) <= MAX_SHOWN else [*passed[:6], "……", *passed[-5:]]
    return "（经过：" + " → ".join(shown) + "）"


def _name(scope: Scope, element: str) -> str:
    node = scope.nodes.get(element)
    return f"“{node.name or node.id}”" if node is not None else f"“{element}”"
