"""``make bench``: every goal of speed beside what this machine reaches, on SQLite and on PostgreSQL.

``BENCH=quick`` runs smaller sizes and ends within three minutes; ``JSON=1`` prints a JSON object a line.
``BENCH_ONLY=completion,timers`` runs some subjects only. See ``docs/performance.md``.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks import (
    completion,
    designer,
    gate,
    growth,
    inbox,
    ledger,
    market,
    pages,
    papers,
    rehearsals,
    starting,
    startup,
    timers,
)
from tests.benchmarks.figures import HEADING, Figure
from tests.benchmarks.probes import Disk, turning
from tests.benchmarks.sizes import FULL, QUICK
from tests.benchmarks.worlds import Bench
from tests.support.postgres import running_server

Subject = Callable[[Bench, str], list[Figure]]

SUBJECTS: Final[Mapping[str, Subject]] = {
    "completion": completion.figures,
    "growth": growth.figures,
    "http": pages.completions,
    "start": starting.figures,
    "inbox": inbox.figures,
    "pages": pages.inbox_pages,
    "timers": timers.figures,
    "startup": startup.figures,
    "ledger": ledger.figures,
    "market": market.figures,
    "papers": papers.figures,
    "gate": gate.figures,
    "designer": designer.figures,
    "rehearsals": rehearsals.figures,
}
KINDS: Final = ("SQLite", "PostgreSQL")


def main() -> None:
    """Run the bench as the environment asks and print each figure as soon as it is known."""
    sizes = QUICK if os.environ.get("BENCH") == "quick" else FULL
    as_json = bool(os.environ.get("JSON"))
    only = os.environ.get("BENCH_ONLY", "")
    wanted = only.split(",") if only else list(SUBJECTS)
    started = time.monotonic()
    _say("" if as_json else HEADING)
    with tempfile.TemporaryDirectory(prefix="jcer-bench-") as folder, running_server() as server:
        bench = Bench(sizes, server, Disk(Path(folder)))
        for name in wanted:
            for kind in KINDS:
                for figure in SUBJECTS[name](bench, kind):
                    _say(figure.as_json() if as_json else figure.as_row())
        for figure in (turning(), *bench.disk.figures()):
            _say(figure.as_json() if as_json else figure.as_row())
    if not as_json:
        _say(f"{time.monotonic() - started:.0f} s")


def _say(line: str) -> None:
    if line:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
