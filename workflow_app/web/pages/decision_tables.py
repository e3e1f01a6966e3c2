"""决策表试算: a table of a version or a draft, tried on typed values, with the rule that decides.

Trying reads nothing of a case and writes nothing, so it is a plain GET that can be sent to a colleague.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request

from workflow_app.kernel.errors import InvalidForm
from workflow_app.web import backtesting, drafting, table_trial
from workflow_app.web.desk import desk, require

blueprint = Blueprint("decision_tables", __name__)


@blueprint.get("/admin/process/tables/<table_id>")
def page(table_id: str) -> str | tuple[str, int]:
    """Show a table, and what it says of the values in the address."""
    require(*drafting.READERS)
    found = backtesting.target(request.args)
    table = table_trial.table_of(files_of(found), table_id)
    wanted = table_trial.variables(table)
    typed = {one.name: request.args.get(f"v-{one.name}", "")[: table_trial.LONGEST] for one in wanted}
    shown: dict[str, Any] = {"errors": {}, "trial": None, "rows": table_trial.rows(table)}
    status = 200
    if "try" in request.args:
        try:
            trial = table_trial.tried(table, table_trial.read(wanted, typed))
            shown |= {"trial": trial, "rows": trial.rows}
        except InvalidForm as refused:
            shown["errors"], status = refused.errors, 422
    text = render_template(
        "office/decision_table.html",
        target=found,
        table=table,
        variables=wanted,
        typed=typed,
        **shown,
    )
    return (text, status) if status != 200 else text  # noqa: PLR2004


def files_of(found: backtesting.Target) -> Mapping[str, bytes]:
    """Return all files of a version, a draft or a proposal."""
    files = {**desk().tools.versions.files(found.version), **found.files}
    return {path: data for path, data in files.items() if path not in found.removed}
