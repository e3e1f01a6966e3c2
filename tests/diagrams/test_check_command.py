"""``jcer diagrams check``: exit codes and lines, as the manual has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.unit.engine.drawings import definitions, end, node, path, properties, start, table
from workflow_app.cli.main import main
from workflow_app.commands.versions import shipped


def user(identifier: str, documentation: str = "355号附件一（二）", **values: str) -> str:
    """Draw a human task of a form and a role the product has, but for what ``values`` say."""
    said = {"form": "formal_review", "role": "department_clerk", **values}
    inner = f"<bpmn:documentation>{documentation}</bpmn:documentation>{properties(**said)}"
    return node("userTask", identifier, inner, name=identifier)


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


CAMUNDA = GOOD.replace(
    b"<bpmn:definitions ", b'<bpmn:definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
)
FLOWABLE = GOOD.replace(
    b"<bpmn:definitions ", b'<bpmn:definitions xmlns:flowable="http://flowable.org/bpmn" '
)
NESTED = b"<bpmn:subProcess>" * 400 + b"</bpmn:subProcess>" * 400
BOMB = b'<!DOCTYPE a [<!ENTITY b "cccccccccc"><!ENTITY d "&b;&b;&b;&b;"><!ENTITY e "&d;&d;&d;">]><a>&e;</a>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (GOOD[:200], "not_well_formed"),
        (BOMB, "has_dtd"),
        (GOOD.replace(b"?>", b'?><!DOCTYPE a SYSTEM "file:///etc/passwd">', 1), "has_dtd"),
        (b"x" * (50 * 1024 * 1024), "too_large"),
        (b"<a/>", "not_bpmn"),
        (GOOD.replace(b"www.omg.org/spec/BPMN/20100524/MODEL", b"example.org/other"), "not_bpmn"),
        (bytes(range(256)), "not_well_formed"),
        (GOOD.replace(b'"work"', '"\u7a7f"'.encode("gb18030")), "not_well_formed"),
    ],
)
def test_no_diagram_exits_2(write, data: bytes, code: str) -> None:
    exit_code, lines = run(write("x.bpmn", data))
    assert (exit_code, [line["code"] for line in lines]) == (2, [code])


def test_the_highest_exit_of_several_paths(write) -> None:
    assert run(write("a.bpmn", GOOD), write("b.bpmn", BAD.replace(b'id="p"', b'id="q"')))[0] == 1
    assert run(write("a.bpmn", GOOD), write("b.bpmn", BAD), write("c.bpmn", b""))[0] == 2


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (CAMUNDA.replace(b"<bpmn:userTask ", b'<bpmn:userTask camunda:assignee="demo" '), "foreign_dialect"),
        (FLOWABLE.replace(b"<bpmn:userTask ", b'<bpmn:userTask flowable:formKey="demo" '), "foreign_dialect"),
        (GOOD.replace(b"</bpmn:process>", NESTED + b"</bpmn:process>"), "too_deep"),
        (GOOD.replace(b"</bpmn:process>", b"<bpmn:task/>" * 10_000 + b"</bpmn:process>"), "missing_id"),
        (
            GOOD.replace(b"</bpmn:process>", b"<bpmn:task/>" * 30_000 + b"</bpmn:process>"),
            "too_many_elements",
        ),
    ],
    ids=["camunda", "flowable", "nested", "10000", "30000"],
)
def test_a_diagram_that_cannot_run_here_exits_1(write, data: bytes, code: str) -> None:
    exit_code, lines = run(write("x.bpmn", data))
    assert exit_code == 1
    assert code in {line["code"] for line in lines}


def test_a_long_chain_is_refused_before_it_is_run(write) -> None:
    names = [f"step_{number}" for number in range(600)]
    body = start() + "".join(node("task", name, name=name) for name in names) + end()
    data = definitions(body + path("start", *names, "end"))
    exit_code, lines = run(write("x.bpmn", data))
    assert exit_code == 1
    assert "path_too_long" in {line["code"] for line in lines}


def test_a_byte_order_mark_and_utf_16_are_read(write) -> None:
    text = GOOD.decode()
    for data in (b"\xef\xbb\xbf" + GOOD, text.replace("UTF-8", "UTF-16").encode("utf-16")):
        assert run(write("x.bpmn", data))[0] == 0


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (user("work", form="no_such_form"), "unknown_form"),
        (user("work", role="no_such_role"), "unknown_role"),
        (user("work", deadline="no_such_rule"), "unknown_deadline"),
        (user("work", documentation="355号附件一（九）：无此步骤。"), "unknown_article"),
    ],
)
def test_names_the_product_does_not_have_exit_1(write, drawn: str, code: str) -> None:
    exit_code, lines = run(
        write("x.bpmn", definitions(start() + drawn + end() + path("start", "work", "end")))
    )
    assert exit_code == 1
    assert [line["code"] for line in lines if line["severity"] == "error"] == [code]


def test_what_a_changed_diagram_breaks_in_another_is_told(tmp_path: Path) -> None:
    """A notice nobody published ends as dismissed: registration, which was not given, may not follow."""
    given = tmp_path / "public_notice.bpmn"
    drawn = shipped()["processes/public_notice.bpmn"].decode()
    assert 'value="lapsed"' in drawn
    given.write_text(drawn.replace('value="lapsed"', 'value="dismissed"'), "utf-8")
    status, lines = run(given)
    assert status == 1
    told = {(line["code"], line["element"]) for line in lines if line["severity"] == "error"}
    assert ("against_statute", "project_registration") in told


def test_forms_and_parameters_of_a_folder_stand_before_the_shipped(tmp_path: Path) -> None:
    """A copy of the shipped folder with a limit and a form of its own, and then without them.

    That the form is one the statute asks for is said once there is nothing else to say.
    """
    for name, data in shipped().items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    assert run(tmp_path) == (0, [])
    diagram, limits = tmp_path / "processes/pilot_filing.bpmn", tmp_path / "parameters.yaml"
    drawn, promised = diagram.read_text("utf-8"), limits.read_text("utf-8")
    diagram.write_text(drawn.replace('value="filing_review"', 'value="own_review"'), "utf-8")
    assert {line["code"] for line in run(tmp_path)[1]} == {
        "unknown_form",
        "unknown_deadline",
        "unknown_variable",
    }
    limits.write_text(promised.replace("id: filing_review,", "id: own_review,"), "utf-8")
    form = (tmp_path / "forms/filing_review.yaml").read_text("utf-8")
    (tmp_path / "forms/own_review.yaml").write_text(
        form.replace("key: filing_review", "key: own_review"), "utf-8"
    )
    assert [line["code"] for line in run(tmp_path)[1]] == ["against_statute"]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("forms/own.yaml", "key: other\n", "form_invalid"),
        ("forms/own.yaml", "[", "form_invalid"),
        ("parameters.yaml", "flags: [1]\n", "parameters_invalid"),
        ("parameters.yaml", "deadlines: 5\n", "parameters_invalid"),
        ("parameters.yaml", "deadlines: [5]\n", "parameters_invalid"),
        ("parameters.yaml", "{", "parameters_invalid"),
    ],
)
def test_a_form_or_parameters_that_do_not_hold_exit_1(
    tmp_path: Path, name: str, text: str, code: str
) -> None:
    target = tmp_path / name
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, "utf-8")
    exit_code, lines = run(tmp_path)
    assert (exit_code, [(line["path"], line["code"]) for line in lines]) == (1, [(str(target), code)])


def test_a_missing_file_or_a_folder(tmp_path: Path, write) -> None:
    assert run(tmp_path / "absent.bpmn")[0] == 2
    write("t.dmn", table("t", ["n"], ["x"], [["1", "2"]]))
    write("good.bpmn", GOOD)
    write("notes.txt", b"not a diagram")
    assert run(tmp_path)[0] == 0


def test_calls_resolve_to_the_shipped_library(write) -> None:
    for called, expected in [("complaint", False), ("nowhere", True)]:
        body = start() + node("callActivity", "it", calledElement=called) + end() + path("start", "it", "end")
        _, lines = run(write("c.bpmn", definitions(body)))
        assert ("unknown_call" in {line["code"] for line in lines}) == expected


def test_a_new_process_that_calls_a_shipped_one_past_the_law_is_told_there(write) -> None:
    body = (
        start()
        + node("callActivity", "it", calledElement="registration")
        + end()
        + path("start", "it", "end")
    )
    code, lines = run(write("c.bpmn", definitions(body)))
    told = {(line["path"], line["code"]) for line in lines if line["severity"] == "error"}
    assert code == 1
    assert ("processes/registration.bpmn", "against_statute") in told


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


def test_papers_are_checked_with_the_diagrams(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for place, content in shipped().items():
        if place.startswith("documents/"):
            (tmp_path / place).write_bytes(content)
    assert run(folder) == (0, [])

    catalogue = folder / "documents.yaml"
    whole = catalogue.read_text("utf-8")
    for wrong, said in (
        (whole.replace("{n}号", "号", 1), "文号应含"),
        (whole.replace("acceptance_notice", "welcome_letter", 1), "没有模板"),
        (whole.replace("355号附件一（二）", "355号附件九", 1), "不存在的条款"),
        (
            "\n".join(line for line in whole.splitlines() if "end_decision" not in line),
            "缺少办理中要出具的文书",
        ),
    ):
        catalogue.write_text(wrong, "utf-8")
        code, lines = run(catalogue)
        assert (code, [said in line["text"] for line in lines]) == (1, [True]), said
    catalogue.write_text(whole, "utf-8")
    (folder / "end_decision.typ").write_text('#import "_letter.typ": *\n#if [\n', "utf-8")
    code, lines = run(folder)
    assert (code, {line["code"] for line in lines}) == (1, {"template_fails"})
