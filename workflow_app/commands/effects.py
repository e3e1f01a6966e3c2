"""Carrying out what handlers return: one function an effect, in one visible table.

The K rules are checked there against the records whatever a diagram says, and the database
holds the same rules once more. This module dispatches; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from handlers import complaint_effects as complaints
from handlers import effects as asked
from handlers import pilot_effects as pilots
from handlers import unit_effects as units
from handlers.effects import Effect
from workflow_app.commands import (
    on_batches,
    on_cancellations,
    on_complaints,
    on_corrections,
    on_documents,
    on_notices,
    on_people,
    on_pilots,
    on_projects,
)
from workflow_app.commands.run import OpenCase, Run
from workflow_app.commands.trading import on_orders

Applier = Callable[[Run, OpenCase, Any, str], None]

APPLIERS: Final[Mapping[type[Effect], Applier]] = {
    asked.MoveProject: on_projects.move_project,
    asked.RecordOpinion: on_projects.record_opinion,
    asked.OpenAccount: on_projects.open_account,
    asked.RegisterProject: on_projects.register,
    pilots.FilePilot: on_pilots.file_pilot,
    pilots.TakeFigures: on_pilots.take_figures,
    pilots.ReportEvaluation: on_pilots.report,
    asked.OpenNotice: on_notices.open_notice,
    asked.CloseNotice: on_notices.close_notice,
    asked.TerminateNotice: on_notices.terminate,
    asked.AnnounceResult: on_notices.announce,
    asked.SettleComment: on_notices.settle_comment,
    asked.SettleObjections: on_notices.settle_objections,
    asked.ReceiveBatch: on_batches.receive,
    asked.UpdateBatch: on_batches.update,
    asked.MintUnits: on_batches.mint,
    units.HoldUnits: on_cancellations.hold,
    units.CancelUnits: on_cancellations.cancel,
    units.ReturnUnits: on_cancellations.give_back,
    units.IssueCertificate: on_cancellations.issue,
    units.LockUnits: on_corrections.lock,
    units.DecideCorrection: on_corrections.decide,
    units.ReopenCorrection: on_corrections.reopen,
    units.UnlockUnits: on_corrections.unlock,
    units.ReverseUnits: on_corrections.reverse,
    complaints.BeginCorrection: on_complaints.begin_correction,
    complaints.AnswerComplaint: on_complaints.answer,
    asked.PlaceOrder: on_orders.place,
    asked.ReservePayment: on_orders.reserve,
    asked.SettleOrder: on_orders.settle,
    asked.EndOrder: on_orders.end,
    asked.RecordOverdue: on_people.record_overdue,
    asked.IssueDocument: on_documents.carry_out,
    asked.Notify: on_people.notify,
}


def apply(run: Run, case: OpenCase, effect: Effect, key: str) -> dict[str, Any]:
    """Carry out one effect and return what the history says of it.

    What it wrote into live tables is in the event as rows; only its name is said again.

    :param key: the act's idempotency key.
    :raises Refused: a K rule forbids it.
    """
    APPLIERS[type(effect)](run, case, effect, key)
    return {"effect": type(effect).__name__}
