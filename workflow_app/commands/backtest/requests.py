"""What may be asked of a back-test, and how far one goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from workflow_app.commands.requests import Request

CASES: Final = 200
MOST_CASES: Final = 2_000
SECONDS: Final = 30
MOST_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class BackTest(Request):
    """回测: run a version's files against what closed cases recorded. Nothing is written.

    :param version: the deployed version to start from; empty: the one in force.
    :param files: files that replace those of ``version``, by path.
    :param removed: paths of ``version`` that are gone.
    :param processes: ids of the processes to run; empty: those in which something changed.
    :param limit: how many cases at most, the last closed first.
    :param seconds: how long at most.
    """

    version: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    limit: int = CASES
    seconds: int = SECONDS
