"""投诉 after registration (docs/domain.md §4): no sign-in, a receipt number, a case for each complaint.

参照31号令第三十四条、第四十一条. Its case has no parties: whom it is about does not read it.
Whether it is looked into is the department's to decide; that it is answered is not.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import steps
from workflow_app.commands.complaint_requests import SubmitComplaint
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.domain.ledger.serial import Serial
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.kernel.identifiers import new_id, receipt_number
from workflow_app.store import tables

PROCESS: Final = "complaint"
LONGEST: Final = 5000
LONGEST_NAME: Final = 100
LONGEST_CONTACT: Final = 254


def submit(run: Run, request: SubmitComplaint) -> Result:
    """Take a complaint and open its case.

    :raises NotFound: no such registered project.
    :raises InvalidForm: nothing said, too much, or a serial that is not of this project.
    """
    project = run.uow.programme.project_by_number(request.number)
    if project is None:
        raise NotFound("project_not_found", "没有这个登记编号")
    text, serial = request.text.strip(), request.serial.strip().upper()
    errors: dict[str, list[str]] = {}
    if not text:
        errors["text"] = ["请填写投诉的事实和理由"]
    elif len(text) > LONGEST:
        errors["text"] = [f"投诉内容不得超过{LONGEST}字"]
    if len(request.name) > LONGEST_NAME:
        errors["name"] = [f"姓名或名称不得超过{LONGEST_NAME}字"]
    if len(request.contact) > LONGEST_CONTACT:
        errors["contact"] = [f"联系方式不得超过{LONGEST_CONTACT}字"]
    if serial and not _of_project(serial, request.number):
        errors["serial"] = ["序列号有误，或者不是该项目的减排量，请核对；不清楚的可以不填"]
    if errors:
        raise InvalidForm(errors)
    complaint_id, receipt = new_id(), receipt_number("TS")
    run.uow.programme.add(
        tables.complaint,
        {
            "id": complaint_id,
            "receipt": receipt,
            "project_id": project["id"],
            "serial": serial,
            "case_id": None,
            "received_at": run.at,
            "text": text,
            "author": run.uow.complaints.sealed_author(
                complaint_id, request.name.strip(), request.contact.strip()
            ),
            "state": "received",
            "correction_id": None,
            "outcome": None,
            "reply": None,
            "decided_at": None,
        },
    )
    case = steps.start(
        run,
        PROCESS,
        {
            "project_id": project["id"],
            "complaint_id": complaint_id,
            "received_at": run.at.isoformat(),
        },
        title=f"{project['name']}：投诉"[:200],
    )
    run.uow.programme.change(tables.complaint, complaint_id, {"case_id": case.id})
    run.uow.history.record("complaint_received", f"project:{project['id']}", who(run.actor), run.at)
    run.drain()
    return Result({"receipt": receipt, "complaint_id": complaint_id})


def _of_project(serial: str, number: str) -> bool:
    try:
        Serial.parse(serial)
    except ValueError:
        return False
    return serial.startswith(f"{number}-")
