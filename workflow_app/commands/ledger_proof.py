"""Proving the book: every project's units, all money, and the history that tells of them; once a night.

docs/domain.md §5. The result stands in the setting ``ledger_proof`` for auditors and the exchange to see. It
writes nothing else: a breach is for people to look into.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from workflow_app.commands.executor import Executor
from workflow_app.domain.ledger.accounts import MoneyBucket
from workflow_app.domain.ledger.breach import Breach
from workflow_app.domain.ledger.proof import prove
from workflow_app.kernel.clock import legal_date
from workflow_app.store.chain import verify
from workflow_app.store.ledger_proof import hold_still, money_sums, read_books, unbalanced_money
from workflow_app.store.sealing import Vault
from workflow_app.store.unit_of_work import UnitOfWork

SETTING: Final = "ledger_proof"
"""``{"at", "on", "projects", "postings", "units", "breaches": [[rule, subject, what], …], "more"}``."""
_KEPT: Final = 100


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof found.

    :param units: tonnes issued, over all projects.
    """

    projects: int
    postings: int
    units: int
    breaches: tuple[Breach, ...]


def prove_book(uow: UnitOfWork, vault: Vault | None) -> Proof:
    """Prove the whole book, as it stood at one moment; the unit of work has read nothing before.

    :param vault: also verify the history's hash chains under its key; ``None`` leaves them out.
    """
    hold_still(uow.connection)
    projects = postings = units = 0
    breaches: list[Breach] = []
    for book in read_books(uow.connection):
        projects += 1
        postings += len(book.postings)
        units += sum(batch.issued for batch in book.batches)
        breaches += prove(book)
    breaches += _money(uow)
    if vault is not None:
        found = verify(uow.connection, vault)
        breaches += [Breach("history", breach.stream, breach.what) for breach in found.breaches]
    return Proof(projects, postings, units, tuple(breaches))


def prove_nightly(executor: Executor) -> Proof | None:
    """Prove the book if it was not yet proven on this legal day, and keep the result; else ``None``."""
    now = executor.tools.clock.now()
    with executor.store.reading() as uow:
        last = uow.settings.get(SETTING, {})
        if last.get("on") == legal_date(now).isoformat():
            return None
    with executor.store.reading() as uow:
        proof = prove_book(uow, executor.store.vault)
    with executor.store.unit_of_work() as uow:
        uow.settings.set(SETTING, kept(proof, now))
        uow.commit()
    return proof


def kept(proof: Proof, at: datetime) -> dict[str, Any]:
    """Return a proof as the setting keeps it."""
    return {
        "at": at.isoformat(),
        "on": legal_date(at).isoformat(),
        "projects": proof.projects,
        "postings": proof.postings,
        "units": proof.units,
        "breaches": [[one.rule, one.subject, one.what] for one in proof.breaches[:_KEPT]],
        "more": max(0, len(proof.breaches) - _KEPT),
    }


def _money(uow: UnitOfWork) -> Iterator[Breach]:
    for posting_id in unbalanced_money(uow.connection):
        yield Breach("I7", posting_id, "资金分录借贷不平或明细数不符")
    lines, totals = money_sums(uow.connection)
    for account_id, bucket in sorted(lines.keys() | totals.keys()):
        total, summed = totals.get((account_id, bucket), 0), lines.get((account_id, bucket), 0)
        if total != summed:
            what = f"{MoneyBucket(bucket).label}余额{total / 100:,.2f}元，而分录合计{summed / 100:,.2f}元"
            yield Breach("totals", account_id, what)
