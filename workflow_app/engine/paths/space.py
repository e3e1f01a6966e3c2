"""The states of a process and all it calls, and the moves between them: what every rule is judged on.

A state is where the tokens are and what is known of the variables that can still be asked. The called
process runs inside its call, with variables of its own; whatever interrupts a call takes all of it away.
This module must never know rules.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.engine.paths.facts import ANYTHING, Known, Test, mentions
from workflow_app.engine.paths.live import Liveness
from workflow_app.engine.paths.local import GATES, Assignment, Local, Station

MAX_STATES: Final = 100_000

Token = tuple[str, str]
"""(the frame it is in, the place): ``@node`` before a node, ``~flow`` at a join, ``!node`` in a call,
``%boundary`` beside an activity."""

Fact = tuple[str, str]
"""(the frame, the variable)."""


class TooManyStates(Exception):
    """The process has more states than are looked at."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One move between states.

    :param process: the process of the station where something happens.
    :param passed: ``process/element`` of what is passed, in order.
    :param learnt: what becomes known of a variable, in order; ``written`` where it was written, not tested.
    :param over: whether the case ends here.
    """

    target: int
    process: str
    station: Station
    passed: tuple[str, ...]
    learnt: tuple[Learnt, ...]
    over: bool


@dataclass(frozen=True, slots=True)
class Learnt:
    name: str
    known: Known
    written: bool


@dataclass(frozen=True, slots=True)
class _State:
    tokens: frozenset[Token]
    facts: frozenset[tuple[Fact, Known]]


@dataclass(slots=True)
class _Move:
    tokens: frozenset[Token]
    facts: dict[Fact, Known]
    passed: tuple[str, ...]
    frame: str
    station: Station
    learnt: list[Learnt]
    over: bool = False


class Space:
    """The states of the process ``root``, the first of them its beginning.

    :param constants: what is known of the version's parameters.
    :raises TooManyStates: more than ``max_states`` of them.
    """

    def __init__(
        self,
        root: str,
        processes: Mapping[str, Local],
        constants: Mapping[str, Known],
        max_states: int = MAX_STATES,
    ) -> None:
        self._processes = processes
        self._constants = constants
        self._locals: dict[str, Local] = {"": processes[root]}
        self._live = Liveness(processes)
        self.edges: list[list[Edge]] = []
        self._build(processes[root], max_states)

    def _build(self, root: Local, max_states: int) -> None:
        start = _State(frozenset({("", f"@{root.start}")}), frozenset())
        numbers = {start: 0}
        pending = deque([start])
        while pending:
            state = pending.popleft()
            own: list[Edge] = []
            self.edges.append(own)
            for move in self._moves(state):
                target = -1
                if not move.over:
                    after = _State(move.tokens, self._kept(move))
                    target = numbers.setdefault(after, len(numbers))
                    if target == len(numbers) - 1 and target >= len(self.edges) + len(pending):
                        pending.append(after)
                process = self._local(move.frame).process_id
                own.append(Edge(target, process, move.station, move.passed, tuple(move.learnt), move.over))
            if len(numbers) > max_states:
                raise TooManyStates

    def _kept(self, move: _Move) -> frozenset[tuple[Fact, Known]]:
        """Return the facts that can still be asked where the tokens are."""
        live: dict[str, set[str]] = {}
        for frame, place in move.tokens:
            if place[0] != "%":
                live.setdefault(self._owner(frame), set()).update(self._live.at(self._local(frame), place))
        return frozenset((key, known) for key, known in move.facts.items() if key[1] in live.get(key[0], ()))

    def _moves(self, state: _State) -> Iterator[_Move]:
        facts = dict(state.facts)
        for token in sorted(state.tokens):
            frame, place = token
            if place[0] == "%":
                continue
            local = self._local(frame)
            if place[0] == "!":
                yield from self._interrupt(state, facts, frame, local.stations[place[1:]], token)
            elif place[0] == "~":
                for station in local.stations.values():
                    own = {(frame, taken) for taken in station.takes}
                    if place == min(station.takes, default="") and own <= state.tokens:
                        yield self._pass(state.tokens - own, facts, frame, station)
            else:
                yield from self._at(state, facts, frame, local.stations[place[1:]], token)

    def _at(
        self, state: _State, facts: dict[Fact, Known], frame: str, station: Station, token: Token
    ) -> Iterator[_Move]:
        rest = state.tokens - {token}
        inside = station.id if station.inner else station.calls
        if station.kind in GATES:
            yield from self._choose(rest, facts, frame, station)
        elif station.kind == "eventBasedGateway":
            yield from self._await(rest, facts, frame, station)
        elif station.kind == "endEvent":
            yield self._end(rest, facts, frame, station)
        elif inside in self._processes:
            yield self._enter(rest, facts, frame, station, inside)
        else:
            yield self._pass(rest, facts, frame, station)
            yield from self._interrupt(state, facts, frame, station, token)

    def _pass(self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station) -> _Move:
        """Let what ``station`` does happen, and go on."""
        tokens = rest | {(frame, place) for _, place, _ in station.leaving}
        passed = self._names(frame, station.id, *(flow for flow, _, _ in station.leaving))
        move = _Move(tokens, dict(facts), passed, frame, station, [])
        self._write(move, frame, station)
        return move

    def _choose(
        self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station
    ) -> Iterator[_Move]:
        """Take each flow whose test can hold where those before it did not."""
        owner = self._owner(frame)
        left: dict[str, Known] | None = {}
        for flow, place, test in station.leaving:
            if left is None:
                return
            yes, left = (left, None) if test is None else self._split(left, facts, owner, test)
            if yes is not None:
                passed = self._names(frame, station.id, flow)
                after = facts | {(owner, name): known for name, known in yes.items()}
                learnt = [Learnt(name, known, False) for name, known in yes.items()]
                yield _Move(rest | {(frame, place)}, after, passed, frame, station, learnt)

    def _split(
        self, told: dict[str, Known], facts: Mapping[Fact, Known], owner: str, test: Test
    ) -> tuple[dict[str, Known] | None, dict[str, Known] | None]:
        known = (
            told.get(test.name) or facts.get((owner, test.name)) or self._constants.get(test.name, ANYTHING)
        )
        yes, no = (None if each is None else {**told, test.name: each} for each in known.split(test.values))
        return (yes, no) if test.holds else (no, yes)

    def _await(
        self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station
    ) -> Iterator[_Move]:
        """One event after an event gateway happens; the others are not waited for any more."""
        for flow, place, _ in station.leaving:
            move = self._pass(rest, facts, frame, self._local(frame).stations[place[1:]])
            move.passed = (*self._names(frame, station.id, flow), *move.passed)
            yield move

    def _enter(
        self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station, inside: str
    ) -> _Move:
        child = f"{frame}{station.id}/"
        start = self._local(child).start
        after = dict(facts)
        for each in station.inputs:
            known = self._made(each, self._owner(frame), facts)
            if known != ANYTHING:
                after[child, each.name] = known
        tokens = rest | {(frame, f"!{station.id}"), (child, f"@{start}")}
        return _Move(tokens, after, self._names(frame, station.id), frame, station, [])

    def _end(self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station) -> _Move:
        move = _Move(rest, dict(facts), self._names(frame, station.id), frame, station, [])
        if station.beside:
            move.tokens = rest - {(frame, f"%{station.beside}")}
            return move
        own = {token for token in rest if token[0].startswith(frame)}
        self._write(move, frame, station)
        if not station.clears and any(place[0] != "%" for _, place in own):
            return move
        if frame == "":
            move.over = True
        else:
            self._return(move, rest - own, frame)
        return move

    def _return(self, move: _Move, rest: frozenset[Token], frame: str) -> None:
        """Hand over what the caller takes, and go on behind the call."""
        outer, call = self._outside(frame)
        made = [(each.name, self._made(each, frame, move.facts)) for each in call.outputs]
        move.facts = {key: known for key, known in move.facts.items() if not key[0].startswith(frame)}
        for name, known in made:
            self._set(move, self._owner(outer), name, known)
        move.tokens = rest - {(outer, f"!{call.id}")} | {(outer, place) for _, place, _ in call.leaving}
        move.passed += self._names(outer, *(flow for flow, _, _ in call.leaving))

    def _interrupt(
        self, state: _State, facts: dict[Fact, Known], frame: str, station: Station, token: Token
    ) -> Iterator[_Move]:
        inner = f"{frame}{station.id}/"
        for identifier in station.boundaries:
            boundary = self._local(frame).stations[identifier]
            busy = (frame, f"%{identifier}")
            if boundary.interrupting:
                kept = {each for each in state.tokens if not each[0].startswith(inner)} - {token}
                left = {key: known for key, known in facts.items() if not key[0].startswith(inner)}
                yield self._pass(frozenset(kept), left, frame, boundary)
            elif busy not in state.tokens:
                yield self._pass(state.tokens | {busy}, facts, frame, boundary)

    def _write(self, move: _Move, frame: str, station: Station) -> None:
        owner = self._owner(frame)
        act = station.act
        writer = act.get("operation") or act.get("form") or act.get("decision") or act.get("message") or ""
        for each in station.writes:
            made = self._made(each, owner, move.facts)
            self._set(move, owner, each.name, Known(made.inside, made.values, writer or made.writer))

    def _set(self, move: _Move, owner: str, name: str, known: Known) -> None:
        """Write a variable: what was known of it, and of comparisons with it, is out of date."""
        for key in [key for key in move.facts if key[0] == owner and mentions((key[1],), name)]:
            del move.facts[key]
        if known != ANYTHING:
            move.facts[owner, name] = known
        move.learnt.append(Learnt(name, known, True))

    def _made(self, each: Assignment, owner: str, facts: Mapping[Fact, Known]) -> Known:
        if each.value:
            return Known(True, frozenset({each.value}))
        if each.source:
            return facts.get((owner, each.source)) or self._constants.get(each.source, ANYTHING)
        return ANYTHING

    def _local(self, frame: str) -> Local:
        found = self._locals.get(frame)
        if found is None:
            _, call = self._outside(frame)
            found = self._locals[frame] = self._processes[call.id if call.inner else call.calls]
        return found

    def _outside(self, frame: str) -> tuple[str, Station]:
        """Return the frame round ``frame`` and the call it runs in."""
        outer, _, call = frame[:-1].rpartition("/")
        outer = f"{outer}/" if outer else ""
        return outer, self._local(outer).stations[call]

    def _owner(self, frame: str) -> str:
        """Return the frame whose variables those in ``frame`` are: a subprocess has none of its own."""
        while frame:
            outer, call = self._outside(frame)
            if not call.inner:
                break
            frame = outer
        return frame

    def _names(self, frame: str, *elements: str) -> tuple[str, ...]:
        process = self._local(frame).process_id
        return tuple(f"{process}/{element}" for element in elements)
