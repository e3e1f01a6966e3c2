"""Versions deployed as the process administrators do it: proposed by one, approved by a second."""

from __future__ import annotations

from collections.abc import Mapping

from tests.scenarios.programme import Programme
from workflow_app.commands import statute
from workflow_app.commands.design_requests import DecideProposal, ProposeFiles
from workflow_app.commands.requests import Result
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.history import SYSTEM


def deploy(
    programme: Programme,
    files: Mapping[str, bytes],
    reason: str = "按会议纪要调整流程",
    *,
    by: str = "administrator",
    approver: str = "second_administrator",
) -> Result:
    """Files changed are proposed and approved; cases from now on start on them."""
    proposed = programme.do(by, ProposeFiles(dict(files), reason))
    return programme.do(approver, DecideProposal(str(proposed.values["proposal_id"]), approve=True))


def slipped(programme: Programme, files: Mapping[str, bytes]) -> str:
    """A version the gate never saw, put into the database by whoever holds its password; return its hash.

    What the code and the database themselves forbid is shown on it.
    """
    app = programme.app
    one, other = programme.people["administrator"], programme.people["second_administrator"]
    with app.store.unit_of_work() as uow:
        present = app.tools.versions.effective(uow)
        version = uow.definitions.store({**app.tools.versions.files(present), **files}, uow.now)
        forged = {
            "id": new_id(),
            "number": f"BS-{new_id()}",
            "draft_id": None,
            "version": version,
            "base": present,
            "kind": "process",
            "reason": "混入",
            "effective_from": None,
            "warnings": [],
            "authors": [one],
            "statute": statute.edition(),
            "state": "approved",
            "submitted_by": one,
            "submitted_at": uow.now,
            "decided_by": other,
            "decided_at": uow.now,
            "decision_reason": "",
        }
        uow.design.propose(forged)
        uow.definitions.deploy(
            version, uow.now, "混入", statute=statute.edition(), deployed_by=one, approved_by=other
        )
        uow.history.record("version_deployed", "definitions", SYSTEM, uow.now, version=version)
        uow.commit()
    return version
