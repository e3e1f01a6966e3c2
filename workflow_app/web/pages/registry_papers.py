"""文书扫描件: the files orders, qualifications and delegations rest on, for the office to download."""

from __future__ import annotations

from typing import BinaryIO, Final, cast

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from workflow_app.commands.unit_requests import KeepPaper
from workflow_app.kernel.errors import Forbidden, InvalidForm, JcerError, NotFound
from workflow_app.kernel.ports import StoredFile
from workflow_app.queries import holdings, registry_papers
from workflow_app.queries.accounts import READERS
from workflow_app.web.desk import act, form_key, reading, require
from workflow_app.web.pages.files import send
from workflow_app.web.texts import _

blueprint = Blueprint("registry_papers", __name__)

KEEPS: Final = "department_leader"
BACK: Final = {"exchange_qualification": "qualifications.page", "delegation": "delegations.page"}


@blueprint.get("/registry-papers/<paper_id>")
def download(paper_id: str) -> Response:
    """Send a paper's file."""
    require(*READERS)
    found = registry_papers.paper(reading(), paper_id)
    if found is None:
        raise NotFound("no_such_paper", "没有这份扫描件")
    return send(StoredFile(found.sha256, found.size, found.filename, found.media_type))


@blueprint.post("/registry-papers/<about>/<about_id>")
def add(about: str, about_id: str) -> Redirect:
    """Keep a file of a paper."""
    require(KEEPS)
    kept(about, about_id, form_key())
    if about == "account_order":
        account_id = holdings.account_of_order(reading(), about_id)
        if account_id is None:
            raise NotFound("no_such_order", "没有这项指令")
        return redirect(url_for("registry_accounts.account", account_id=account_id), 303)
    return redirect(url_for(BACK[about]), 303)


def kept(about: str, about_id: str, key: str | None = None) -> None:
    """Keep the file sent as ``scan``, if there is one, and say what came of it."""
    upload = request.files.get("scan")
    if upload is None or not upload.filename:
        return
    try:
        act(KeepPaper(about, about_id, upload.filename, cast(BinaryIO, upload.stream)), key)
    except InvalidForm as error:
        flash(_("扫描件没有收下：%(why)s", why=next(iter(error.errors.values()))[0]), "attention")
    except (Forbidden, NotFound):
        raise
    except JcerError as error:
        flash(_("扫描件没有收下：%(why)s", why=error.message), "attention")
    else:
        flash(_("扫描件已附上"))
    finally:
        upload.close()
