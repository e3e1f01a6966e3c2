"""What the papers of the registry say: 项目登记、减排量登记.

355号附件二（一）. Quantities are what the book holds: whole tonnes, with their serial numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow_app.commands.matter import Matter, facts, whole, written
from workflow_app.domain.figures import capital
from workflow_app.domain.methodology import MethodologyField

Given = Mapping[str, Any]


def registration(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """项目登记通知书."""
    project = matter.project
    row = matter.run.uow.programme.registration(str(matter.case.row.project_id)) or {}
    account = matter.run.uow.programme.account(matter.case.row.owner_org, "owner") or {}
    start, end = project.get("crediting_start"), project.get("crediting_end")
    return {
        "registered-on": written(row.get("registered_at") or matter.run.at),
        "facts": facts(
            ("项目编号", project.get("number")),
            ("项目名称", matter.name),
            ("项目业主", matter.owner),
            ("方法学", matter.methodology),
            ("所属领域", MethodologyField(project["field"]).label if project.get("field") else ""),
            ("计入期", f"{written(start)}至{written(end)}" if start and end else ""),
            ("业主账户", account.get("number")),
            ("注册登记机构", matter.exchange),
        ),
    }


def issuance(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """减排量登记通知书, with the blocks of units the posting of this act made."""
    batch, project = matter.batch, matter.project
    number, quantity = project.get("number"), int(batch["issued"])
    return {
        "sequence": str(batch["sequence"]),
        "notice": "并公示" if batch["notice_id"] else "",
        "issued-on": written(batch["issued_at"]),
        "quantity": whole(quantity),
        "quantity-words": capital(quantity),
        "facts": facts(
            ("项目编号", number),
            ("监测期", f"{written(batch['period_start'])}至{written(batch['period_end'])}"),
            ("专家组认可", f"{whole(batch['accepted'])}吨二氧化碳当量" if batch["accepted"] else ""),
            ("公示的数量", f"{whole(batch['publicised'])}吨二氧化碳当量" if batch["publicised"] else ""),
        ),
        "blocks": blocks(matter, f"mint:{batch['id']}"),
    }


def blocks(matter: Matter, key: str, account_id: str | None = None) -> list[list[str]]:
    """Return the blocks a posting gave to whom it was for: year, tonnes, serial number.

    :param account_id: whose; a block that is split goes in part back to whoever gave it.
    """
    posted = matter.run.uow.ledger.posted(key)
    lines = matter.run.uow.ledger.lines(posted["id"]) if posted else ()
    return [
        [str(line["vintage"]), whole(line["quantity"]), line["serial"]]
        for line in lines
        if line["quantity"] > 0 and account_id in (None, line["account_id"])
    ]
