"""Whom an expert may not be tied to in a case: owner, applicant, and the third parties the forms name (K).

docs/domain.md §6: experts recuse if tied to owner, agent or third party within the years the parameters give.
Forms 1 and 3 name third parties in words (技术服务机构, 第三方审定机构): they are found in the register
when the panel is judged, by credit code or by name, so one entered only later counts too. Must never know:
forms, diagrams, pages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date

from workflow_app.domain import review
from workflow_app.domain.findings import Finding
from workflow_app.kernel.codes import compact
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.unit_of_work import UnitOfWork


def parties(uow: UnitOfWork, case: CaseRow) -> frozenset[str]:
    """Return the ids of the organisations a case concerns, its third parties included."""
    found = {party for party in (case.owner_org, case.applicant_org) if party}
    project = uow.programme.project(case.project_id) if case.project_id else None
    batch = uow.programme.batch(case.batch_id) if case.batch_id else None
    if project is not None:
        found |= registered(uow, project["technical_service"], project["technical_service_uscc"])
    if batch is not None:
        found |= registered(uow, batch["verifier"], batch["verifier_uscc"])
    return frozenset(found)


def independence(
    uow: UnitOfWork, case: CaseRow, verifier: str, uscc: str, *, refused: bool
) -> tuple[Finding, ...]:
    """Judge a third party a form names: is it the consultant, or of one group with owner or applicant?

    :param refused: refuse it, rather than flag it.
    """
    project = uow.programme.project(case.project_id) if case.project_id else None
    consultant = (
        _named(uow, project["technical_service"], project["technical_service_uscc"]) if project else ()
    )
    owners = {party for party in (case.owner_org, case.applicant_org) if party}
    every = uow.people.organisations()
    heads = {each.parent_id for each in every if each.id in owners and each.parent_id} | owners
    group = owners | heads | {each.id for each in every if each.parent_id in heads}
    return review.check_independence(_named(uow, verifier, uscc), consultant, group, refused=refused)


def _named(uow: UnitOfWork, name: str | None, uscc: str | None) -> frozenset[str]:
    """Return all that identifies an organisation a form names: who it is in the register, name and code."""
    known = registered(uow, name, uscc)
    words = {word for word in (same_name(name or ""), compact(uscc or "")) if word}
    return known | words


def registered(uow: UnitOfWork, name: str | None, uscc: str | None) -> frozenset[str]:
    """Return the registered organisations a form names; none where it names nobody known."""
    called, code = same_name(name or ""), compact(uscc or "")
    if not called and not code:
        return frozenset()
    return frozenset(
        each.id
        for each in uow.people.organisations()
        if (code and each.uscc == code) or (called and same_name(each.name) == called)
    )


def same_name(name: str) -> str:
    """Return a name as it is compared: brackets of one width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def conflicted(
    uow: UnitOfWork, case: CaseRow, experts: Iterable[str], on: date, years: int
) -> frozenset[str]:
    """Return those of ``experts`` who are tied to a party, by a declared tie or by working for it.

    :param years: how long a tie that ended still bars.
    """
    return review.conflicted(ties(uow, experts), parties(uow, case), on, years)


def ties(uow: UnitOfWork, experts: Iterable[str]) -> tuple[review.Tie, ...]:
    """Return the declared ties of these experts; whoever they work for is one that lasts."""
    asked = tuple(dict.fromkeys(experts))
    declared = uow.duties.conflicts(asked)
    employers = uow.people.organisations_of(asked)
    return (
        *(review.Tie(tie.expert_id, tie.organisation_id, tie.until) for tie in declared),
        *(review.Tie(expert, employer) for expert, employer in employers.items()),
    )
