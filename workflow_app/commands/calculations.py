"""The calculations of a version (附件4): which one a project has, and its rows on a form.

``calculations/*.yaml`` stand beside the diagrams and are pinned with them. Where the version of a methodology
a project pinned has a definition, the parameter rows of a form are its lines and the totals are the system's
own, whatever was sent; where it has none, the stated totals are judged as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from workflow_app.domain.arithmetic import NoValue
from workflow_app.domain.calculation import Calculation, Computed
from workflow_app.domain.calculation_reader import BadCalculation, read, read_gwp
from workflow_app.engine.form_document import BadForm, document
from workflow_app.engine.form_scalars import decimal_typed
from workflow_app.engine.forms import FormContext, FormDefinition, FormValue
from workflow_app.kernel.errors import InvalidForm, Refused
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.unit_of_work import UnitOfWork

FOLDER: Final = "calculations/"
GWP: Final = "calculations/gwp.yaml"
PARAMETERS: Final = "calculation_parameters"
"""The name of the rows, and of the source of their lines."""
VALUE: Final = "value"
TOTALS: Final = ("baseline_total", "project_total", "leakage_total", "emission_reductions")

Calculations = Mapping[tuple[str, int], Calculation]
"""By methodology code and version."""


def load(files: Mapping[str, bytes]) -> Calculations:
    """Read the calculations of a version.

    :param files: the version's files by path.
    :raises Refused: one does not hold, or two are of the same methodology and version.
    """
    try:
        return _read_all(files)
    except (BadCalculation, BadForm) as error:
        raise Refused("calculations_invalid", str(error)) from None


def _read_all(files: Mapping[str, bytes]) -> Calculations:
    found: dict[tuple[str, int], Calculation] = {}
    sets = read_gwp(document(files[GWP])) if GWP in files else {}
    for path, data in sorted(files.items()):
        if not (path.startswith(FOLDER) and path.endswith(".yaml")) or path == GWP:
            continue
        one = read(document(data), sets)
        if path != f"{FOLDER}{one.key}.yaml":
            raise BadCalculation(f"{path}：文件名应为计算定义的 key（{one.key}）")
        if (one.methodology, one.version) in found:
            raise BadCalculation(f"{path}：方法学 {one.methodology} 第{one.version}版已有计算定义")
        found[one.methodology, one.version] = one
    return found


def of_case(uow: UnitOfWork, case: CaseRow, known: Calculations) -> Calculation | None:
    """Return the calculation of the version of a methodology a case's project has pinned."""
    project = uow.programme.project(case.project_id) if case.project_id else None
    if project is None or project["methodology_code"] is None:
        return None
    return known.get((project["methodology_code"], project["methodology_version"] or 1))


def stated(uow: UnitOfWork, case: CaseRow, *, revised: bool = True) -> Sequence[Mapping[str, Any]]:
    """Return the parameter rows of a case's batch as its owner states them last.

    :param revised: with what a revision in this case changed since.
    """
    batch = uow.programme.batch(case.batch_id) if case.batch_id else None
    own, applied = f"case:{case.id}", f"case:{batch['case_id']}" if batch else ""
    for stream, key in (
        *(((own, "revision_response"),) if revised else ()),
        (applied, "issuance_correction"),
        (applied, "issuance_application"),
    ):
        form = uow.history.form(stream, key)
        if form is not None and form.get(PARAMETERS):
            rows: Sequence[Mapping[str, Any]] = form[PARAMETERS]
            return rows
    return ()


def lines(calculation: Calculation | None) -> dict[str, str]:
    """Return the lines of the parameter rows: symbol → what is printed."""
    return {one.symbol: one.label for one in calculation.parameters} if calculation else {}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What typed parameter rows come to.

    :param computed: ``None`` until every row has a number.
    :param errors: messages by dotted path.
    """

    computed: Computed | None
    errors: Mapping[str, list[str]]


def attempt(form: FormDefinition, calculation: Calculation, data: Mapping[str, Any]) -> Attempt:
    """Compute from a form's data as nested by the form, whether it holds or not."""
    column = next(one for one in form.field(PARAMETERS).rows if one.name == VALUE)
    rows = data.get(PARAMETERS)
    typed = rows if isinstance(rows, list) else []
    errors: dict[str, list[str]] = {}
    stated: dict[str, Decimal] = {}
    for index, parameter in enumerate(calculation.parameters):
        row = typed[index] if index < len(typed) and isinstance(typed[index], Mapping) else {}
        value = decimal_typed(row.get(VALUE), column)
        if value is None:
            continue
        stated[parameter.symbol] = value
        against = [finding.message for finding in parameter.check(value)]
        if against:
            errors[f"{PARAMETERS}.{index}.{VALUE}"] = against
    if errors or len(stated) < len(calculation.parameters):
        return Attempt(None, errors)
    try:
        return Attempt(calculation.compute(stated), {})
    except NoValue as error:
        return Attempt(None, {PARAMETERS: [str(error)]})


def compute(calculation: Calculation, rows: Sequence[Mapping[str, Any]]) -> Computed:
    """Compute from rows a form has judged."""
    return calculation.compute({str(row["item"]): Decimal(row[VALUE]) for row in rows})


def parsed(
    form: FormDefinition, calculation: Calculation, raw: Mapping[str, Any], context: FormContext
) -> FormValue:
    """Judge a form whose totals are computed: what was sent for them is put aside.

    :raises InvalidForm: with what is wrong in the rows beside what is wrong in the form.
    """
    tried = attempt(form, calculation, form.draft(raw))
    own = {field.name for field in form.fields() if field.computed}
    sent = {key: value for key, value in raw.items() if key.partition("-")[0] not in own}
    figures = {name: value for name, value in figures_of(calculation, tried).items() if name in own}
    try:
        value = form.parse({**sent, **figures}, context)
    except InvalidForm as wrong:
        raise InvalidForm({**wrong.errors, **tried.errors}, wrong.message) from None
    if tried.errors:
        raise InvalidForm({path: list(messages) for path, messages in tried.errors.items()})
    return value


def figures_of(calculation: Calculation, tried: Attempt) -> dict[str, str]:
    """Return what the system says in Form 4's own fields."""
    if tried.computed is None:
        return {"calculation_kind": calculation.kind.value}
    done = tried.computed
    totals = (done.baseline, done.project, done.leakage, done.reductions)
    stated = {name: f"{total.value:f}" for name, total in zip(TOTALS, totals, strict=True)}
    return {"calculation_kind": calculation.kind.value, **stated}
