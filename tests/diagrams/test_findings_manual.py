"""The manual and ``docs/diagram-findings.md`` name every code a check can give, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from workflow_app.commands import parameters
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.versions import shipped
from workflow_app.engine import expressions, mappings
from workflow_app.engine.forms import load_forms
from workflow_app.engine.lint.manual import Entry, manual
from workflow_app.engine.rules import UNREADABLE

ROOT = Path(__file__).parents[2]
SOURCES = (
    *sorted((ROOT / "workflow_app/engine/lint").glob("*.py")),
    *sorted((ROOT / "workflow_app/engine/paths").glob("*.py")),
    *(ROOT / f"workflow_app/engine/{name}.py" for name in ("rules", "documents", "decisions", "expressions")),
    *(ROOT / f"workflow_app/engine/{name}.py" for name in ("mappings", "diagrams")),
    ROOT / "workflow_app/cli/diagrams.py",
    ROOT / "workflow_app/commands/parameters.py",
    ROOT / "workflow_app/domain/deadlines.py",
)
AT_RUN_TIME = {"decision_overlap", "decision_without_rule", "unknown_name", "unknown_process"}
"""Raised while a case runs, by the same modules."""
OTHERWISE = {
    *("form_missing", "role_missing", "unknown_form", "unknown_role", "unknown_deadline"),
    *("form_invalid", "fixed_limit", "bad_expression", "call_cycle", "against_statute", "unset_variable"),
}
"""Put together from the property they are about (``f"unknown_{code}"``), or beside a text made elsewhere."""
CODE = re.compile(
    r"[a-z]+(_[a-z]+)+|empty|deadlock|overlap|compensation|transaction|unreachable|unreadable|unparsable"
)


def _said(tree: ast.AST) -> Iterator[str]:
    """Yield the literal codes: the first arguments of a fault, the second of a report, pairs with a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 2:
            code, text = node.elts
            if isinstance(text, ast.JoinedStr) or _chinese(text):
                yield from _literals(code)
        elif isinstance(node, ast.Call):
            for place, argument in enumerate(node.args[:-1]):
                after = node.args[place + 1]
                if isinstance(after, ast.JoinedStr) or _chinese(after):
                    yield from _literals(argument)
            yield from (name for key in node.keywords if key.arg == "code" for name in _literals(key.value))


def _chinese(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "一" <= node.value[:1] <= "鿿"


def _literals(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        yield node.value


def test_the_manual_names_every_code_and_no_other() -> None:
    raised = {code for path in SOURCES for code in _said(ast.parse(path.read_text("utf-8")))}
    raised |= UNREADABLE | OTHERWISE
    assert len(raised) > 80, "the codes were not found"
    pages = (ROOT / "docs/diagram-findings.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in pages.splitlines() if line.startswith("| `")]
    told = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
    explained = [entry.code for chapter in manual() for entry in chapter.entries]
    assert sorted(explained) == sorted(told)
    assert (raised - told - AT_RUN_TIME, told - raised) == (set(), set())


def entries() -> dict[str, Entry]:
    return {entry.code: entry for chapter in manual() for entry in chapter.entries}


def test_every_entry_explains_and_shows() -> None:
    for entry in entries().values():
        assert all((entry.title, entry.text, entry.wrong, entry.right)), entry
        assert entry.wrong != entry.right, entry
        assert "，" in entry.text or "。" in entry.text, entry


def test_the_right_examples_name_what_exists_and_the_wrong_ones_what_does_not() -> None:
    files = shipped()
    limits = parameters.load(files)
    names = catalogue(load_forms(files), limits)
    known = {
        "unknown_form": names.forms,
        "unknown_role": names.roles,
        "unknown_scope": names.scopes,
        "unknown_deadline": names.deadlines,
        "unknown_operation": names.operations,
        "unknown_message": names.messages,
        "unknown_call": {Path(path).stem for path in files if path.endswith(".bpmn")},
        "unknown_decision": {Path(path).stem for path in files if path.endswith(".dmn")},
    }
    told = entries()
    for code, there in known.items():
        assert there is not None
        wrong, right = (re.findall(r"[a-z_]+", each)[-1] for each in (told[code].wrong, told[code].right))
        assert (wrong in there, right in there) == (False, True), code


def test_the_right_expressions_are_taken_and_the_wrong_ones_refused() -> None:
    told = entries()
    for code in ("bad_expression", "unknown_function", "gateway_expression"):
        assert expressions.check(told[code].right) is None
    for code in ("bad_expression", "unknown_function"):
        assert all(expressions.check(each) for each in told[code].wrong.split(" 或 "))
    assert expressions.compile_script(told["bad_script"].right).name == "rounds"
    assert expressions.compile_timer(told["bad_timer"].right).rule == "public_notice"
    assert mappings.mapping_of(told["bad_mapping"].right.removeprefix("inputs="))
