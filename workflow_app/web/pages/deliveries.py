"""送达登记: everything that happened to the copies of one paper, and what was handed over or posted, entered.

By analogy with 民事诉讼法 第七章. Whoever may have the paper reads this page; who may enter,
the command decides.
"""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from workflow_app.commands.deliveries import SENDERS
from workflow_app.commands.paper_requests import NoteDelivery
from workflow_app.kernel.errors import InvalidForm, JcerError
from workflow_app.web.desk import act, form_key, require
from workflow_app.web.pages.documents import may_have, recipients_of
from workflow_app.web.problems import status_of
from workflow_app.web.texts import _

blueprint = Blueprint("deliveries", __name__)

LONGEST: Final = 200
Errors = list[tuple[str, str]]


@blueprint.get("/documents/<document_id>/deliveries")
def page(document_id: str) -> str:
    """Show the deliveries of a paper and the form for the next."""
    return _shown(document_id, [])


@blueprint.post("/documents/<document_id>/deliveries")
def note(document_id: str) -> Response | tuple[str, int]:
    """Enter a delivery."""
    require(*SENDERS.values())
    may_have(document_id)
    typed = {
        name: request.form.get(name, "").strip() for name in ("recipient", "channel", "result", "detail")
    }
    try:
        act(NoteDelivery(document_id, **typed), form_key())
    except InvalidForm as error:
        return _shown(document_id, [(n, each) for n, texts in error.errors.items() for each in texts]), 422
    except JcerError as error:
        return _shown(document_id, [("detail", error.message)]), status_of(error)
    flash(_("送达已登记"))
    return redirect(url_for(".page", document_id=document_id), 303)


def _shown(document_id: str, errors: Errors) -> str:
    require(*SENDERS.values(), "department_leader", "auditor")
    paper = may_have(document_id)
    return render_template(
        "office/deliveries.html",
        paper=paper,
        recipients=recipients_of((paper,)),
        errors=errors,
        wrong=dict(reversed(errors)),
        longest=LONGEST,
        said={name: request.form.get(name, "") for name in ("recipient", "channel", "result", "detail")},
    )
