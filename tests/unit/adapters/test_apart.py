"""Work in a process of its own: it answers, survives crashes, is stopped when it hangs, goes when idle."""

from __future__ import annotations

import os
import select
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workflow_app.adapters.apart import Apart
from workflow_app.kernel.errors import Refused


def work(what: object) -> object:
    """What the tests have done apart: a number is doubled, everything else goes wrong."""
    match what:
        case int():
            return (what * 2, os.getpid())
        case Path():
            if what.exists():
                return "second time"
            what.write_text("been here", "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)
        case "hang":
            threading.Event().wait()
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@pytest.fixture
def apart() -> Iterator[Apart]:
    found = Apart(work)
    yield found
    found.end()


def test_it_is_done_elsewhere_and_the_process_is_kept(apart: Apart) -> None:
    (first, here), (second, again) = apart.do(4), apart.do(5)
    assert (first, second) == (8, 10)
    assert here == again != os.getpid()


def test_threads_ask_one_after_the_other_and_each_gets_its_own_answer(apart: Apart) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(apart.do, range(40)))
    assert [answer for answer, _ in answers] == [number * 2 for number in range(40)]
    assert len({process for _, process in answers}) == 1


def test_a_crash_is_tried_once_more(apart: Apart, tmp_path: Path) -> None:
    assert apart.do(tmp_path / "flag") == "second time"


def test_what_always_crashes_is_refused_and_the_next_is_done(apart: Apart) -> None:
    with pytest.raises(Refused, match="work_crashed"):
        apart.do("crash")
    assert apart.do(3)[0] == 6


def test_what_hangs_is_stopped_and_the_next_is_done() -> None:
    apart = Apart(work, longest=3)
    assert apart.do(1)[0] == 2
    hung = apart.process
    with pytest.raises(Refused, match="work_too_long"):
        apart.do("hang")
    assert apart.process is None
    assert hung is not None
    assert apart.do(3)[0] == 6
    apart.end()


def test_idle_it_is_gone_by_itself() -> None:
    apart = Apart(work, idle=0.5)
    _, there = apart.do(1)
    watched = os.pidfd_open(there)
    ready, _, _ = select.select([watched], [], [], 60)
    os.close(watched)
    assert ready, "it is still there"
    answer, another = apart.do(2)
    assert (answer, another != there) == (4, True)
    apart.end()
