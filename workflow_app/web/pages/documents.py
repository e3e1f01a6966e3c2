"""文书: an official paper sent as its PDF to whoever may have it; the first opening by an addressee is noted.

A paper to the public needs no sign-in. Every other is its addressees', or follows the case it was issued in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, render_template

from workflow_app.commands.deliveries import SENDERS
from workflow_app.commands.permissions import principals
from workflow_app.commands.requests import OpenDocument
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import case_file, documents, recipients, sight
from workflow_app.queries.documents import Document
from workflow_app.web.desk import act, actor, desk, end_reading, person, reading, somebody
from workflow_app.web.pages.files import send
from workflow_app.web.pages.messages import to_words

blueprint = Blueprint("documents", __name__)


MOST = 200
"""How many papers the list shows."""


@blueprint.get("/documents")
def page() -> str:
    """List the official papers placed before the reader, the newest first."""
    somebody()
    listed = documents.placed_before(reading(), principals(actor()), MOST)
    return render_template("office/documents.html", papers=listed, more=len(listed) == MOST)


@blueprint.get("/documents/<document_id>")
def download(document_id: str) -> Response:
    """Send a paper; its file is made where nobody has asked for it yet."""
    found = may_have(document_id)
    mine = addressed(found)
    end_reading()  # making a file may take a moment; no transaction waits for it
    made = desk().app.document_file(document_id)
    if mine:
        act(OpenDocument(document_id))
    answer = send(made.stored)
    answer.headers["Cache-Control"] = (
        "public, max-age=300" if found.audience == documents.PUBLIC else "private"
    )
    return answer


def may_have(document_id: str) -> Document:
    """Return a paper the reader may have.

    :raises NotFound: there is none, or it is not theirs: the two look alike from outside.
    """
    found = documents.document(reading(), document_id)
    if found is None or not (found.audience == documents.PUBLIC or _placed(found) or _of_own_case(found)):
        raise NotFound("no_such_document", "没有这份文书，或者您无权查看")
    return found


def addressed(found: Document) -> bool:
    """Tell whether the reader is an addressee who has not opened the paper yet."""
    who = person()
    if who is None or not _placed(found):
        return False
    mine = f"user:{who.user_id}"
    return not any(one.result == "opened" and one.recipient == mine for one in found.deliveries)


def sends() -> bool:
    """Tell whether whoever reads enters deliveries of papers by hand."""
    found = person()
    return found is not None and found.holds(*SENDERS.values())


def recipients_of(papers: Sequence[Document]) -> Mapping[str, str]:
    """Return the addressees of papers in words, for the office; whoever is outside is told of none."""
    if reading().outside:
        return {}
    principals_ = {one.recipient for paper in papers for one in paper.deliveries if one.recipient != "public"}
    names = recipients.names(reading(), principals_)
    return {one: to_words(one, names) for one in principals_}


def _placed(found: Document) -> bool:
    return person() is not None and bool(found.placed_with & set(principals(actor())))


def _of_own_case(found: Document) -> bool:
    who = person()
    if who is None or found.case_id is None:
        return False
    if found.audience in documents.INSIDE and sight.outside(who.viewer):
        return False
    return case_file.case(reading(), who.viewer, found.case_id) is not None
