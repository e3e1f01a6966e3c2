"""统计: how far the programme has come, for the department and the auditor (355号二, 五（三）; R2-R4, R21).

Every table can be taken along as CSV; a chart always stands beside the table that says the same.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template

from workflow_app.domain.ledger.accounts import Bucket
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import absorption, programme_statistics, public_units
from workflow_app.queries.stage_times import StageTime, stage_times
from workflow_app.web import charts, offers, programme_view
from workflow_app.web.desk import desk, now, reading, require, today
from workflow_app.web.pages.public_home import (
    GOAL_FLAG,
    GOAL_METHODOLOGIES,
    GOAL_TONNES,
    METHODOLOGIES_FLAG,
    flag,
)
from workflow_app.web.programme_view import IN_HAND, Table
from workflow_app.web.texts import _
from workflow_app.web.words import moment

blueprint = Blueprint("programme", __name__)
READERS = ("department_clerk", "department_leader", "auditor")
SINCE = timedelta(days=365)
"""How far back durations are counted."""

WAITS = frozenset({"panel_validity", "listing_validity"})
"""Limits that say how long something stays good, and so time no work."""


@dataclass(frozen=True, slots=True)
class StageLine:
    """A limit with its name and how it was kept; :param bar, mark: percent of the longest."""

    name: str
    kind: str
    direction: str
    n: int
    time: StageTime
    bar: float
    mark: float


@blueprint.get("/programme")
def page() -> str:
    """Show the statistics."""
    require(*READERS)
    flows = programme_statistics.flows(reading())
    standings = programme_statistics.standings(reading())
    total = sum((flow.tonnes for flow in flows), programme_statistics.Tonnes())
    methods = programme_statistics.methodologies(reading())
    tables = _tables()
    goal = flag(GOAL_FLAG, GOAL_TONNES)
    lines = _stages()
    registered = frozenset({"registered"})
    return render_template(
        "office/programme.html",
        total=total,
        goal=goal,
        share=f"{100 * total.net / goal:.2f}",
        goal_bar=charts.share(total.net, goal),
        methods=sum(methods.values()),
        covered=sum(1 for field in methods if field != "99"),
        goal_methodologies=flag(METHODOLOGIES_FLAG, GOAL_METHODOLOGIES),
        projects=sum(one.projects for one in standings),
        registered=programme_view.count(standings, registered),
        in_hand=programme_view.count(standings, IN_HAND),
        annual=programme_view.annual(standings, registered),
        to_come=programme_view.annual(standings, IN_HAND),
        overdue=sum(line.time.overdue for line in lines),
        running=sum(line.time.open for line in lines),
        stages=lines,
        identity=public_units.identity(reading()),
        tables=tables,
        chart=charts.step_chart([(str(row[0]), int(row[-1])) for row in tables["months"].rows]),
        charts=charts,
        at=moment(now()),
    )


@blueprint.get("/programme/<key>.csv")
def table(key: str) -> Response:
    """Hand out one table."""
    require(*READERS)
    found = {**_tables(), "stages": _stage_table()}.get(key)
    if found is None:
        raise NotFound("table_not_found", "没有这张表")
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow((found.title, _("截至 %(time)s", time=moment(now()))))
    rows.writerow(found.heads)
    rows.writerows(found.rows)
    if found.total:
        rows.writerow(found.total)
    answer = Response(f"\ufeff{out.getvalue()}", mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="jcer-{key}-{today()}.csv"'
    return answer


def _tables() -> Mapping[str, Table]:
    flows = programme_statistics.flows(reading())
    standings = programme_statistics.standings(reading())
    names = offers.labels().get("counties", {})
    buckets = {bucket.value: bucket.label for bucket in Bucket}
    found = (
        programme_view.fields(flows, standings, programme_statistics.methodologies(reading())),
        programme_view.counties(flows, standings, names),
        programme_view.months(flows, f"{today():%Y-%m}"),
        programme_view.units(public_units.identity(reading()), buckets),
        programme_view.uses(absorption.uses(reading())),
        programme_view.buyers(absorption.buyers(reading())),
    )
    return {one.key: one for one in found}


def _stages() -> tuple[StageLine, ...]:
    """Return the limits in the order of the parameters, those that were ever used."""
    found = stage_times(reading(), desk().calendar(), now() - SINCE, now())
    known = desk().parameters(desk().effective_version()).rules.values()
    rules = [
        rule for rule in known if rule.id in found and rule.id not in WAITS and rule.unit == "working_day"
    ]
    longest = max([*(rule.n for rule in rules), *(found[rule.id].median or 0 for rule in rules)], default=0)
    return tuple(
        StageLine(
            rule.name,
            str(rule.kind),
            str(rule.direction),
            rule.n,
            found[rule.id],
            charts.share(found[rule.id].median or 0, longest),
            charts.share(rule.n, longest),
        )
        for rule in rules
    )


def _stage_table() -> Table:
    heads = (_("环节"), _("时限（工作日）"), _("在办"), _("超期"), _("按期"), _("逾期"), _("用时中位数"))
    rows = tuple(
        (
            line.name,
            line.n,
            line.time.open,
            line.time.overdue,
            line.time.kept,
            line.time.missed,
            "" if line.time.median is None else f"{line.time.median:g}",
        )
        for line in _stages()
    )
    return Table("stages", _("各环节用时与时限"), heads, rows)
