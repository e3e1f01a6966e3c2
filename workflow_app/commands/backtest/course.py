"""Where a case leaves its recorded path on another version: the first act that comes to something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from workflow_app.commands.backtest.design import Design
from workflow_app.commands.backtest.found import Difference, Kind
from workflow_app.commands.backtest.recorded import Act
from workflow_app.commands.backtest.running import NeverGiven, NoSuchWait, Rerun
from workflow_app.engine.faults import EngineFault
from workflow_app.engine.forms import FormContext, FormDefinition
from workflow_app.engine.model import Element, Process, Step
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Conflict, InvalidForm, NotFound, TooLarge

WAITS: Final = frozenset({"userTask", "manualTask", "callActivity", "receiveTask", "intermediateCatchEvent"})
"""Elements that stop until somebody gives them something."""
SHOWN: Final = 6
"""Elements of a path that are named."""


def step(rerun: Rerun, act: Act, then: Design) -> Difference | None:
    """Let a case take one act on the version; return where it goes another way, or ``None``.

    :param then: the version the case ran on then.
    """
    process = rerun.design.definition.processes.get(rerun.case.process_id)
    if process is None:
        return Difference(Kind.GONE, act.at, act.element, before=(rerun.case.process_id,))
    if act.element and act.element not in process.elements:
        return Difference(Kind.GONE, act.at, act.element, before=(act.element,))
    lacking = _lacking(rerun, act, process.elements.get(act.element), then)
    if lacking:
        return Difference(Kind.ASKED, act.at, act.element, after=lacking)
    taken = _taken(rerun, act)
    if isinstance(taken, Difference):
        return taken
    old = then.definition.processes.get(rerun.case.process_id)
    return _decided(act, taken) or _walked(act, taken, process, old) or _called(act, rerun)


def _taken(rerun: Rerun, act: Act) -> Step | Difference:
    """Let the engine take an act."""
    try:
        return rerun.act(act)
    except NeverGiven as asked:
        return Difference(Kind.ASKED, act.at, asked.element, after=(asked.element,))
    except (NoSuchWait, Conflict):
        return Difference(Kind.GONE, act.at, act.element, before=(act.element or act.message,))
    except (EngineFault, NotFound) as fault:
        return Difference(Kind.STOPPED, act.at, act.element, after=(fault.code,))


def _decided(act: Act, taken: Step) -> Difference | None:
    """Return the first decision that came to something else."""
    for told, made in zip(act.decisions, taken.decisions, strict=False):
        rules = tuple(told["rules"])
        same = (told["element"], told["table"], rules, told["outputs"]) == (
            *(made.element_id, made.table, made.rule_ids),
            dict(made.outputs),
        )
        if not same:
            return Difference(
                Kind.DECISION, act.at, made.element_id, made.table, before=rules, after=made.rule_ids
            )
    return None


def _walked(act: Act, taken: Step, process: Process, old: Process | None) -> Difference | None:
    """Return where the path parts: what was passed only then, and what only now."""
    before = [(what, element) for what, _, element in (move.partition(":") for move in act.moves)]
    after = [(move.what, move.element_id) for move in taken.moves]
    then, now = _only(before, after), _only(after, before)
    if not then and not now:
        return None
    kind = Kind.PATH
    if _new_wait(now, process, old):
        kind = Kind.ASKED
    elif _new_wait(then, old, process):
        kind = Kind.GONE
    return Difference(kind, act.at, (now or then)[0], before=tuple(then[:SHOWN]), after=tuple(now[:SHOWN]))


def _called(act: Act, rerun: Rerun) -> Difference | None:
    """Return the first call that starts another process."""
    for wait, before in act.called.items():
        after = rerun.called.get(wait, before)
        if after != before:
            return Difference(Kind.PATH, act.at, wait[0], before=(before,), after=(after,))
    return None


def _new_wait(passed: Sequence[str], here: Process | None, there: Process | None) -> bool:
    """Tell whether any of these elements waits for somebody and stands in only one of two diagrams."""
    if here is None or there is None:
        return False
    mine = here.elements
    return any(one in mine and mine[one].kind in WAITS and one not in there.elements for one in passed)


def _lacking(rerun: Rerun, act: Act, element: Element | None, then: Design) -> tuple[str, ...]:
    """Return the fields in which what was handed in fails by the version's form, and did not by its own."""
    if act.form is None or element is None:
        return ()
    form = rerun.design.forms.get(element.properties.get("form", ""))
    own = then.forms.get(act.form.key)
    if form is None or form == own:
        return ()
    errors = _errors(form, act) - (_errors(own, act) if own else set())
    return tuple(sorted(errors))


def _errors(form: FormDefinition, act: Act) -> set[str]:
    """Return the fields of a form that an answer does not satisfy; what a source would offer is not asked."""
    if act.form is None:
        return set()
    known = {field.name for field in form.fields()}
    raw = {name: value for name, value in act.form.data.items() if name in known}
    try:
        form.parse({**raw, "action": act.form.action}, FormContext(today=legal_date(act.at)))
    except InvalidForm as wrong:
        return {path.partition(".")[0] for path in wrong.errors}
    except TooLarge:
        return {"-"}
    return set()


def _only(these: Sequence[tuple[str, str]], those: Iterable[tuple[str, str]]) -> list[str]:
    """Return the elements passed among ``these`` oftener than among ``those``, in order, each once."""
    left = Counter(those)
    found: dict[str, None] = {}
    for move in these:
        if left[move]:
            left[move] -= 1
        elif move[0] != "flow":
            found.setdefault(move[1])
    return list(found)
