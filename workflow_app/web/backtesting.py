"""What a back-test's page or address is asked to test, and how far.

A version is tested as it is. It must never know what a report says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import url_for

from workflow_app.commands.backtest.requests import BackTest
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import system
from workflow_app.web.desk import desk, reading
from workflow_app.web.texts import _

EVERY: Final = "*"
"""All processes, changed or not."""
LIMITS: Final = (50, 200, 1_000)
SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested: its name, where it lives, and its files over a deployed version's."""

    field: str
    id: str
    name: str
    address: str
    version: str
    files: Mapping[str, bytes]
    removed: tuple[str, ...] = ()


def target(asked: Mapping[str, str]) -> Target:
    """Return what is asked to be tested; the version in force where nothing is named.

    :raises NotFound: there is no such thing.
    """
    version = asked.get("version") or desk().effective_version()
    return _version(version)


def request_of(found: Target, process: str, limit: int) -> BackTest:
    """Return the command of a form: the processes that changed, all, or one."""
    processes: tuple[str, ...] = (process,) if process else ()
    if process == EVERY:
        processes = tuple(sorted(desk().engine.definition(found.version).processes))
    return BackTest(found.version, found.files, found.removed, processes, limit, SECONDS)


def processes(found: Target) -> list[tuple[str, str]]:
    """Return the processes one may choose, by name."""
    known = desk().engine.definition(found.version).processes.values()
    return sorted(((one.id, one.name) for one in known), key=lambda pair: pair[1])


def _version(version: str) -> Target:
    shown = next((one for one in system.versions(reading()) if one.version == version), None)
    if shown is None:
        raise NotFound("version_not_found", "没有这个版本")
    name = _("第 %(number)s 版", number=shown.sequence)
    return Target("version", version, name, url_for("definitions.version", version=version), version, {})
