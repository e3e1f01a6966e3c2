"""Units as the scenarios speak of them: issued, sold, applied for, found wrong, and where they are now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from stdnum.cn import uscc

from tests.scenarios import holding
from tests.scenarios.issuing import apply, assessed_and_published
from tests.scenarios.programme import Programme
from tests.support.book import running
from workflow_app.commands import on_ledger, on_money
from workflow_app.commands.book import Act, Carried
from workflow_app.commands.on_ledger import Sale
from workflow_app.commands.picking import Units
from workflow_app.commands.requests import SYSTEM, CreateOrganisation
from workflow_app.commands.unit_requests import GrantDelegation, OpenCancellation, OpenCorrection
from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.history import SYSTEM as SYSTEM_WHO


def given_issued(programme: Programme, **vintages: int) -> None:
    """A registered project with one batch issued; ``y2021=14500``."""
    years = {int(year.removeprefix("y")): tonnes for year, tonnes in vintages.items()}
    total = sum(years.values())
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, f"{min(years)}-01-01", f"{max(years)}-12-31", total, f"{total}.00")
    assessed_and_published(programme, total, "2025-08-04")
    programme.on("2025-08-12")
    rows = [{"year": year, "tonnes": tonnes} for year, tonnes in sorted(years.items())]
    programme.hand_in("prepare_minting", "maker", mint_tonnes=total, mint_vintages=rows)
    programme.hand_in("verify_minting", "checker")


def given_next_batch(programme: Programme, year: int, tonnes: int, published: str, closed: str) -> None:
    """The project's next batch, of one year, issued."""
    programme.hand_in("request_issuance", "owner")
    apply(programme, f"{year}-01-01", f"{year}-12-31", tonnes, f"{tonnes}.00")
    assessed_and_published(programme, tonnes, published)
    programme.on(closed)
    rows = [{"year": year, "tonnes": tonnes}]
    programme.hand_in("prepare_minting", "maker", mint_tonnes=tonnes, mint_vintages=rows)
    programme.hand_in("verify_minting", "checker")


def owner_account(programme: Programme) -> str:
    """The owner's account."""
    with programme.app.store.reading() as uow:
        account = uow.programme.account(programme.organisations["owner"], "owner")
    assert account is not None
    return str(account["id"])


def given_buyer(programme: Programme, name: str) -> str:
    """A legal person with somebody who buys for it, its account opened; returns the account."""
    number = str(len(programme.organisations)).zfill(6)
    body = f"91360100DEM{number}"
    holding.given_buyer(programme, name, body + uscc.calc_check_digit(body))
    return holding.opened(programme, holding.applied(programme, name))


def given_person(programme: Programme, name: str) -> str:
    """A natural person, 丁演示, with an account of their own; returns the account."""
    holding.given_natural_person(programme, name)
    return holding.opened(programme, holding.applied_natural(programme, name), holding.PERSON_CODE)


def on_book(programme: Programme, what: Callable[..., Carried], act: Act, *arguments: Any) -> Carried:
    """Carry out one act on the book in a transaction of its own."""
    with programme.app.store.unit_of_work() as uow:
        run = running(uow)
        run.at = programme.clock.now()
        done = what(run, act, *arguments)
        uow.history.record("acted", f"project:{programme.project_id}", SYSTEM_WHO, programme.clock.now())
        uow.commit()
    return done


def sold(programme: Programme, buyer: str, quantity: int, cents: int = 4500) -> tuple[str, ...]:
    """Units of the project sold to a buyer at a price; returns their serials."""
    name = new_id()
    amount = quantity * cents
    on_book(programme, on_money.deposit, Act(f"in:{name}"), buyer, amount)
    on_book(programme, on_money.reserve, Act(f"set:{name}"), buyer, amount)
    units = Units(owner_account(programme), programme.project_id, quantity)
    sale = Sale(units, buyer, cents, 0, f"CJ-{name}")
    return on_book(programme, on_ledger.transfer, Act(f"trade:{name}"), sale).serials


def given_delegate(programme: Programme, until: str, *scope: str, since: str = "2025-01-01") -> str:
    """A body with a delegation to issue certificates; returns the delegation."""
    if "registry_body" not in programme.organisations:
        entered = programme.app.execute(CreateOrganisation("演示凭证中心", "", "other"), SYSTEM)
        programme.organisations["registry_body"] = str(entered.values["organisation_id"])
        programme.given_person("delegate", "registry_body", "certificate_delegate")
    request = GrantDelegation(
        programme.organisations["registry_body"],
        f"赣环气候委〔2025〕{new_id()[-4:]}号",
        scope or ("public_welfare",),
        date.fromisoformat(since),
        date.fromisoformat(until),
    )
    return str(programme.do("leader", request).values["delegation_id"])


def when_applied(programme: Programme, who: str, account: str, tonnes: int, **changes: Any) -> str:
    """A holder opens a cancellation and hands it in; returns the case."""
    opened = programme.do(who, OpenCancellation(account, programme.project_id))
    case_id = str(opened.values["case_id"])
    programme.hand_in("apply_cancellation", who, case_id=case_id, cancel_tonnes=tonnes, **changes)
    return case_id


def when_cancelled(programme: Programme, who: str, account: str, tonnes: int, **changes: Any) -> str:
    """A cancellation applied for and verified; its certificate is still to be issued."""
    case_id = when_applied(programme, who, account, tonnes, **changes)
    programme.hand_in("verify_cancellation", "checker", case_id=case_id)
    return case_id


def when_found(programme: Programme, **changes: Any) -> str:
    """The department's clerk opens a correction and registers what was found; returns the case."""
    case_id = str(programme.do("clerk", OpenCorrection(programme.project_id)).values["case_id"])
    programme.hand_in("register_finding", "clerk", case_id=case_id, **changes)
    programme.hand_in("investigate_finding", "clerk", case_id=case_id)
    return case_id


def held(programme: Programme, account: str) -> dict[str, int]:
    """Tonnes of the project on an account, by bucket."""
    with programme.app.store.reading() as uow:
        found = uow.ledger.balance(account, programme.project_id)
    return {bucket.value: tonnes for bucket, tonnes in found.items()}


def identity(programme: Programme) -> dict[Bucket, int]:
    """I1 of the project: every unit, by bucket."""
    with programme.app.store.reading() as uow:
        return uow.ledger.balance(project_id=programme.project_id)


def rows(programme: Programme, table: Any, **where: Any) -> list[dict[str, Any]]:
    """Rows of a table, oldest first."""
    with programme.app.store.reading() as uow:
        query = table.select().filter_by(**where).order_by(table.c.id)
        return [dict(row) for row in uow.connection.execute(query).mappings()]
