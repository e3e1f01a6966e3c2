"""文书 over HTTP: the official papers of a case and those placed before the caller; each as its PDF.

Whatever the caller may not have is not found. Fetching a paper notes its first opening by an addressee, as on
the page.
"""

from __future__ import annotations

from typing import Any

from workflow_app.commands.permissions import principals
from workflow_app.queries import documents
from workflow_app.queries.documents import Document
from workflow_app.web import case_view
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, shape
from workflow_app.web.desk import actor, reading, somebody
from workflow_app.web.pages import documents as page

section = Section("documents", "文书")

DOCUMENT = shape(Document)


@section.read("/documents", listing(DOCUMENT))
def mine() -> dict[str, Any]:
    """送达本人岗位的文书，最近的在前，至多 200 份"""
    somebody()
    found = documents.placed_before(reading(), principals(actor()), page.MOST)
    return {"items": found, "next": None}


@section.read("/cases/<case_id>/documents", listing(DOCUMENT))
def of_case(case_id: str) -> dict[str, Any]:
    """办件出具的文书及其送达"""
    case_view.seen_case(case_id)
    return {"items": documents.of_cases(reading(), (case_id,)), "next": None}


@section.read("/documents/<document_id>", media_type="application/pdf")
def fetch(document_id: str) -> Any:
    """一份文书（PDF/A）；受送达人首次打开即记入送达"""
    return page.download(document_id)
