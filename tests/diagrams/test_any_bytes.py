"""Any bytes end in findings: shipped files cut, flipped and mixed, and bytes of no kind at all."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

SEED: Final = 355
EACH: Final = 40
SECONDS: Final = 60
MEMORY: Final = 1_000_000_000

JUDGED: Final = """
import sys
from pathlib import Path
from click.testing import CliRunner
from workflow_app.cli.main import main
for path in sorted(Path(sys.argv[1]).iterdir()):
    found = CliRunner().invoke(main, ["diagrams", "check", *map(str, sorted(path.rglob("*.*")))])
    assert found.exit_code in (0, 1, 2), path
    assert found.exception is None or isinstance(found.exception, SystemExit), (path, found.exception)
    assert found.exit_code == 0 or ": error " in found.output, (path, found.output)
print("judged")
"""

ROOT: Final = Path(__file__).parents[2]
SHIPPED: Final = ("processes/complaint.bpmn", "decisions/eligibility.dmn", "forms/complaint_reply.yaml")


def broken(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """Return ``data`` cut, with bytes flipped, or with a piece of another file in it."""
    place, length = dice.randrange(len(data)), dice.randrange(1, 200)
    kind = dice.randrange(5)
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + bytes(dice.randrange(256) for _ in range(4)) + data[place + 4 :]
    if kind == 2:
        start = dice.randrange(len(other))
        return data[:place] + other[start : start + length] + data[place:]
    if kind == 3:
        return data[:place] + data[place + length :]
    return data[:place] + data[place : place + length] * 3 + data[place:]


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", SHIPPED)
def test_any_bytes_end_in_findings(tmp_path: Path, name: str) -> None:
    dice = random.Random(SEED)  # noqa: S311  # the same files each time
    data = (ROOT / "bpmn" / name).read_bytes()
    other = (ROOT / "bpmn" / SHIPPED[(SHIPPED.index(name) + 1) % len(SHIPPED)]).read_bytes()
    for number in range(EACH):
        made = tmp_path / f"{number:03}" / name
        made.parent.mkdir(parents=True)
        made.write_bytes(dice.randbytes(300) if number % 8 == 7 else broken(data, other, dice))
    done = subprocess.run(  # noqa: S603  # this test's own text
        [sys.executable, "-c", JUDGED, str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=280,
        preexec_fn=bounded,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout) == (0, "judged\n"), done.stderr[-2_000:]
