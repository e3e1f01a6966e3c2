"""How much the bench runs: the sizes the goals speak of, or smaller ones that end within three minutes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of one run of the bench.

    :param full: whether these are the goals' own sizes; if not, no goal that depends on one is judged.
    :param runs: alternating runs behind each ratio.
    :param completions: completions in one run.
    :param early: the round that ``late`` is compared with.
    :param rounds: rounds of the one project that is then finished.
    :param starts: cases started.
    :param tasks: open tasks in the large inbox; half of them are one group's.
    :param looks: inbox queries of one person.
    :param submitted: completions one server process takes before its memory is read.
    :param pages: inbox pages asked for.
    :param pending: timers that wait beside those that fall due.
    :param due: timers that fall due, each in a case of its own.
    :param processes: process starts.
    :param blocks: blocks of the large holding.
    """

    full: bool
    runs: int
    completions: int
    early: int
    late: int
    rounds: int
    starts: int
    tasks: int
    looks: int
    submitted: int
    pages: int
    pending: int
    due: int
    processes: int
    blocks: int


FULL = Sizes(
    full=True,
    runs=9,
    completions=40,
    early=10,
    late=1_000,
    rounds=10_000,
    starts=500,
    tasks=1_000_000,
    looks=400,
    submitted=10_000,
    pages=3_000,
    pending=1_000_000,
    due=200,
    processes=7,
    blocks=100_000,
)

QUICK = Sizes(
    full=False,
    runs=5,
    completions=10,
    early=10,
    late=40,
    rounds=50,
    starts=30,
    tasks=50_000,
    looks=40,
    submitted=60,
    pages=60,
    pending=50_000,
    due=24,
    processes=3,
    blocks=10_000,
)
