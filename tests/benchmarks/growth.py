"""One project round after round: each opens an issuance case, applies, and withdraws it again.

A round is three acts of the lifecycle's loop: the request (a linked case is opened), the application (Forms
3 and 4) and the withdrawal (the linked case is cancelled, its caller goes on). A withdrawn period is free
again, so that one project can go through any number of rounds on one day. Nothing is issued: what is minted
is bound by the crediting period, not by speed.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.probes import Watch
from tests.benchmarks.worlds import Bench, open_task
from tests.scenarios.programme import Programme
from tests.support.calculation import forest_rows
from workflow_app.commands.requests import CompleteTask, WithdrawBatch
from workflow_app.store.chain import verify
from workflow_app.store.tables import batch, token

APPLIED = {
    "monitoring_period": {"start": "2024-01-01", "end": "2024-12-31"},
    "requested_tonnes": 14_800,
    "vintages": [{"year": 2024, "tonnes": 14_800}],
    "calculation_parameters": forest_rows("14800.73"),
}


class Lifecycle:
    """A registered project whose owner asks for one issuance after another."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.done = 0
        self._project_id = programme.project_id
        self._owner = programme.app.actor(programme.people["owner"], "web")
        self._request = programme.answer_to(programme.task("request_issuance"), "owner")

    def round(self) -> Watch:
        """Go round once; returns the times of the acts."""
        self.programme.project_id = self._project_id
        execute, watch = self.programme.app.execute, Watch()
        request = CompleteTask(open_task(self.programme), self._request)
        with watch.timing():
            execute(request, self._owner)
        application = CompleteTask(*self._application())
        with watch.timing():
            execute(application, self._owner)
        with watch.timing():
            execute(WithdrawBatch(self._project_id, "数据有误"), self._owner)
        self.done += 1
        return watch

    def until(self, count: int) -> None:
        """Go round until ``count`` rounds are done."""
        while self.done < count:
            self.round()

    def finish(self) -> bool:
        """End the lifecycle; tell whether its state, its records and its history are right."""
        programme, store = self.programme, self.programme.app.store
        programme.project_id = self._project_id
        last = programme.answer_to(_task(programme), "owner", action="finish", finish_reason="计入期届满")
        programme.app.execute(CompleteTask(open_task(programme), last), self._owner)
        with store.reading() as uow:
            lifecycle = next(c for c in uow.cases.of_project(self._project_id) if not c.parent_case_id)
            left = uow.connection.execute(
                select(func.count()).select_from(token).where(token.c.case_id == lifecycle.id)
            ).scalar_one()
            withdrawn = uow.connection.execute(
                select(func.count())
                .select_from(batch)
                .where(batch.c.project_id == self._project_id, batch.c.state == "withdrawn")
            ).scalar_one()
            chain = verify(uow.connection, store.vault, [f"case:{lifecycle.id}"])
        return (
            lifecycle.outcome == "completed" and left == 0 and withdrawn == self.done and not chain.breaches
        )

    def _application(self) -> tuple[str, dict[str, Any]]:
        task = _task(self.programme)
        return task.id, self.programme.answer_to(task, "owner", **APPLIED)


def _register_another(programme: Programme) -> None:
    programme.given_released_by_no_one()
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-07-02")
    programme.on("2025-07-10")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")


def _task(programme: Programme) -> Any:
    with programme.app.store.reading() as uow:
        return uow.inbox.get(open_task(programme))


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Compare a late round with an early one, act by act in turn; then finish a long project."""
    sizes = bench.sizes
    with bench.place(kind) as place:
        programme = place.programme("2025-01-02")
        programme.given_registered_project("2025-06-09")
        programme.on("2025-07-01")
        old = Lifecycle(programme)
        old.until(sizes.late - sizes.runs // 2)
        _register_another(programme)
        young = Lifecycle(programme)
        young.until(sizes.early - sizes.runs // 2)
        cpu, wall = [], []
        for _ in range(sizes.runs):
            before, after = young.round(), old.round()
            cpu.append(sum(after.cpu) / sum(before.cpu))
            wall.append(sum(after.wall) / sum(before.wall))
        old.until(sizes.rounds)
        right = old.finish()
        programme.app.store.engine.dispose()
    what = f"round {sizes.late:,} ÷ round {sizes.early}"
    return [
        Figure(f"{what}, CPU ({kind})", p50(cpu), "×", Goal.at_most(1.1), sizes.full),
        Figure(f"{what}, wall ({kind})", p50(wall), "×", Goal.at_most(1.1), sizes.full),
        Figure(
            f"rounds of one project, then finished correctly ({kind})",
            old.done if right else 0,
            "rounds",
            Goal.at_least(10_000),
            sizes.full,
        ),
    ]
