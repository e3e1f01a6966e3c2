"""What can happen next: the moves out of a state, by the token rules of BPMN 2.0 (§13).

The called process runs inside its call, with variables of its own; whatever interrupts a call takes all of
it away. A token at a gateway takes each branch whose test can hold. This module must never know rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow_app.engine.paths.facts import ANYTHING, Known, Test, variables_of
from workflow_app.engine.paths.frames import Frames
from workflow_app.engine.paths.local import GATES, Assignment, Local, Station

Token = tuple[str, str]
"""(the frame it is in, the place): ``@node`` before a node, ``~flow`` at a join, ``!node`` in a call,
``%boundary`` beside an activity."""

Fact = tuple[str, str]
"""(the frame, the variable)."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What becomes known of a variable of the frame ``owner``."""

    name: str
    known: Known
    written: bool
    owner: str


@dataclass(frozen=True, slots=True)
class State:
    tokens: frozenset[Token]
    facts: frozenset[tuple[Fact, Known]]


@dataclass(slots=True)
class Move:
    tokens: frozenset[Token]
    facts: dict[Fact, Known]
    passed: tuple[str, ...]
    frame: str
    station: Station
    learnt: list[Learnt]
    over: bool = False


class Moves:
    """The moves of a process and all it calls.

    :param constants: what is known of the version's parameters.
    """

    def __init__(
        self, frames: Frames, processes: Mapping[str, Local], constants: Mapping[str, Known]
    ) -> None:
        self._frames = frames
        self._processes = processes
        self._constants = constants

    def of(self, state: State) -> Iterator[Move]:
        facts = dict(state.facts)
        for token in sorted(state.tokens):
            frame, place = token
            if place[0] == "%":
                continue
            local = self._frames.local(frame)
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
        self, state: State, facts: dict[Fact, Known], frame: str, station: Station, token: Token
    ) -> Iterator[Move]:
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

    def _pass(self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station) -> Move:
        """Let what ``station`` does happen, and go on."""
        tokens = rest | {(frame, place) for _, place, _ in station.leaving}
        passed = self._frames.names(frame, station.id, *(flow for flow, _, _ in station.leaving))
        move = Move(tokens, dict(facts), passed, frame, station, [])
        self._write(move, frame, station)
        return move

    def _choose(
        self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station
    ) -> Iterator[Move]:
        """Take each flow whose test can hold where those before it did not."""
        owner = self._frames.owner(frame)
        left: dict[str, Known] | None = {}
        for flow, place, test in station.leaving:
            if left is None:
                return
            yes, left = (left, None) if test is None else self._split(left, facts, owner, test)
            if yes is not None:
                passed = self._frames.names(frame, station.id, flow)
                after = facts | {(owner, name): known for name, known in yes.items()}
                learnt = [Learnt(name, known, False, owner) for name, known in yes.items()]
                yield Move(rest | {(frame, place)}, after, passed, frame, station, learnt)

    def _split(
        self, told: dict[str, Known], facts: Mapping[Fact, Known], owner: str, test: Test
    ) -> tuple[dict[str, Known] | None, dict[str, Known] | None]:
        known = (
            told.get(test.name) or facts.get((owner, test.name)) or self._constants.get(test.name, ANYTHING)
        )
        yes, no = (None if each is None else {**told, test.name: each} for each in test.split(known))
        return yes, no

    def _await(
        self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station
    ) -> Iterator[Move]:
        """One event after an event gateway happens; the others are not waited for any more."""
        for flow, place, _ in station.leaving:
            move = self._pass(rest, facts, frame, self._frames.local(frame).stations[place[1:]])
            move.passed = (*self._frames.names(frame, station.id, flow), *move.passed)
            yield move

    def _enter(
        self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station, inside: str
    ) -> Move:
        child = f"{frame}{station.id}/"
        start = self._frames.local(child).start
        after = dict(facts)
        for each in station.inputs:
            known = self._made(each, self._frames.owner(frame), facts)
            if known != ANYTHING:
                after[child, each.name] = known
        tokens = rest | {(frame, f"!{station.id}"), (child, f"@{start}")}
        return Move(tokens, after, self._frames.names(frame, station.id), frame, station, [])

    def _end(self, rest: frozenset[Token], facts: dict[Fact, Known], frame: str, station: Station) -> Move:
        move = Move(rest, dict(facts), self._frames.names(frame, station.id), frame, station, [])
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

    def _return(self, move: Move, rest: frozenset[Token], frame: str) -> None:
        """Hand over what the caller takes, and go on behind the call."""
        outer, call = self._frames.outside(frame)
        made = [(each.name, self._made(each, frame, move.facts)) for each in call.outputs]
        move.facts = {key: known for key, known in move.facts.items() if not key[0].startswith(frame)}
        for name, known in made:
            self._set(move, self._frames.owner(outer), name, known)
        move.tokens = rest - {(outer, f"!{call.id}")} | {(outer, place) for _, place, _ in call.leaving}
        move.passed += self._frames.names(outer, *(flow for flow, _, _ in call.leaving))

    def _interrupt(
        self, state: State, facts: dict[Fact, Known], frame: str, station: Station, token: Token
    ) -> Iterator[Move]:
        inner = f"{frame}{station.id}/"
        for identifier in station.boundaries:
            boundary = self._frames.local(frame).stations[identifier]
            busy = (frame, f"%{identifier}")
            if boundary.interrupting:
                kept = {each for each in state.tokens if not each[0].startswith(inner)} - {token}
                left = {key: known for key, known in facts.items() if not key[0].startswith(inner)}
                yield self._pass(frozenset(kept), left, frame, boundary)
            elif busy not in state.tokens:
                yield self._pass(state.tokens | {busy}, facts, frame, boundary)

    def _write(self, move: Move, frame: str, station: Station) -> None:
        owner = self._frames.owner(frame)
        act = station.act
        writer = act.get("operation") or act.get("form") or act.get("decision") or act.get("message") or ""
        for each in station.writes:
            made = self._made(each, owner, move.facts)
            self._set(move, owner, each.name, Known(made.inside, made.values, writer or made.writer))

    def _set(self, move: Move, owner: str, name: str, known: Known) -> None:
        """Write a variable: what was known of it, and of comparisons with it, is out of date."""
        for key in [key for key in move.facts if key[0] == owner and name in variables_of(key[1])]:
            del move.facts[key]
        if known != ANYTHING:
            move.facts[owner, name] = known
        move.learnt.append(Learnt(name, known, True, owner))

    def _made(self, each: Assignment, owner: str, facts: Mapping[Fact, Known]) -> Known:
        if each.value:
            return Known(True, frozenset({each.value}))
        if each.source:
            return facts.get((owner, each.source)) or self._constants.get(each.source, ANYTHING)
        return ANYTHING
