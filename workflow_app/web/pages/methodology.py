"""A methodology's public page: versions, what it computes, what pins it (355号正文四, 附件4; R12)."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from workflow_app.domain.calculation import Calculation, Kind
from workflow_app.kernel.errors import NotFound
from workflow_app.queries import methodology_register, system
from workflow_app.web.desk import desk, reading, today
from workflow_app.web.public_frame import revalidated
from workflow_app.web.texts import _

blueprint = Blueprint("methodology", __name__)


@dataclass(frozen=True, slots=True)
class Defined:
    """The calculation of one version; :param sha256: of the file that defines it."""

    version: int
    calculation: Calculation
    sha256: str
    difference: str


@blueprint.get("/methodologies/<path:code>")
def page(code: str) -> Response:
    """Show one methodology, at an address that stays."""
    found = methodology_register.entry(reading(), code[:60])
    if found is None:
        raise NotFound("methodology_unknown", "方法学目录中没有这个编号")
    return revalidated(
        render_template(
            "public/methodology.html",
            entry=found,
            today=today(),
            defined=_defined(code, [one.number for one in found.versions]),
        )
    )


def _defined(code: str, versions: list[int]) -> tuple[Defined, ...]:
    effective = desk().effective_version()
    known = desk().tools.calculations(effective)
    hashes = dict(system.files_of(reading(), effective))
    return tuple(
        Defined(number, one, hashes.get(f"calculations/{one.key}.yaml", ""), _difference(one))
        for number in versions
        if (one := known.get((code, number))) is not None
    )


def _difference(one: Calculation) -> str:
    names = {step.symbol: step.name for step in one.steps}
    baseline, project, leakage = (names[symbol] for symbol in (one.baseline, one.project, one.leakage))
    if one.kind is Kind.SINK:
        return _(
            "减排量 ＝ %(project)s − %(baseline)s − %(leakage)s",
            project=project,
            baseline=baseline,
            leakage=leakage,
        )
    return _(
        "减排量 ＝ %(baseline)s − %(project)s − %(leakage)s",
        project=project,
        baseline=baseline,
        leakage=leakage,
    )
