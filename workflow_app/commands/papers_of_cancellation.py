"""What the certificate of a cancellation says (R42, I8): whose units, for whom, what for, which ones.

355号附件二（三）. A natural person's name is in the frozen data as ciphertext only, and opened when the file
is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands.matter import Matter, whole, written
from workflow_app.domain.cancellation import Purpose, SubType, described
from workflow_app.domain.certificate import grouped
from workflow_app.domain.figures import capital
from workflow_app.domain.ledger.serial import Serial

Given = Mapping[str, Any]
VERIFY: Final = "/verify/"
"""Where anybody checks a certificate by its code."""


def certificate(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """注销凭证.

    :param given: ``cancellation`` (its row), ``serials``, ``code``, ``stated``, and ``issuer`` and
        ``delegation`` where a delegate issues it.
    """
    row, house = given["cancellation"], matter.run.tools.house
    serials = [str(serial) for serial in given["serials"]]
    holder = _holder(matter, row["account_id"])
    sub_type = SubType(row["sub_type"]) if row["sub_type"] else None
    address = f"{house.public_url}{VERIFY}{given['code']}"
    said: dict[str, Any] = {
        "holder": holder,
        "beneficiary": _beneficiary(matter, row, given["stated"]) or holder,
        "purpose": described(Purpose(row["purpose"]), sub_type, row["purpose_other"]),
        "quantity": whole(row["quantity"]),
        "quantity-words": capital(row["quantity"]),
        "project": matter.project.get("name"),
        "project-number": matter.project.get("number"),
        "methodology": matter.methodology,
        "vintages": "、".join(str(year) for year in sorted({Serial.parse(each).vintage for each in serials})),
        "serials": serials,
        "cancelled-at": written(row["decided_at"]),
        "code": grouped(given["code"]),
        "verify-url": address,
        "qr": matter.run.tools.press.typesetter.code(address),
        "register-url": house.public_url,
        "delegation": None,
    }
    if given.get("issuer"):
        said |= {"issuer": given["issuer"], "delegation": given["delegation"]}
    return said


def _holder(matter: Matter, account_id: str) -> object:
    account = matter.run.uow.cancellations.account(account_id)
    if account is None:
        raise LookupError(f"account {account_id} is not on record")
    return matter.holder(account)


def _beneficiary(matter: Matter, row: Mapping[str, Any], stated: Mapping[str, Any]) -> object:
    if row["beneficiary_kind"] == "person":
        people = matter.run.uow.cancellations.people(row)
        name = people["beneficiary"] if isinstance(people, Mapping) else people
        return matter.run.uow.personal.seal(f"cancellation:{row['id']}", name)
    return stated.get("beneficiary_name") or row["beneficiary_name"]
