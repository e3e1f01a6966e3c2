"""The files of official papers: made from what was frozen at issue, kept by hash; and their deliveries.

Typesetting stands outside the act's transaction (ADR 0023): a file is made when it is first asked for, or by
the heartbeat, and is the same bytes whoever makes it. Who may have a paper is asked by the face.
"""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.host import Host
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import OpenDocument, Result
from workflow_app.commands.run import Run
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.ports import StoredFile
from workflow_app.store.history import SYSTEM, Who
from workflow_app.store.repositories.documents import IN_APP, Issued, KeptFile
from workflow_app.store.unit_of_work import UnitOfWork

LOG = logging.getLogger(__name__)
FAILING: Final = 20
"""How many papers that cannot be typeset are passed over."""
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper's file, ready to be sent."""

    document: Issued
    kept: KeptFile

    @property
    def stored(self) -> StoredFile:
        """What is needed to send it: hash, size, a name for download, media type."""
        name = f"{self.document.title} {self.document.number}.pdf".replace("/", "／")
        return StoredFile(self.kept.sha256, self.kept.size, name, PDF)


def file_of(host: Host, document_id: str) -> PaperFile:
    """Return a paper's file, making and keeping it where nobody did yet.

    :raises NotFound: no such paper.
    :raises Refused: its template does not compile.
    """
    with host.store.reading() as uow:
        document = uow.documents.get(document_id)
        kept = uow.documents.file(document_id)
    if kept is not None:
        return PaperFile(document, kept)
    made = _made(host, document)
    with host.store.unit_of_work() as uow:
        uow.documents.keep(made)
        first = uow.documents.file(document_id)
        uow.commit()
    return PaperFile(document, first or made)


def bytes_of(host: Host, document: Issued) -> bytes:
    """Make a paper's file: the same bytes whenever the same typesetter makes it."""
    press = host.tools.press
    files = host.tools.versions.files(document.version)
    with host.store.reading() as uow:
        said = uow.personal.open_all(dict(document.data))  # names of persons are frozen as ciphertext
    return press.signer.sign(press.typesetter.pdf(files, document.key, said, document.issued_at))


def keep_waiting(host: Host, limit: int) -> int:
    """Make files nobody has asked for yet, oldest paper first; return how many were made.

    One whose template fails is logged and left: it must not hold up the others.
    """
    with host.store.reading() as uow:
        waiting = uow.documents.without_file(limit + FAILING)
    made = 0
    for document_id in waiting:
        if made == limit:
            break
        try:
            file_of(host, document_id)
        except Refused as refused:
            LOG.warning("official paper %s not typeset: %s", document_id, refused.message)
        else:
            made += 1
    return made


def open_document(run: Run, request: OpenDocument) -> Result:
    """Write down that an addressee has opened a paper placed before them: once a person."""
    document = run.uow.documents.get(request.document_id)
    placed = run.uow.documents.recipients(document.id)
    opened = bool(placed & set(permissions.principals(run.actor)))
    if opened:
        reader = f"user:{run.actor.user_id}"
        opened = delivered(run.uow, document.id, (IN_APP, reader, "opened"), run.at, who(run.actor))
    return Result({"document_id": document.id, "opened": opened})


def delivered(
    uow: UnitOfWork,
    document_id: str,
    what: tuple[str, str, str],
    at: datetime,
    by: Who = SYSTEM,
    detail: str = "",
) -> bool:
    """Write a delivery and its event down, the same one once; tell whether it is new.

    :param what: channel, recipient, result.
    """
    channel, recipient, result = what
    new = uow.documents.deliver(document_id, channel, recipient, result, at, detail)
    if new:
        facts = {"channel": channel, "recipient": recipient, "result": result}
        facts |= {"detail": detail} if detail else {}
        uow.history.record("document_delivered", f"document:{document_id}", by, at, facts=facts)
    return new


def _made(host: Host, document: Issued) -> KeptFile:
    press, at = host.tools.press, host.tools.clock.now()
    stored = host.tools.files.store(io.BytesIO(bytes_of(host, document)), "document.pdf", ("pdf",))
    made = KeptFile(document.id, stored.sha256, stored.size, press.typesetter.name, at)
    if press.seals is None:
        return made
    seal = press.seals.seal(stored.sha256, at)
    return KeptFile(
        document.id,
        stored.sha256,
        stored.size,
        press.typesetter.name,
        at,
        seal.issuer,
        seal.algorithm,
        seal.value,
        seal.sealed_at,
    )
