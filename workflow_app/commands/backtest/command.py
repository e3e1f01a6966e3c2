"""回测: what a version would have made of the cases that are closed, by what they recorded.

Each case is run again in memory, one reading transaction for the whole, nothing written. Whoever asks sees
numbers of cases, elements, rules and due dates, and no value of any form: process administrators stay off
cases.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from workflow_app.commands import permissions
from workflow_app.commands.backtest.course import step
from workflow_app.commands.backtest.design import Design
from workflow_app.commands.backtest.found import Difference, Report, Tested
from workflow_app.commands.backtest.limits import Limits
from workflow_app.commands.backtest.recorded import Act, acts
from workflow_app.commands.backtest.requests import MOST_CASES, MOST_SECONDS, BackTest
from workflow_app.commands.backtest.running import Rerun
from workflow_app.commands.host import Host
from workflow_app.commands.recompute import suspensions
from workflow_app.commands.requests import Actor, Result
from workflow_app.engine.faults import DiagramFault
from workflow_app.engine.forms import BadForm
from workflow_app.kernel.errors import InvalidForm, Refused
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.unit_of_work import UnitOfWork


def back_test(host: Host, request: BackTest, actor: Actor) -> Result:
    """Run closed cases on a version's files and report where they differ.

    :raises Forbidden: no process administrator.
    :raises Refused: ``version_unreadable``: a file of the version cannot be read.
    :raises InvalidForm: a limit out of bounds.
    """
    permissions.ensure_holds(actor, "process_admin")
    errors = {
        name: [f"应为 1 至 {most}"]
        for name, value, most in (
            ("limit", request.limit, MOST_CASES),
            ("seconds", request.seconds, MOST_SECONDS),
        )
        if not 1 <= value <= most
    }
    if errors:
        raise InvalidForm(errors)
    with host.store.reading() as uow:
        return Result(_Trial(host, uow, _design(host, uow, request), request).report().to_json())


def _design(host: Host, uow: UnitOfWork, request: BackTest) -> Design:
    base = request.version or host.tools.versions.effective(uow)
    files = {**host.tools.versions.files(base), **request.files}
    for path in request.removed:
        files.pop(path, None)
    try:
        return Design.of(files)
    except (DiagramFault, BadForm) as error:
        said = str(getattr(error, "message", error))[:300]
        raise Refused("version_unreadable", f"文件无法读取，请先通过检查再回测：{said}") from error


class _Trial:
    """One back-test under way."""

    def __init__(self, host: Host, uow: UnitOfWork, design: Design, request: BackTest) -> None:
        self._host = host
        self._uow = uow
        self._design = design
        self._request = request
        self._calendar = host.tools.calendars.current(uow)
        self._until = host.tools.host_now() + timedelta(seconds=request.seconds)
        self._versions: dict[str, Design] = {}
        self._changed: dict[str, frozenset[str]] = {}

    def report(self) -> Report:
        """Run the cases, the last closed first, until the bounds are met."""
        left_out: Counter[str] = Counter()
        totals: Counter[str] = Counter()
        found: list[Tested] = []
        processes: set[str] = set()
        run = 0
        for version, process, case_id in self._uow.cases.closed():
            if process not in self._tested(version):
                continue
            processes.add(process)
            if run >= self._request.limit:
                left_out["limit"] += 1
            elif self._host.tools.host_now() >= self._until:
                left_out["time"] += 1
            else:
                case = self._uow.cases.get(case_id)
                told = acts(self._uow, case)
                if not told:
                    left_out["unrecorded"] += 1
                    continue
                run += 1
                differences = self._run(case, told)
                if differences:
                    names = self._names(case, differences)
                    found.append(Tested(case.id, case.number, case.process_id, differences, names))
                    totals.update({one.kind.value for one in differences})
        return Report(self._design.version, tuple(sorted(processes)), run, tuple(found), totals, left_out)

    def _names(self, case: CaseRow, differences: tuple[Difference, ...]) -> dict[str, str]:
        """Return what the ids in the differences are called, by the version tested where it has them."""
        then, now = self._of(case.version).names(case.process_id), self._design.names(case.process_id)
        said = {name for one in differences for name in (one.element, one.subject, *one.before, *one.after)}
        return {name: called for name in said if (called := now.get(name) or then.get(name))}

    def _tested(self, version: str) -> frozenset[str]:
        """Return the processes to run of the cases of a version."""
        if self._request.processes:
            return frozenset(self._request.processes)
        known = self._changed.get(version)
        if known is None:
            known = self._changed[version] = self._design.processes_unlike(self._of(version))
        return known

    def _of(self, version: str) -> Design:
        """Return a version cases ran on, as it is parsed for them already."""
        known = self._versions.get(version)
        if known is None:
            tools = self._host.tools
            parsed, files = tools.versions.parsed(version), tools.versions.files(version)
            known = Design(version, files, tools.engine, parsed.forms, parsed.parameters)
            self._versions[version] = known
        return known

    def _run(self, case: CaseRow, told: tuple[Act, ...]) -> tuple[Difference, ...]:
        rerun = Rerun(self._design, case)
        limits = self._limits(case, told)
        found: list[Difference] = []
        for act in told:
            if act.kind == "case_cancelled":
                break  # ended from outside, on any version
            parted = step(rerun, act, self._of(act.version))
            if parted is not None:
                found.append(parted)
                break
            found += limits.after(act, rerun.opened, rerun.shut)
        return tuple(found)

    def _limits(self, case: CaseRow, told: tuple[Act, ...]) -> Limits:
        rows = {row.id: row for row in self._uow.deadlines.of_case(case.id)}
        stops = {name: suspensions(self._uow.deadlines.suspensions(name)) for name in rows}
        return Limits(rows, stops, self._design.parameters.rules, self._calendar, told)
