"""公开台账: search by serial, project, holder; the tables of the ledger, on the page and as CSV.

附件二, docs/domain.md §5 (public ledger). One definition of a table makes its page and its file.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request

from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.queries import (
    ledger_proof,
    public_blocks,
    public_ledger,
    public_register,
    public_stand,
    public_units,
    public_way,
)
from workflow_app.queries.reading import Reading
from workflow_app.web import csv_file, offers
from workflow_app.web.addresses import address_of
from workflow_app.web.desk import desk, reading
from workflow_app.web.languages import language
from workflow_app.web.ledger_tables import bucket_name, kind_name, shown, tables, unit_number, written
from workflow_app.web.public_frame import revalidated
from workflow_app.web.texts import _

blueprint = Blueprint("public_ledger", __name__)

MOST: Final = 200_000
"""Rows of a file at most."""
CHUNK: Final = 500


@blueprint.get("/register")
def page() -> Response:
    """Show I1 and what was looked for."""
    text, unit = request.args.get("q", "").strip()[:200], request.args.get("unit", "").strip()[:12]
    found, error = None, ""
    held: tuple[public_way.Held, ...] = ()
    listed: tuple[public_register.ListedProject, ...] = ()
    try:
        wanted = public_blocks.asked(text, unit) if text else None
        if wanted is not None:
            found = public_blocks.find(reading(), wanted, unit_number(request.args.get("after", "")))
        elif text:
            held = public_way.holders(reading(), text)
            listed, _more = public_register.projects(
                reading(), text=text, divisions=_divisions(text), size=CHUNK // 10
            )
    except (NotFound, Refused) as reason:
        error = reason.message
    status = 404 if error else 200
    return revalidated(
        render_template(
            "public/ledger.html",
            identity=public_units.identity(reading()),
            proof=ledger_proof.last_proof(reading()),
            text=text,
            unit=unit,
            found=found,
            held=held,
            listed=listed,
            error=error,
            tables=_tabs(""),
            bucket=bucket_name,
            kind=kind_name,
        ),
        status,
    )


@blueprint.get("/register/<name>")
def table(name: str) -> Response:
    """Show a table of the ledger."""
    if name.endswith(".csv"):
        return _file(name.removesuffix(".csv"))
    found = tables().get(name)
    if found is None:
        raise NotFound("page_not_found", "公开台账中没有这一部分")
    rows, more = found.rows(reading(), request.args.get("after", "")[:60], public_ledger.SIZE)
    return revalidated(
        render_template(
            "public/ledger_table.html",
            table=found,
            name=name,
            tables=_tabs(name),
            cells=[
                [(one, shown(one, row), one.url(row) if one.url else "") for one in found.columns]
                for row in rows
            ],
            more=address_of("public_ledger.table", name=name, after=more) if more else "",
        )
    )


def _file(name: str) -> Response:
    found = tables().get(name)
    if found is None:
        raise NotFound("page_not_found", "公开台账中没有这一部分")
    tag = sha256(f"{name}|{language()}|{public_stand.stand(reading())}".encode()).hexdigest()[:32]
    if request.if_none_match.contains_weak(tag):
        answer = make_response("", 304)
    else:
        product, head = desk(), [one.head for one in found.columns]

        def rows() -> Iterator[list[str | int]]:
            opened = Reading(product.store.engine, product.store.vault, product.clock.now)
            try:
                after, left = "", MOST
                while left > 0:
                    part, after = found.rows(opened, after, CHUNK)
                    yield from ([written(one, row) for one in found.columns] for row in part)
                    left -= CHUNK
                    if not after:
                        return
            finally:
                opened.close()

        answer = Response(csv_file.lines(head, rows()), mimetype="text/csv")
        answer.headers["Content-Disposition"] = f'attachment; filename="jcer-{name}.csv"'
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Vary"] = "Cookie"
    return answer


def _tabs(current: str) -> list[dict[str, Any]]:
    found = [{"label": _("总览与查询"), "url": address_of("public_ledger.page"), "current": not current}]
    found += [
        {"label": one.title, "url": address_of("public_ledger.table", name=name), "current": name == current}
        for name, one in tables().items()
    ]
    return found


def _divisions(text: str) -> tuple[str, ...]:
    return tuple(code for code, name in offers.labels().get("counties", {}).items() if text in name)[:20]
