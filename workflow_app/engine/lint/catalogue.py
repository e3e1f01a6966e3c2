"""The names the product knows, handed to the rules by whoever knows them.

A diagram that names a form, a role, an operation, a limit, a parameter or an article that does not exist
deploys happily and stops its first case. This module must never know which names there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from workflow_app.engine.model import Json


@dataclass(frozen=True, slots=True)
class Operation:
    """What a service operation takes, sets and may raise, by name; ``always`` what it sets to one value."""

    inputs: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    always: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the product knows by name; ``None`` leaves a kind of name unchecked.

    :param forms: the variables each form sets, by the form's key.
    :param surely: those of them a form sets whatever is answered.
    :param roles: whom a human task may be offered to.
    :param operations: the service operations, by name.
    :param deadlines: ids of the time limits.
    :param scopes: the variables that hold an organisation a task may be offered within.
    :param variables: what every case holds from its start, the version's flags included.
    :param started: what the processes are given that are opened from outside, by process.
    :param facts: the values a form has words for, of each fact that a form shows in words.
    :param messages: what each message that can be sent brings, by its name.
    :param unknown_citations: returns the citations in a text of articles that do not exist.
    """

    forms: Mapping[str, frozenset[str]] | None = None
    roles: frozenset[str] | None = None
    operations: Mapping[str, Operation] | None = None
    deadlines: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    variables: frozenset[str] | None = None
    started: Mapping[str, frozenset[str]] = field(default_factory=dict)
    facts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    messages: Mapping[str, frozenset[str]] | None = None
    surely: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unknown_citations: Callable[[str], Iterable[str]] | None = None
