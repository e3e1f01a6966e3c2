"""The states of a process and all it calls, and the moves between them: what every rule is judged on.

A state is where the tokens are and what is known of the variables that can still be asked. The called
process runs inside its call, with variables of its own; whatever interrupts a call takes all of it away.
This module must never know rules.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.engine.paths.facts import Known
from workflow_app.engine.paths.frames import Frames
from workflow_app.engine.paths.live import Liveness
from workflow_app.engine.paths.local import Local, Station
from workflow_app.engine.paths.moves import Fact, Learnt, Move, Moves, State, Token

MAX_STATES: Final = 20_000
MAX_MOVES: Final = 40_000
"""Many branches at once give few states and very many moves; the shipped programme has about 11,400."""


class TooManyStates(Exception):
    """The process has more states than are looked at."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One move between states.

    :param frame: the frame in which something happens; ``process``: its process.
    :param passed: ``process/element`` of what is passed, in order.
    :param learnt: what becomes known of a variable, in order; ``written`` where it was written, not tested.
    :param over: whether the case ends here.
    """

    target: int
    frame: str
    process: str
    station: Station
    passed: tuple[str, ...]
    learnt: tuple[Learnt, ...]
    over: bool


class Space:
    """The states of the process ``root``, the first of them its beginning.

    :param constants: what is known of the version's parameters.
    :raises TooManyStates: more than ``max_states`` of them, or more moves than ``MAX_MOVES``.
    """

    def __init__(
        self,
        root: str,
        processes: Mapping[str, Local],
        constants: Mapping[str, Known],
        max_states: int = MAX_STATES,
    ) -> None:
        self.frames = Frames(root, processes)
        self._moves = Moves(self.frames, processes, constants)
        self._live = Liveness(processes)
        self._asked: dict[frozenset[Token], set[Fact]] = {}
        self.edges: list[list[Edge]] = []
        self._build(processes[root], max_states)

    def _build(self, root: Local, max_states: int) -> None:
        start = State(frozenset({("", f"@{root.start}")}), frozenset())
        numbers = {start: 0}
        pending = deque([start])
        moves = 0
        while pending:
            state = pending.popleft()
            own: list[Edge] = []
            self.edges.append(own)
            for move in self._moves.of(state):
                target = -1
                if not move.over:
                    after = State(move.tokens, self._kept(move))
                    target = numbers.setdefault(after, len(numbers))
                    if target == len(numbers) - 1 and target >= len(self.edges) + len(pending):
                        pending.append(after)
                process = self.frames.local(move.frame).process_id
                learnt = tuple(move.learnt)
                own.append(Edge(target, move.frame, process, move.station, move.passed, learnt, move.over))
            moves += len(own)
            if len(numbers) > max_states or moves > MAX_MOVES:
                raise TooManyStates

    def _kept(self, move: Move) -> frozenset[tuple[Fact, Known]]:
        """Return the facts that can still be asked where the tokens are."""
        asked = self._asked.get(move.tokens)
        if asked is None:
            asked = self._asked[move.tokens] = {
                (self.frames.owner(frame), name)
                for frame, place in move.tokens
                if place[0] != "%"
                for name in self._live.at(self.frames.local(frame), place)
            }
        return frozenset([fact for fact in move.facts.items() if fact[0] in asked])
