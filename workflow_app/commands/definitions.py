"""The first version: what came with the product is deployed where nothing is.

Every later one is proposed and approved (:mod:`workflow_app.commands.proposals`).
"""

from __future__ import annotations

from workflow_app.commands import gate, statute
from workflow_app.commands.host import Host
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import SYSTEM
from workflow_app.commands.versions import shipped

REASON = "随产品提供的首个版本"


def ship(host: Host) -> str:
    """Deploy the version that came with the product where there is none; return the effective one.

    :raises RuntimeError: what came with the product would not be deployed; a defect of the product.
    """
    with host.store.unit_of_work() as uow:
        run = host.run(uow, SYSTEM)
        effective = uow.definitions.effective(run.at)
        if effective is not None:
            return effective.version
        files = shipped()
        faults = [finding for finding in gate.findings(files) if finding.severity == "error"]
        if faults:
            raise RuntimeError(f"the shipped version does not pass the gate: {faults[0]}")
        version = uow.definitions.store(files, run.at)
        row = uow.definitions.deploy(version, run.at, REASON, statute=statute.edition())
        facts = {"version": row.version, "reason": row.reason, "statute": row.statute}
        uow.history.record(
            "version_deployed", "definitions", who(run.actor), run.at, version=row.version, facts=facts
        )
        uow.commit()
        return row.version
