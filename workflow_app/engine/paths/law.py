"""Rules on what happens on a path, in the words they are checked by.

A rule speaks of *acts* by what they do (the operation, the form, the limit, the process called), never by
the name somebody gave an element. This module must never know which rules there are, or of what law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow_app.engine.paths.facts import Value

Act = Mapping[str, str]
"""What happens at an element: ``kind``, ``operation``, ``form``, ``role``, ``timer``, ``message`` …"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Acts of which each named attribute has one of the values given; of several roles, all must be."""

    attributes: Mapping[str, frozenset[str]]

    def matches(self, act: Act) -> bool:
        """Whether ``act`` is one of them."""
        for name, values in self.attributes.items():
            own = act.get(name, "")
            if not (values.issuperset(own.split(",")) if name == "role" else own in values):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Ground:
    """A way in which an act may be lawful: what must have happened, and what must be known.

    :param without: what must not have happened.
    :param known: values a variable must surely have; ``excluded``: values it surely may not have.
    :param made_by: the operation, form, decision or message that must have written a variable last.
    """

    after: tuple[Pattern, ...] = ()
    without: tuple[Pattern, ...] = ()
    known: Mapping[str, frozenset[Value]] = field(default_factory=dict)
    excluded: Mapping[str, frozenset[Value]] = field(default_factory=dict)
    made_by: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PathRule:
    """Whenever ``at`` happens, one of ``grounds`` must hold; what counts is counted since ``afresh``.

    :param itself: what the act must be, besides matching ``at``.
    :param apart: acts that must have been another role's than this one.
    """

    id: str
    at: Pattern
    grounds: tuple[Ground, ...] = ()
    afresh: tuple[Pattern, ...] = ()
    itself: Pattern | None = None
    apart: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class DuringRule:
    """Between ``since`` and ``until``, with what is ``known``, every human task must be as ``tasks`` says."""

    id: str
    since: Pattern
    until: tuple[Pattern, ...]
    tasks: Pattern
    known: Mapping[str, frozenset[Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwedRule:
    """After ``since``, with what is ``known``, a case may not end before ``act``, unless ``unless``."""

    id: str
    since: Pattern
    act: Pattern
    known: Mapping[str, frozenset[Value]] = field(default_factory=dict)
    unless: tuple[Pattern, ...] = ()


Rule = PathRule | DuringRule | OwedRule


@dataclass(frozen=True, slots=True)
class Violation:
    """A path on which a rule is broken, as ``process/element`` from its beginning to the breach."""

    rule: str
    process: str
    element: str
    trail: tuple[str, ...]
