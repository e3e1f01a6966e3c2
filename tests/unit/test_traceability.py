"""``docs/traceability.md`` tells the truth: every requirement, the notice's words, names that lead somewhere.

Definitions are looked up in what ships, code by importing it, tests by reading their files: none is run.
"""

from __future__ import annotations

import ast
import html
import importlib
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from workflow_app.commands.versions import shipped
from workflow_app.engine.forms import load_forms
from workflow_app.engine.process import Engine

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "traceability.md"
NOTICE = ROOT / "workflow_app" / "web" / "templates" / "public" / "_notice_355.html"
REQUIREMENTS = tuple(f"R{number}" for number in range(1, 48))
LATER = ("Registry", "Administration", "Audit", "Working day")
COLUMNS = ("id", "words", "article", "definitions", "code", "tests")
ENTRY = re.compile(r"`([^`]+)`|\*(later|none): ([^*]+)\*")


def _rows() -> dict[str, dict[str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if line.startswith("| R")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    assert all(len(row) == len(COLUMNS) for row in cells), [row[0] for row in cells]
    found = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
    assert len({row["id"] for row in found}) == len(found), "a requirement stands twice"
    return {row["id"]: row for row in found}


ROWS = _rows()


def _entries(cell: str) -> list[tuple[str, str]]:
    """Return what a cell names: ``("ref", name)``, ``("later", issue)`` or ``("none", reason)``."""
    entries = []
    for part in cell.split("<br>"):
        match = ENTRY.fullmatch(part)
        assert match, f"neither a name nor a later issue: {part!r}"
        entries.append(("ref", match[1]) if match[1] else (match[2], match[3].strip()))
    return entries


def _names(column: str) -> list[tuple[str, str]]:
    return [
        (requirement, name)
        for requirement, row in ROWS.items()
        for kind, name in _entries(row[column])
        if kind == "ref"
    ]


def test_every_requirement_stands_once_in_order() -> None:
    assert tuple(ROWS) == REQUIREMENTS


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_no_cell_is_empty(requirement: str) -> None:
    for column in COLUMNS:
        assert ROWS[requirement][column], column
    for column in ("definitions", "code", "tests"):
        for kind, said in _entries(ROWS[requirement][column]):
            assert said
            if kind == "later":
                issue, _paren, what = said.partition(" (")
                assert issue in LATER, said
                assert what.endswith(")"), f"{said}: say what will come"


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_what_is_coded_is_tested(requirement: str) -> None:
    kinds = {
        column: {kind for kind, _ in _entries(ROWS[requirement][column])} for column in ("code", "tests")
    }
    assert "none" not in kinds["code"] | kinds["tests"]
    assert "ref" in kinds["tests"] or "ref" not in kinds["code"]


@cache
def _notice() -> str:
    """Return the shipped text of the notice, as one line without spaces or marks."""
    source = NOTICE.read_text("utf-8")
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]+>", "", source, flags=re.DOTALL)
    return re.sub(r"\s+", "", html.unescape(plain))


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_words_are_the_notices(requirement: str) -> None:
    words = re.fullmatch("「(.+)」", ROWS[requirement]["words"])
    assert words
    at = 0
    for part in words[1].split("…"):
        found = _notice().find(part, at)
        assert found >= 0, part
        at = found + len(part)


@cache
def _known() -> frozenset[str]:
    """Return every name a definition cell may hold."""
    files = shipped()
    definition = Engine(lambda _version: files).definition("shipped")
    parameters = yaml.safe_load(files["parameters.yaml"])
    names = {f"file:{path}" for path in files}
    names |= {
        f"{process}.{element}" for process, of in definition.processes.items() for element in of.elements
    }
    names |= {f"decision:{name}" for name in definition.decisions}
    names |= {f"parameter:{name}" for name in parameters["flags"]}
    names |= {f"parameter:{rule['id']}" for rule in parameters["deadlines"]}
    for key, form in load_forms(files).items():
        names |= {f"form:{key}.{field.name}" for field in form.fields()}
    return frozenset(names)


@pytest.mark.parametrize(("requirement", "name"), _names("definitions"))
def test_definitions_are_shipped(requirement: str, name: str) -> None:
    assert name in _known(), requirement


@pytest.mark.parametrize(("requirement", "name"), _names("code"))
def test_code_can_be_imported(requirement: str, name: str) -> None:
    module, _colon, path = name.partition(":")
    found: object = importlib.import_module(module)
    for part in path.split("."):
        assert hasattr(found, part), requirement
        found = getattr(found, part)


@pytest.mark.parametrize(("requirement", "name"), _names("tests"))
def test_tests_exist(requirement: str, name: str) -> None:
    path, _colons, function = name.partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    assert function.startswith("test_")
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, requirement
