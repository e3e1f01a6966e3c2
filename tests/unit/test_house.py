"""The habits of the house, held by reading its files: one clock, short files, nothing run that was text.

Each exception stands in a table here with its reason; one that is no longer needed is a failure too.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("workflow_app", "handlers", "calendars", "bpmn")
TEXTS = {
    ".py",
    ".html",
    ".sql",
    ".bpmn",
    ".dmn",
    ".yaml",
    ".toml",
    ".cfg",
    ".md",
    ".js",
    ".mjs",
    ".css",
    ".po",
}
OUTSIDE = {"node_modules", "dist", "__pycache__"}
"""Installed or built, not written here."""

LONGEST = 250
LONGEST_TEST = 400
"""A file of tests is a list of sentences; it may be longer before it has to be split."""

CLOCKS = {
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.localtime",
    "time.gmtime",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
}
WALL_CLOCK = {
    ("workflow_app/kernel/clock.py", "datetime.now"): "the clock itself",
    ("workflow_app/kernel/identifiers.py", "time.time_ns"): "ids sort by creation; they are no legal date",
    (
        "workflow_app/bootstrap.py",
        "datetime.now",
    ): "wires the host's time, and the sandbox clock's shift from it",
    ("workflow_app/bootstrap.py", "time.monotonic"): "how long a read setting is kept",
    ("workflow_app/store/engine.py", "time.monotonic"): "how long a pooled connection rested",
    (
        "workflow_app/sandbox/play.py",
        "datetime.now",
    ): "hands the sandbox clock over as a shift from the host's",
    ("workflow_app/cli/init.py", "time.monotonic"): "says how many seconds setting up took",
    ("workflow_app/web/session.py", "time.time"): "sessions and lock-outs use the host's time",
    ("workflow_app/web/pages/account.py", "datetime.now"): "a token ends by the host's time",
    ("workflow_app/web/api/account.py", "datetime.now"): "a token ends by the host's time",
    ("workflow_app/web/pages/cases.py", "time.time"): "an unmasked value is masked again by the host's time",
}
SQL_CLOCK = re.compile(r"\b(now\(\)|current_timestamp|current_date|strftime|datetime\('now)", re.IGNORECASE)

LONG = {
    "workflow_app/commands/requests.py": (500, "one frozen dataclass a command: the list is read as one"),
    "workflow_app/web/pages/tasks.py": (380, "one address takes every button of a task's form"),
    "workflow_app/store/schema/programme.py": (360, "tables with their constraints, as data"),
    "workflow_app/web/form_page.py": (320, "a form as a page draws it, and how its buttons change it"),
    "workflow_app/web/api/cases.py": (320, "one resource, its schemas beside it"),
    "workflow_app/queries/people.py": (300, "people, their roles and their load"),
    "workflow_app/store/history.py": (300, "writing and reading one event"),
    "workflow_app/web/words.py": (315, "every word of a state, as tables"),
    "workflow_app/store/unit_of_work.py": (290, "one property a repository: the list is read as one"),
    "workflow_app/engine/expressions.py": (280, "the whole of what an expression may say"),
    "tests/unit/engine/test_process.py": (550, "one engine, every kind of wait"),
    "tests/scenarios/programme.py": (500, "the one driver, in the words of the notice"),
    "tests/diagrams/walks/oracle.py": (420, "an independent token game has to be whole"),
}

EXECUTED = {"eval", "exec", "compile", "__import__"}
NEVER_IMPORTED = {"pickle", "marshal", "shelve", "subprocess"}
MARKUP = {
    "workflow_app/web/assets.py": "icons, values escaped; the licence page, whose values our build escapes",
    "workflow_app/web/languages.py": "texts of our own catalogues; what is filled into them is escaped",
}
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK")) + r")\b")


def _files(*folders: str, suffixes: set[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file() and not OUTSIDE & set(path.relative_to(ROOT).parts):
                yield path


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _modules() -> dict[str, ast.Module]:
    """Return every module of the product, parsed."""
    found = {_name(path): ast.parse(path.read_text("utf-8")) for path in _files(*PRODUCT, suffixes={".py"})}
    assert len(found) > 100, "the product was not found"
    return found


def _dotted(node: ast.AST) -> str:
    """Return ``datetime.now`` of ``datetime.datetime.now``; nothing of what is no plain name."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
        owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
        return f"{owner}.{node.attr}"
    return ""


def test_only_the_clock_reads_the_time() -> None:
    read = {
        (path, name)
        for path, tree in _modules().items()
        for node in ast.walk(tree)
        if (name := _dotted(node)) in CLOCKS
    }
    assert read - WALL_CLOCK.keys() == set(), "take the injected clock, or say here why not"
    assert WALL_CLOCK.keys() - read == set(), "no longer needed"


def test_no_clock_comes_in_by_another_name() -> None:
    """``from time import time`` would not be seen above."""
    for path, tree in _modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                pytest.fail(f"{path}: import the module time, so that its use can be seen")


def test_the_database_reads_no_clock() -> None:
    for path in _files("workflow_app", suffixes={".sql"}):
        assert not SQL_CLOCK.search(path.read_text("utf-8")), _name(path)


def test_files_are_short() -> None:
    lengths = {
        _name(path): len(path.read_text("utf-8").splitlines())
        for path in _files(*PRODUCT, "tests", suffixes={".py"})
    }
    limits = {name: LONGEST_TEST if name.startswith("tests/") else LONGEST for name in lengths}
    allowed = {name: limit for name, (limit, reason) in LONG.items() if reason}
    long = {name: count for name, count in lengths.items() if count > allowed.get(name, limits[name])}
    assert long == {}, "split it by subject"
    assert allowed.keys() <= lengths.keys()
    assert [name for name in allowed if lengths[name] <= limits[name]] == [], (
        "short again: take it off the list"
    )


def test_nothing_is_executed_that_was_text() -> None:
    calls = Counter(
        (path, node.func.id)
        for path, tree in _modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXECUTED
    )
    assert not calls
    for path, tree in _modules().items():
        imported = {
            name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            )
        }
        assert not imported & NEVER_IMPORTED, path


def test_templates_escape_everything() -> None:
    pages = list(_files("workflow_app", suffixes={".html"}))
    assert len(pages) > 30
    for path in pages:
        source = path.read_text("utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape\s+false", source), _name(path)
    marked = {
        path
        for path, tree in _modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markup"
    }
    assert marked == MARKUP.keys()


def test_nothing_is_left_for_later() -> None:
    top = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXTS | {""}]
    for path in (*top, *_files(*PRODUCT, "tests", "docs", suffixes=TEXTS)):
        found = UNFINISHED.search(path.read_text("utf-8"))
        assert not found, f"{_name(path)}: {found and found[0]}"


def test_packages_start_empty() -> None:
    for path in _files("workflow_app", "handlers", "calendars", "bpmn", "tests", suffixes={".py"}):
        if path.name == "__init__.py":
            assert not path.read_text("utf-8").strip(), _name(path)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path
        for path, tree in _modules().items()
        if not path.endswith("__init__.py") and not ast.get_docstring(tree)
    ]
    assert silent == []
