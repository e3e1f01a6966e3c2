"""演练: which running cases could go on under another version, and why each other could not.

Read only. By default every running case stays on the version it started on (ADR 9). Each is tried
on a copy in memory; what is said of it names its number, elements and outcomes, and nothing that was typed.
A linked case is looked at before the case that waits for it. The version may be deployed or only proposed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from workflow_app.commands import parameters, version_drafts
from workflow_app.commands.host import Host
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.parameters import Parameters
from workflow_app.commands.requests import SYSTEM
from workflow_app.commands.tools import Tools
from workflow_app.engine.faults import EngineFault
from workflow_app.engine.forms import BadForm, FormDefinition, load_forms
from workflow_app.engine.lint.catalogue import Catalogue
from workflow_app.engine.model import LiveCase, TokenRow
from workflow_app.engine.moving.door import Moves
from workflow_app.engine.moving.model import Rehearsed, Remark
from workflow_app.kernel.errors import Refused
from workflow_app.store.repositories.definitions import version_of
from workflow_app.store.repositories.migrations import AT_ONCE, Running

MOST: Final = 20_000
"""Running cases looked at in one rehearsal."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rehearsal says of one case.

    :param places: names of the elements it stands on.
    :param obstacles: why it has to stay; empty where it could be moved.
    """

    case_id: str
    number: str
    process_id: str
    version: str
    parent_case_id: str | None
    places: tuple[str, ...]
    obstacles: tuple[Remark, ...]
    differences: tuple[Remark, ...]

    @property
    def moves(self) -> bool:
        """Whether the case could be moved."""
        return not self.obstacles


_Tried = tuple[Running, Rehearsed, Verdict]


class Target:
    """A version cases are tried on.

    :param files: of a version that is not deployed.
    :raises NotFound: it is neither deployed nor given.
    """

    def __init__(self, tools: Tools, version: str, files: Mapping[str, bytes] | None = None) -> None:
        self._tools = tools
        self.version = version
        if files is None:
            self._forms: Mapping[str, FormDefinition] = tools.versions.parsed(version).forms
            self._parameters: Parameters = tools.parameters(version)
        else:
            self._forms, self._parameters = load_forms(files), parameters.load(files)
        self.moves: Moves = tools.engine.moves(version, files, self._names, self._parameters.flags)

    def _names(self, version: str) -> Catalogue:
        if version == self.version:
            return catalogue(self._forms, self._parameters)
        return catalogue(self._tools.versions.parsed(version).forms, self._tools.parameters(version))

    def judge(self, case: Running) -> tuple[Rehearsed, Verdict]:
        """Try one case; linked cases are not looked at (:meth:`hears`)."""
        live = LiveCase(
            case.version,
            case.process_id,
            case.header,
            {key: TokenRow(*token) for key, token in case.tokens.items()},
        )
        tried = self.moves.rehearse(live)
        process = self._tools.engine.definition(case.version).processes[case.process_id]
        standing = tried.standing
        names = [process.elements[each].name or each for each in standing.places]
        return tried, Verdict(
            case.id,
            case.number,
            case.process_id,
            case.version,
            case.parent_case_id,
            tuple(dict.fromkeys(names)),
            (*tried.obstacles, *self._drafts(case, tried)),
            (*tried.differences, *self._forms_changed(case, tried), *self._limits_changed(case, tried)),
        )

    def hears(self, case: Running, tried: Rehearsed, moved: Collection[str]) -> tuple[Remark, ...]:
        """Return what the linked cases of ``case`` hold against it.

        :param moved: ids of cases that are on this version, or will be by then.
        """
        elements = self._tools.engine.definition(case.version).processes[case.process_id].elements
        found = []
        for waiting, child in case.children.items():
            if child.id in moved or child.version == self.version:
                continue
            if self.moves.same_process(child.version, child.process_id):
                continue
            element_id = tried.standing.calls.get(waiting, "-")
            name = elements[element_id].name if element_id in elements else element_id
            text = f"环节“{name}”正在等待的子办件仍按原版本办理，而新版本改了它的流程"
            found.append(Remark("child_stays", element_id, name, text))
        return tuple(found)

    def _drafts(self, case: Running, tried: Rehearsed) -> Iterator[Remark]:
        for task_id, element_id, name, before, after in self._forms_of(case, tried):
            lost = case.drafted.get(task_id, frozenset()) & _lost(before, after)
            if lost:
                text = f"环节“{name}”有人已填写草稿，新版本的表单没有其中的栏目或者改了栏目的种类"
                yield Remark("draft_lost", element_id, name, text)

    def _forms_changed(self, case: Running, tried: Rehearsed) -> Iterator[Remark]:
        for _, element_id, name, before, after in self._forms_of(case, tried):
            if before != after:
                text = f"环节“{name}”的表单改为新版本的内容；已填写的草稿保留"
                yield Remark("other_fields", element_id, name, text)

    def _forms_of(
        self, case: Running, tried: Rehearsed
    ) -> Iterator[tuple[str, str, str, FormDefinition, FormDefinition]]:
        process = self._tools.engine.definition(case.version).processes[case.process_id]
        known = self._tools.versions.parsed(case.version).forms
        for task_id, element_id in tried.standing.tasks.items():
            element = process.elements[element_id]
            key = element.properties.get("form", "")
            if key in known and key in self._forms:
                yield task_id, element_id, element.name or element_id, known[key], self._forms[key]

    def _limits_changed(self, case: Running, tried: Rehearsed) -> Iterator[Remark]:
        known = self._tools.parameters(case.version).rules
        for rule in sorted(tried.standing.limits):
            if known.get(rule) != self._parameters.rules.get(rule):
                text = f"期限“{rule}”的规则已改；已经起算的期限不变，此后起算的按新版本"
                yield Remark("other_rule", "-", rule, text)


def _lost(before: FormDefinition, after: FormDefinition) -> frozenset[str]:
    """Return the fields of a form that the other has not, or has as something else."""
    kinds = {one.name: one.type for one in after.fields()}
    return frozenset(one.name for one in before.fields() if kinds.get(one.name) != one.type)


def rehearse(
    host: Host, target: Target, *, processes: Collection[str] = (), cases: Collection[str] = ()
) -> tuple[Verdict, ...]:
    """Try the running cases on ``target``, linked cases before those that wait for them.

    :param processes: only cases of these; empty for all.
    :param cases: only these, by id or number; empty for all.
    """
    found: dict[str, _Tried] = {}
    for page in _pages(host, target.version):
        for case in page:
            if processes and case.process_id not in processes:
                continue
            if cases and not {case.id, case.number} & set(cases):
                continue
            tried, verdict = target.judge(case)
            # What was typed is let go of at once: thousands of cases are held here.
            found[case.id] = (replace(case, header="", tokens={}), replace(tried, moved=None), verdict)
    return _settled(target, found)


def rehearse_draft(host: Host, draft_id: str) -> tuple[Verdict, ...]:
    """Try the running cases on what a draft makes of its base.

    :raises NotFound: there is no such draft.
    :raises Refused: its files cannot be read; the gate says what is wrong with them.
    """
    with host.store.reading() as uow:
        run = host.run(uow, SYSTEM)
        files = version_drafts.files_of(run, uow.design.draft(draft_id))
    try:
        target = Target(host.tools, version_of(files), files)
    except (EngineFault, BadForm) as error:
        raise Refused(
            "draft_unreadable", "草稿中有文件无法读取，请先按检查结果改正再演练", article=None
        ) from error
    return rehearse(host, target)


def _settled(target: Target, found: Mapping[str, _Tried]) -> tuple[Verdict, ...]:
    """Ask each case's linked cases, the innermost first."""
    moved: set[str] = set()
    settled: list[Verdict] = []
    depth = {case_id: _depth(case_id, found) for case_id in found}
    for case_id in sorted(found, key=lambda each: (-depth[each], each)):
        case, tried, verdict = found[case_id]
        heard = target.hears(case, tried, moved)
        if heard:
            verdict = replace(verdict, obstacles=(*verdict.obstacles, *heard))
        if verdict.moves:
            moved.add(case_id)
        settled.append(verdict)
    return tuple(settled)


def _depth(case_id: str, found: Mapping[str, _Tried]) -> int:
    depth, at = 0, found[case_id][0].parent_case_id
    while at is not None and at in found:
        depth, at = depth + 1, found[at][0].parent_case_id
    return depth


def _pages(host: Host, version: str) -> Iterator[tuple[Running, ...]]:
    """Yield the running cases in pages, each read by itself, so that nothing is held meanwhile."""
    after, seen = "", 0
    while seen < MOST:
        with host.store.reading() as uow:
            page = uow.migrations.running(version, after=after)
        yield page
        if len(page) < AT_ONCE:
            return
        after, seen = page[-1].id, seen + len(page)
