"""Issuing an official paper: its number, its frozen data, its first delivery, in the act's transaction.

355号附件一、二; 送达 by analogy with 民事诉讼法 第七章. The file is made afterwards from what is frozen here
(``documents``): typesetting takes a while and may fail, an act may not wait for it. Numbers run within a kind
and a legal year and have no gaps, because an act that is rolled back gives its number back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from handlers import effects as asked
from workflow_app.commands.matter import Matter, written
from workflow_app.commands.paper_kinds import PaperKind
from workflow_app.commands.papers import COMPOSERS
from workflow_app.commands.run import OpenCase, Run
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.repositories.documents import IN_APP, POST, RECEIPT, Issued

PUBLIC: Final = "public"
COMPLAINANT: Final = "complainant"
COPY: Final = "copy:"
"""A recipient that stands for a body of the distribution list, outside this system."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a paper is for.

    :param name: 主送; empty for a paper to everybody or to nobody outside.
    :param principals: inbox principals it is placed before.
    :param copies: 抄送.
    :param bodies: those of ``copies`` that are outside this system: a copy is posted to each (R47).
    """

    name: str = ""
    organisation_id: str | None = None
    principals: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to issue.

    :param data: what the template needs beyond what every paper says and its composer finds.
    :param to: whom it is for, where the case's parties do not tell.
    :param number: where the act has numbered it already (a notice).
    :param tell: put a message about it before its addressees; handlers that write one of their own do not.
    """

    key: str
    data: Mapping[str, object] = field(default_factory=dict)
    subject_id: str | None = None
    to: Addressee | None = None
    number: str = ""
    tell: bool = True


def carry_out(run: Run, case: OpenCase, effect: asked.IssueDocument, key: str) -> None:
    """Issue the paper a handler asks for; the handler tells its people itself."""
    issue(run, case, Paper(effect.key, effect.data, effect.subject_id, tell=False))


def issue(run: Run, case: OpenCase, paper: Paper) -> Issued:
    """Issue a paper on a case and place it before its addressees.

    Whoever calls it outside a handler records the event of the act afterwards.

    :raises LookupError: the case's version has no paper of this kind.
    """
    kind = _kind(run, case, paper.key)
    matter = Matter(run, case)
    to = paper.to or addressee(matter, kind)
    bodies = run.tools.distribution(case.row.version).of(kind.key)
    to = replace(to, copies=(*to.copies, *bodies), bodies=bodies)
    compose = COMPOSERS.get(kind.key)
    said = compose(matter, paper.data, paper.subject_id) if compose else {**paper.data}
    number = paper.number or str(said.pop("number", "")) or next_number(run, case, kind.key)
    row = Issued(
        id=new_id(),
        key=kind.key,
        number=number,
        title=kind.title,
        audience=kind.audience,
        case_id=case.id,
        project_id=case.row.project_id,
        organisation_id=to.organisation_id,
        subject_id=paper.subject_id,
        version=case.row.version,
        data={**_common(matter, kind, to), **said, "number": number},
        issued_at=run.at,
        issued_by=run.actor.user_id,
    )
    run.uow.documents.issue(row)
    _place(run, case, row, to, tell=paper.tell)
    return row


def next_number(run: Run, case: OpenCase, key: str) -> str:
    """Take the next number of a kind in the legal year of the act."""
    year = legal_date(run.at).year
    running = run.uow.settings.next(f"paper:{key}:{year}")
    return _kind(run, case, key).number.format(year=year, n=running)


def addressee(matter: Matter, kind: PaperKind) -> Addressee:
    """Return whom the case's parties make the addressee of a kind of paper."""
    row = matter.case.row
    owner, applicant = row.owner_org, row.applicant_org or row.owner_org
    if kind.audience == "pilot":
        offices = tuple(f"role:prefecture_bureau:{row.bureau_org}" for _ in (1,) if row.bureau_org)
        bureau = (matter.organisation(row.bureau_org),) if row.bureau_org not in (None, applicant) else ()
        return Addressee(matter.applicant, applicant, (f"role:pilot_unit:{applicant}", *offices), bureau)
    if kind.audience not in {"applicant", "owner"}:
        return Addressee()
    first, second = (owner, applicant) if kind.audience == "owner" else (applicant, owner)
    both = tuple(dict.fromkeys(each for each in (first, second) if each))
    copies = tuple(matter.organisation(each) for each in both[1:])
    if kind.issuer == "exchange":
        copies = (matter.run.tools.house.authority, *copies)
    principals = tuple(f"role:applicant:{each}" for each in both)
    return Addressee(matter.organisation(first), first, principals, copies)


def _kind(run: Run, case: OpenCase, key: str) -> PaperKind:
    found = run.tools.papers(case.row.version).get(key)
    if found is None:
        raise LookupError(f"version {case.row.version[:12]} has no official paper {key!r}")
    return found


def _common(matter: Matter, kind: PaperKind, to: Addressee) -> dict[str, Any]:
    house, press = matter.run.tools.house, matter.run.tools.press
    issuer = (matter.exchange if kind.issuer == "exchange" else "") or house.authority
    sealed = f"（已附{issuer}电子印章和数字签名）" if press.seals else "（未加盖电子印章，附数字签名）"
    return {
        "title": kind.title,
        "issuer": issuer,
        "recipient": to.name or None,
        "project": matter.name,
        "date": written(matter.run.at),
        "copies": list(to.copies),
        "demo": house.demo,
        "seal-note": sealed,
        "algorithm": press.signer.algorithm,
        "keywords": [press.signer.blank],
    }


def _place(run: Run, case: OpenCase, row: Issued, to: Addressee, *, tell: bool) -> None:
    if row.audience == PUBLIC:
        run.uow.documents.place(row.id, PUBLIC, PUBLIC, "placed", run.at)
    if row.audience == COMPLAINANT:
        run.uow.documents.place(row.id, RECEIPT, COMPLAINANT, "placed", run.at)
    for principal in to.principals:
        run.uow.documents.place(row.id, IN_APP, principal, "placed", run.at)
    for body in to.bodies:
        run.uow.documents.place(row.id, POST, f"{COPY}{body}", "placed", run.at)
    case.papers.append(row.id)
    if not tell or not to.principals:
        return
    text = f"【{case.row.title}】{row.title}（{row.number}）已送达，请查阅"
    run.uow.outbox.notify(to.principals, row.title, text, case.id, run.at)
    for principal in to.principals:
        payload = {"subject": row.title, "text": text, "case_id": case.id, "documents": [row.id]}
        run.uow.outbox.put(f"paper:{row.id}:{principal}", "mail", principal, payload, run.at)
