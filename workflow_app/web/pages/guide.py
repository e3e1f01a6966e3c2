"""帮助: keys, words, what the gate says of a diagram, and the licences of what the product is built with."""

from __future__ import annotations

from flask import Blueprint, render_template

from workflow_app.engine.lint.manual import manual
from workflow_app.web.assets import licences as licence_texts

blueprint = Blueprint("help", __name__)


@blueprint.get("/help")
def page() -> str:
    """Show how the inbox, limits and drafts work."""
    return render_template("office/help.html")


@blueprint.get("/help/diagram-findings")
def diagram_findings() -> str:
    """Show every code of the gate with its examples; ``#code`` leads to one."""
    return render_template("office/diagram_findings.html", chapters=manual())


@blueprint.get("/licences")
def licences() -> str:
    """Show the third-party licences."""
    return render_template("office/licences.html", texts=licence_texts())
