"""Expressions nobody let through the gate, written straight into the database: harmless at run time.

The rules of the database are taken away first, as somebody with its password could. The act that meets such
an expression is rolled back whole and leaves an incident, within seconds and with little memory. It runs in
a process of its own that may not take more.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.unit.engine.drawings import definitions, end, flow, node, path, start
from workflow_app.engine.rules import check

SECONDS: Final = 60
MEMORY: Final = 1_500_000_000

DOUBLED: Final = "x = [x, x]"


def script(identifier: str, text: str) -> str:
    return node("scriptTask", identifier, f"<bpmn:script><![CDATA[{text}]]></bpmn:script>", name=identifier)


def once(text: str) -> bytes:
    """Draw a case that runs one script and ends."""
    drawn = start() + script("s", text) + end() + path("start", "s", "end")
    return definitions(drawn, process="pilot_filing")


def ringed(text: str) -> bytes:
    """Draw a script that runs for ever, with no wait."""
    gate = node("exclusiveGateway", "g", default="g_to_s", name="g")
    drawn = start() + script("b", "x = [1]") + script("s", text) + gate + end()
    drawn += path("start", "b", "s", "g", "s") + flow("g", "end", "stop == 1")
    return definitions(drawn, process="pilot_filing")


ESCAPES: Final = (
    "x = ().__class__.__bases__[0].__subclasses__()",
    "x = __import__('os').system('touch /tmp/escaped')",
    "x = open('/etc/passwd')",
    "x = eval('1')",
    "x = [y for y in [1]]",
    "x = (lambda: 1)()",
    "x = f'{case_id}'",
    "x = case_id.__class__",
    "import os",
)
BOMBS: Final = ("x = 9 ** 9 ** 9", "x = 'a' * 1000000000", "x = [1] * 1000000000", "x = 1 << 1000000000")
DRAWN: Final = {
    **{text: once(text) for text in (*ESCAPES, *BOMBS)},
    "doubled without end": ringed(DOUBLED),
    "text doubled without end": ringed("x = 'aaaaaaaaaaaaaaaa' + 'aaaaaaaaaaaaaaaa'"),
    "product without end": ringed("x = 999999999 * 999999999"),
}

PLAYED: Final = """
import json, sys
from pathlib import Path
from sqlalchemy import text
from tests.scenarios.programme import Programme, built
from workflow_app.commands.requests import StartCase
folder = Path(sys.argv[1])
url = f"sqlite:///{folder}/x.db"
programme = Programme.opened(url, folder)
with programme.app.store.engine.begin() as connection:
    for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    (digest,) = connection.execute(
        text("SELECT sha256 FROM definition_file WHERE path = 'processes/pilot_filing.bpmn'")
    ).one()
for drawing in sorted(folder.glob("*.bpmn")):
    change = text("UPDATE content SET bytes = :b WHERE sha256 = :d")
    with programme.app.store.engine.begin() as connection:
        connection.execute(change, {"b": drawing.read_bytes(), "d": digest})
    programme.app = built(url, folder, programme.clock)
    with programme.app.store.reading() as uow:
        before = len(uow.incidents.list()) + sum(each.attempts - 1 for each in uow.incidents.list())
    try:
        programme.do("pilot", StartCase("pilot_filing", {"title": "崇义县试点备案"}))
        told = "done"
    except Exception as error:
        told = f"{type(error).__name__}:{getattr(error, 'code', '')}"
    with programme.app.store.reading() as uow:
        after = len(uow.incidents.list()) + sum(each.attempts - 1 for each in uow.incidents.list())
        cases = uow.connection.execute(text("SELECT count(*) FROM case_file")).scalar()
    print(json.dumps([drawing.stem, told, after - before, cases]), flush=True)
"""


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@pytest.mark.timeout(400)
def test_what_is_slipped_in_is_an_incident_and_nothing_else(tmp_path: Path) -> None:
    for number, drawing in enumerate(DRAWN.values()):
        (tmp_path / f"{number:02}.bpmn").write_bytes(drawing)
    done = subprocess.run(  # noqa: S603  # this test's own text
        [sys.executable, "-c", PLAYED, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=SECONDS * 5,
        preexec_fn=bounded,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-2_000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told == [[f"{number:02}", "ActFailed:act_failed", 1, 0] for number in range(len(DRAWN))]
    assert not Path("/tmp/escaped").exists()  # noqa: S108  # where an escape would leave its mark


@pytest.mark.parametrize("name", [*ESCAPES, *BOMBS])
def test_the_gate_refuses_it(name: str) -> None:
    codes = {each.code for each in check({"x.bpmn": DRAWN[name]}) if each.severity == "error"}
    assert codes & {"bad_expression", "unknown_function", "bad_script"}


@pytest.mark.parametrize("name", ["doubled without end", "text doubled without end", "product without end"])
def test_the_gate_refuses_a_ring_without_a_wait(name: str) -> None:
    codes = {each.code for each in check({"x.bpmn": DRAWN[name]}) if each.severity == "error"}
    assert "loop_without_wait" in codes
