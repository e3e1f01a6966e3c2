"""项目登记, 方法学, 试点备案: the public registers (355号三, 四, 附件二（一）); addresses stay."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from workflow_app.domain.methodology import MethodologyField
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import public_programme, public_register, public_units
from workflow_app.web import offers
from workflow_app.web.desk import reading
from workflow_app.web.ledger_tables import bucket_name
from workflow_app.web.public_frame import revalidated
from workflow_app.web.texts import _
from workflow_app.web.words import field_name

blueprint = Blueprint("public_register", __name__)


@blueprint.get("/projects")
def page() -> Response:
    """List the registered projects."""
    text = request.args.get("q", "").strip()[:100]
    field = request.args.get("field", "")
    known = {one.value for one in MethodologyField}
    chosen = field if field in known else ""
    listed, more = public_register.projects(
        reading(), text=text, field=chosen, after=request.args.get("after", "")[:60]
    )
    chips = [{"label": _("全部领域"), "url": url_for(".page", q=text or None), "current": not chosen}]
    chips += [
        {
            "label": field_name(one.value),
            "url": url_for(".page", q=text or None, field=one.value),
            "current": chosen == one.value,
        }
        for one in MethodologyField
    ]
    return revalidated(
        render_template(
            "public/projects.html",
            projects=listed,
            text=text,
            field=chosen,
            views=chips,
            counties=_counties(),
            more=url_for(".page", q=text or None, field=chosen or None, after=more) if more else "",
            identity=public_units.identity(reading()),
            bucket=bucket_name,
        )
    )


@blueprint.get("/projects/JX-JCER-<tail>")
def project(tail: str) -> Response:
    """Show a registered project, at an address that stays."""
    found = public_register.registered_project(reading(), f"JX-JCER-{tail[:40]}")
    if found is None:
        raise NotFound("project_not_found", "登记簿中没有这个项目编号")
    return revalidated(
        render_template(
            "public/project.html",
            project=found,
            listed=found.listed,
            counties=_counties(),
            holdings=[(bucket_name(name), f"{tonnes:,} t") for name, tonnes in found.holdings],
            identity=public_units.Identity(sum(stage.issued for stage in found.stages), found.holdings),
            bucket=bucket_name,
        )
    )


@blueprint.get("/methodologies")
def methodologies() -> Response:
    """List the methodologies a project may use."""
    kind = request.args.get("kind", "")
    chosen = kind if kind in {"jcer", "ccer"} else ""
    chips = [
        {"label": label, "url": url_for(".methodologies", kind=value or None), "current": chosen == value}
        for value, label in (("", _("全部")), ("jcer", _("JCER 方法学")), ("ccer", _("CCER 方法学")))
    ]
    return revalidated(
        render_template(
            "public/methodologies.html",
            methodologies=public_programme.methodologies(reading(), kind=chosen),
            views=chips,
        )
    )


@blueprint.get("/filings")
def filings() -> Response:
    """List the pilot filings."""
    return revalidated(
        render_template(
            "public/filings.html", filings=public_programme.filings(reading()), counties=_counties()
        )
    )


def _counties() -> dict[str, str]:
    return dict(offers.labels().get("counties", {}))
