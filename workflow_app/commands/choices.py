"""The values a form's sources offer at this moment in this case: people, pilots, methodologies.

One function a source, in one visible table; the page shows them, the command holds the answer to
them. A source that is not here (a fixed list such as the counties) is not judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from workflow_app.commands import calculations, panels, recusal
from workflow_app.commands.calculations import Calculations
from workflow_app.engine.forms import FormDefinition
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.unit_of_work import UnitOfWork

FIRST_BATCH_WAYS: Final[Mapping[str, str]] = {
    "separate": "先登记项目，登记后再申请签发",
    "combined": "首期减排量与项目一并申请、评估、公示和登记",
}
Offer = Callable[["Asked"], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an offer may look at.

    :param flags: the parameters of the case's version.
    :param calculations: those of the case's version.
    """

    uow: UnitOfWork
    case: CaseRow
    today: date
    flags: Mapping[str, object]
    calculations: Calculations

    @property
    def years(self) -> int:
        """How long a tie of an expert bars them."""
        return int(str(self.flags.get("conflict_years", 3)))


def offered(
    uow: UnitOfWork,
    form: FormDefinition,
    case: CaseRow,
    today: date,
    flags: Mapping[str, object],
    calculations: Calculations,
) -> dict[str, Mapping[str, str]]:
    """Return, for each source the form names, its values and their labels.

    :param flags: the parameters of the case's version.
    :param calculations: those of the case's version.
    """
    fields = [each for field in form.fields() for each in (field, *field.rows)]
    names = {field.source for field in fields if field.source in SOURCES}
    asked = Asked(uow, case, today, flags, calculations)
    return {name: SOURCES[name](asked) for name in sorted(names)}


def _methodologies(asked: Asked) -> Mapping[str, str]:
    """R23: only what is published by today, and not replaced or ended."""
    return {row["code"]: row["name"] for row in asked.uow.programme.methodologies_in_force(asked.today)}


def _pilot_filings(asked: Asked) -> Mapping[str, str]:
    """R27: only filings in force."""
    return {row["id"]: f"{row['number']} {row['name']}" for row in asked.uow.programme.filings("filed")}


def _experts(asked: Asked) -> Mapping[str, str]:
    """Recusal: conflicted experts are not even offered."""
    found = {user.id: user.name for user in asked.uow.people.users(asked.today, role="expert")}
    barred = recusal.conflicted(asked.uow, asked.case, found, asked.today, asked.years)
    return {expert: name for expert, name in found.items() if expert not in barred}


def _panel_members(asked: Asked) -> Mapping[str, str]:
    """The panel this case's clerk appointed last, as its seats have passed on since."""
    panel = panels.of_case(asked.uow.history, asked.case)
    return {expert: asked.uow.people.user(expert).name for expert in panel.experts}


def _bureaus(asked: Asked) -> Mapping[str, str]:
    return {row.id: row.name for row in asked.uow.people.organisations("prefecture_bureau")}


def _calculation_parameters(asked: Asked) -> Mapping[str, str]:
    """附件4: the parameters of the project's pinned methodology, where it has a calculation."""
    if asked.case.process_id == "expert_assessment" and asked.case.batch_id is None:
        return {}  # the project itself is assessed: there is no period to compute
    return calculations.lines(calculations.of_case(asked.uow, asked.case, asked.calculations))


def _stated_parameters(asked: Asked) -> Mapping[str, str]:
    """附件4: the same lines for an expert, each with what the owner states last."""
    calculation = calculations.of_case(asked.uow, asked.case, asked.calculations)
    if calculation is None or asked.case.batch_id is None:
        return {}
    rows = calculations.stated(asked.uow, asked.case)
    told = {str(row.get("item")): f"{_plain(row['value'])}（{row.get('source', '')}）" for row in rows}
    return {
        symbol: f"{label}：{told.get(symbol, '—')}"
        for symbol, label in calculations.lines(calculation).items()
    }


def _issued_batches(asked: Asked) -> Mapping[str, str]:
    """The batches of the case's project that were issued."""
    rows = asked.uow.programme.batches(asked.case.project_id) if asked.case.project_id else ()
    return {row["id"]: _stage(row) for row in rows if row["issued"]}


def _owner_batches(asked: Asked) -> Mapping[str, str]:
    """The batches of which the project's owner has units for sale, of whatever project."""
    project = asked.uow.programme.project(asked.case.project_id) if asked.case.project_id else None
    account = asked.uow.programme.account(project["owner_org"], "owner") if project else None
    free = asked.uow.ledger.balances(account["id"]) if account else {}
    found: dict[str, str] = {}
    for (batch_id, bucket), tonnes in sorted(free.items(), key=str):
        row = asked.uow.programme.batch(batch_id) if batch_id and bucket == "available" else None
        of = asked.uow.programme.project(row["project_id"]) if row else None
        if row is not None and of is not None:
            found[row["id"]] = f"{of['number']} {of['name']} {_stage(row)}，可用{tonnes:,}吨"
    return found


def _holding_accounts(asked: Asked) -> Mapping[str, str]:
    """The accounts that hold live units of the case's project."""
    return dict(asked.uow.cancellations.holders(asked.case.project_id)) if asked.case.project_id else {}


def _first_batch_ways(asked: Asked) -> Mapping[str, str]:
    """首期减排量: after registration, or together with the project where the parameters allow it."""
    allowed = asked.flags.get("combined_first_pass") is True
    return FIRST_BATCH_WAYS if allowed else {"separate": FIRST_BATCH_WAYS["separate"]}


def _stage(row: Mapping[str, Any]) -> str:
    return f"第{row['sequence']}期（{row['period_start']}至{row['period_end']}，已登记{row['issued']:,}吨）"


def _plain(value: str) -> str:
    """Return a figure without the zeros its box pads it with."""
    return value.rstrip("0").rstrip(".") if "." in value else value


SOURCES: Final[Mapping[str, Offer]] = {
    "bureaus": _bureaus,
    "calculation_parameters": _calculation_parameters,
    "experts": _experts,
    "first_batch_ways": _first_batch_ways,
    "holding_accounts": _holding_accounts,
    "issued_batches": _issued_batches,
    "methodologies": _methodologies,
    "owner_batches": _owner_batches,
    "panel_members": _panel_members,
    "pilot_filings": _pilot_filings,
    "stated_parameters": _stated_parameters,
}
