"""What a back-test's page or address is asked to test, and how far: a version, a draft or a proposal.

A version and a proposal are tested as they are stored, a draft as it stands over its base. It must never know
what a report says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.commands.backtest.requests import BackTest
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import system
from workflow_app.web import drafting
from workflow_app.web.desk import desk, reading
from workflow_app.web.texts import _

EVERY: Final = "*"
"""All processes, changed or not."""
LIMITS: Final = (50, 200, 1_000)
SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Target:
    """What is tested, under the name of the field that asks for it: files over a stored version's."""

    field: str
    id: str
    name: str
    version: str
    files: Mapping[str, bytes]
    removed: tuple[str, ...] = ()


def target(asked: Mapping[str, str]) -> Target:
    """Return what is asked to be tested; the version in force where nothing is named.

    :raises NotFound: there is no such thing.
    """
    if asked.get("draft"):
        return draft(asked["draft"][:64])
    if asked.get("proposal"):
        return proposal(asked["proposal"][:64])
    return _version(asked.get("version") or desk().effective_version())


def draft(draft_id: str) -> Target:
    """Return a draft as it stands over its base.

    :raises NotFound: there is none.
    """
    found = drafting.draft(draft_id)
    whole, base = drafting.files(found), desk().tools.versions.files(found.base)
    changed = {path: data for path, data in whole.items() if base.get(path) != data}
    removed = tuple(sorted(base.keys() - whole.keys()))
    return Target("draft", found.id, found.title, found.base, changed, removed)


def proposal(proposal_id: str) -> Target:
    """Return the version a proposal asks for.

    :raises NotFound: there is none.
    """
    found = drafting.proposal(proposal_id)
    return Target("proposal", found.id, _("部署申请 %(number)s", number=found.number), found.version, {})


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
    return Target("version", version, name, version, {})
