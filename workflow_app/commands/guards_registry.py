"""What the law asks of the registry's own forms when they are handed in (K): see :mod:`.guards`."""

from __future__ import annotations

from handlers.contract import at_fields
from handlers.values import tonnes
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.issuance import check_prepared
from workflow_app.engine.forms import FormValue


def minting(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """I5: what is prepared for registration is what was published, or without a notice at most accepted.

    The units are judged once more when they are minted; here whoever typed a wrong number is told at once.
    """
    project_id, batch_id = case.row.project_id, case.row.batch_id
    batch = run.uow.programme.batch(batch_id) if batch_id else None
    prepared = tonnes(value.data.get("mint_tonnes"))
    if batch is None or project_id is None or prepared is None:
        return
    opinions = [one for one in run.uow.programme.opinions(project_id) if one["batch_id"] == batch_id]
    notices = [one for one in run.uow.programme.notices(project_id) if one["batch_id"] == batch_id]
    published = notices[-1]["quantity"] if notices and batch["notice_required"] else None
    at_fields(check_prepared(prepared, published, opinions[-1]["accepted_tonnes"] if opinions else None))
