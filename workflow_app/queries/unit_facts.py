"""The facts of a cancellation's or a correction's case that its forms show: whose units, how many, what for.

Part of ``form_facts``. Names of persons are masked, as everywhere but on the certificate itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select

from workflow_app.domain.cancellation import Purpose, SubType, described
from workflow_app.domain.correction import CorrectionKind
from workflow_app.domain.figures import capital
from workflow_app.kernel.codes import mask_name
from workflow_app.queries.case_file import Case
from workflow_app.queries.reading import Reading
from workflow_app.store.tables import (
    account,
    cancellation,
    case_file,
    correction,
    ledger_line,
    organisation,
    unit_balance,
    user_account,
)

PROPOSALS: Final = {"confirmed": "问题成立，予以更正", "dismissed": "问题不成立，解除锁定"}


def facts(reading: Reading, case: Case) -> dict[str, Any]:
    """Return what is known of the units a case is about; nothing for cases of another kind."""
    if case.process_id == "cancellation":
        return _holder(reading, case) | _cancellation(reading, case)
    if case.process_id == "correction":
        return _correction(reading, case)
    return {}


def _holder(reading: Reading, case: Case) -> dict[str, Any]:
    query = select(account.c.id, account.c.number, organisation.c.name, user_account.c.name.label("person"))
    query = query.outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    query = query.outerjoin(user_account, user_account.c.id == account.c.person_id)
    if case.applicant_org is None:
        opened = select(case_file.c.opened_by).where(case_file.c.id == case.id).scalar_subquery()
        query = query.where(account.c.person_id == opened)
    else:
        kind = "owner" if case.owner_org else "buyer"
        query = query.where(account.c.organisation_id == case.applicant_org, account.c.kind == kind)
    row = reading.execute(query).first()
    if row is None:
        return {}
    free = select(func.sum(unit_balance.c.quantity)).where(
        unit_balance.c.account_id == row.id,
        unit_balance.c.project_id == case.project_id,
        unit_balance.c.bucket.in_(("available", "held")),
    )
    return {
        "account_number": row.number,
        "holder_name": row.name or mask_name(row.person or ""),
        "free_tonnes": int(reading.execute(free).scalar() or 0),
    }


def _cancellation(reading: Reading, case: Case) -> dict[str, Any]:
    """The application last handed in."""
    query = select(cancellation).where(cancellation.c.case_id == case.id)
    last = reading.execute(query.order_by(cancellation.c.id.desc()).limit(1)).mappings().first()
    if last is None:
        return {}
    row = dict(last)
    found: dict[str, Any] = {
        "cancellation_number": row["number"],
        "cancellation_tonnes": row["quantity"],
        "cancellation_words": f"{capital(row['quantity'])}吨",
        "cancellation_purpose_shown": purpose_of(row),
        "beneficiary_shown": beneficiary_of(reading, row),
    }
    if row["cancel_posting_id"] is not None:
        cancelled = (
            select(ledger_line.c.serial)
            .where(
                ledger_line.c.posting_id == row["cancel_posting_id"],
                ledger_line.c.quantity > 0,
                ledger_line.c.bucket == "cancelled",
            )
            .order_by(ledger_line.c.first_unit)
        )
        found["cancelled_serials"] = "、".join(reading.execute(cancelled).scalars())
        found["cancelled_at"] = row["decided_at"]
    return found


def purpose_of(row: Mapping[str, Any]) -> str:
    """Return a cancellation's purpose as it is printed."""
    sub_type = SubType(row["sub_type"]) if row["sub_type"] else None
    return described(Purpose(row["purpose"]), sub_type, row["purpose_other"])


def beneficiary_of(reading: Reading, row: Mapping[str, Any]) -> str:
    """Return for whom a cancellation is: an organisation's whole name, a person's masked one."""
    if row["beneficiary_kind"] == "organisation":
        return str(row["beneficiary_name"])
    if row["beneficiary_kind"] == "person":
        people = reading.opened(row["people"])
        return mask_name(str(people["beneficiary"])) if isinstance(people, Mapping) else str(people)
    return "持有人自己"


def _correction(reading: Reading, case: Case) -> dict[str, Any]:
    row = reading.execute(select(correction).where(correction.c.case_id == case.id)).mappings().first()
    if row is None:
        return {}
    return {
        "correction_number": row["number"],
        "correction_kind_shown": CorrectionKind(row["kind"]).label,
        "correction_tonnes": row["quantity"],
        "locked_tonnes": row["locked"],
        "confirmed_tonnes": row["confirmed"],
        "outstanding_tonnes": row["outstanding"],
        "correction_reasons": row["decision"],
    }
