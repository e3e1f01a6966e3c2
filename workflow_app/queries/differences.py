"""One difference between two versions of a file. It must never know what kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """Something added, removed or changed.

    :param kind: what it is: an element's tag (``userTask``), ``rule`` or ``key``.
    :param element: what to show on the canvas; empty where nothing is drawn.
    :param name: what readers know it by.
    :param what: the property, cell or key; ``ends`` for a flow that leads elsewhere; empty for the whole.
    """

    how: How
    kind: str
    element: str
    name: str
    what: str = ""
    before: str = ""
    after: str = ""
