"""What a rehearsal of a case on another version says: what keeps it, what would be different, its rows.

Everything here names elements of diagrams and nothing a person typed. It must never know a running case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow_app.engine.model import LiveCase


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said of a case on another version.

    :param element_id: the element it is about; ``-`` for the process as a whole.
    :param element: its name, or its id where it has none.
    :param text: for people.
    """

    code: str
    element_id: str
    element: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, element and token by token.

    :param places: the elements its tokens lie on.
    :param tasks: open human tasks, token id to element id.
    :param calls: awaited linked cases, token id to element id.
    :param limits: the rules of the limits that run for its tasks and timers.
    """

    places: tuple[str, ...]
    tasks: Mapping[str, str]
    calls: Mapping[str, str]
    limits: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A case tried on another version; nothing of it was written.

    :param obstacles: why it has to stay; where there is one, ``moved`` is ``None``.
    :param differences: what would be different from then on.
    :param moved: the case as it would stand on the other version.
    """

    standing: Standing
    obstacles: tuple[Remark, ...]
    differences: tuple[Remark, ...]
    moved: LiveCase | None
