"""``jcer diagrams check``: exit codes and lines, as the manual has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.unit.engine.drawings import definitions, end, node, path, start, table, user
from workflow_app.cli.main import main

GOOD = definitions(start() + user("work") + end() + path("start", "work", "end"))
BAD = definitions(start() + user("work") + path("start", "work"))
LINE = re.compile(
    r"^(?P<path>.+?): (?P<element>\S.*?): (?P<severity>error|warning) (?P<code>[a-z_]+) (?P<text>.+)$"
)


def run(*paths: Path) -> tuple[int, list[re.Match[str]]]:
    result = CliRunner().invoke(main, ["diagrams", "check", *map(str, paths)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    lines = [LINE.match(line) for line in result.output.splitlines()]
    assert all(lines), result.output
    return result.exit_code, [line for line in lines if line]


@pytest.fixture
def write(tmp_path: Path):
    def _write(name: str, data: bytes) -> Path:
        target = tmp_path / name
        target.write_bytes(data)
        return target

    return _write


def test_warnings_exit_0(write) -> None:
    code, lines = run(write("good.bpmn", GOOD))
    assert code == 0
    assert {line["severity"] for line in lines} == {"warning"}


def test_an_error_exits_1_and_names_file_and_element(write) -> None:
    bad = write("bad.bpmn", BAD)
    code, lines = run(bad)
    assert code == 1
    assert (str(bad), "work", "dead_end") in {(line["path"], line["element"], line["code"]) for line in lines}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (GOOD[:200], "not_well_formed"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "has_dtd"),
        (b"x" * (50 * 1024 * 1024), "too_large"),
        (b"<a/>", "not_bpmn"),
        (bytes(range(256)), "not_well_formed"),
    ],
)
def test_no_diagram_exits_2(write, data: bytes, code: str) -> None:
    exit_code, lines = run(write("x.bpmn", data))
    assert (exit_code, [line["code"] for line in lines]) == (2, [code])


def test_the_highest_exit_of_several_paths(write) -> None:
    assert run(write("a.bpmn", GOOD), write("b.bpmn", BAD.replace(b'id="p"', b'id="q"')))[0] == 1
    assert run(write("a.bpmn", GOOD), write("b.bpmn", BAD), write("c.bpmn", b""))[0] == 2


def test_a_missing_file_or_a_folder(tmp_path: Path, write) -> None:
    assert run(tmp_path / "absent.bpmn")[0] == 2
    write("t.dmn", table("t", ["n"], ["x"], [["1", "2"]]))
    write("good.bpmn", GOOD)
    write("notes.txt", b"not a diagram")
    assert run(tmp_path)[0] == 0


def test_calls_resolve_to_the_shipped_library(write) -> None:
    for called, expected in [("registration", 0), ("nowhere", 1)]:
        body = start() + node("callActivity", "it", calledElement=called) + end() + path("start", "it", "end")
        assert run(write("c.bpmn", definitions(body)))[0] == expected


def test_a_changed_copy_of_a_shipped_process_replaces_it(write) -> None:
    body = (
        start()
        + node("callActivity", "it", calledElement="registration")
        + end()
        + path("start", "it", "end")
    )
    calls_itself = write("registration.bpmn", definitions(body, process="registration"))
    code, lines = run(calls_itself)
    assert code == 1
    assert "call_cycle" in {line["code"] for line in lines}


def test_no_path_is_a_usage_error() -> None:
    assert CliRunner().invoke(main, ["diagrams", "check"]).exit_code == 2
