"""Lines and holdings of the domain as rows of the book, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.domain.ledger.entries import Line
from workflow_app.domain.ledger.holdings import Hold, Holding, HoldKind, Prior
from workflow_app.domain.ledger.serial import Serial


def line_row(line: Line) -> dict[str, Any]:
    prior = line.prior
    return {
        "account_id": line.account_id,
        "bucket": line.bucket.value,
        "batch_id": line.batch_id,
        "quantity": line.quantity,
        "vintage": line.block.vintage,
        "first_unit": line.block.start,
        "last_unit": line.block.end,
        "serial": str(line.block),
        "transfer_count": line.transfer_count,
        "hold_kind": line.hold.kind.value if line.hold else None,
        "hold_id": line.hold.id if line.hold else None,
        "prior_bucket": prior.bucket.value if prior else None,
        "prior_hold_kind": prior.hold.kind.value if prior and prior.hold else None,
        "prior_hold_id": prior.hold.id if prior and prior.hold else None,
        "of_line": line.of,
        "holding_id": line.holding_id,
    }


def holding_row(line: Mapping[str, Any], project_id: str | None, posting_id: str) -> dict[str, Any]:
    left_out = {"of_line", "holding_id", "quantity"}
    kept = {name: value for name, value in line.items() if name not in left_out}
    return {"id": line["holding_id"], "project_id": project_id, "posting_id": posting_id, **kept}


def holding_of(row: Mapping[Any, Any]) -> Holding:
    prior = None
    if row["prior_bucket"] is not None:
        prior = Prior(Bucket(row["prior_bucket"]), _hold(row["prior_hold_kind"], row["prior_hold_id"]))
    return Holding(
        row["id"],
        row["project_id"],
        row["batch_id"],
        row["account_id"],
        Bucket(row["bucket"]),
        Serial.parse(row["serial"]),
        row["transfer_count"],
        _hold(row["hold_kind"], row["hold_id"]),
        prior,
    )


def _hold(kind: str | None, hold_id: str | None) -> Hold | None:
    return None if kind is None or hold_id is None else Hold(HoldKind(kind), hold_id)
