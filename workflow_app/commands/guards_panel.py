"""What the law asks of the panel's forms whatever the diagram says (K): recusal, quorum, answers, tonnes.

355号附件一（二）; recusal by analogy with 31号令第十八条、第三十七条. ``guards`` lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from handlers.contract import at_fields
from handlers.values import text, tonnes
from workflow_app.commands import adjustments, calculations, panels, recusal
from workflow_app.commands.facts import StoredFacts
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain import adjustment, review
from workflow_app.domain.findings import Finding
from workflow_app.domain.monitoring import check_accepted, check_quantity
from workflow_app.domain.quantity import CalculatedTonnes, Tonnes
from workflow_app.engine.forms import FormValue
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import InvalidForm, Refused


def panel(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """K: no conflicted expert, the chair one of the panel."""
    experts = [text(expert) for expert in value.data.get("experts") or ()]
    minimum = int(str(case.parameters.flags.get("quorum_minimum", 2)))
    chair = text(value.data.get("chair"))
    at_fields(review.check_panel(experts, chair, _conflicted(run, case, experts), minimum))


def _conflicted(run: Run, case: OpenCase, experts: Iterable[str]) -> frozenset[str]:
    """Return those of ``experts`` who are tied to a party of the case today."""
    years = int(str(case.parameters.flags.get("conflict_years", 3)))
    return recusal.conflicted(run.uow, case.row, experts, legal_date(run.at), years)


def expert_review(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """K: an expert whose tie came to light after the appointment may only recuse."""
    expert = run.actor.user_id
    if value.data.get("recused") is True:
        return
    if expert is not None:
        at_fields(review.check_recused(_conflicted(run, case, [expert])))
    known = calculations.of_case(run.uow, case.row, run.tools.calculations(case.row.version))
    said = adjustments.verdicts(value.data)
    named = {one.symbol: one for one in known.parameters} if known else {}
    at_fields(
        finding
        for index, (symbol, one) in enumerate(said.items())
        if symbol in named
        for finding in adjustment.check_verdict(index, named[symbol], one)
    )


def panel_opinion(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """K: nobody tied to a party signs the panel's opinion; what it accepts is within the claim (I5)."""
    signed = [text(row.get("expert")) for row in value.data.get("signatures") or ()]
    signed.append(run.actor.user_id or "")
    at_fields(review.check_signatures(_conflicted(run, case, [each for each in signed if each])))
    if value.action == "passed":
        at_fields(_rejected(run, case))
        at_fields(_accepted(run, case, value))


def recheck(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """I5: what is accepted after a revision is within what is claimed now."""
    if value.action == "confirmed":
        at_fields(_accepted(run, case, value))


def _accepted(run: Run, case: OpenCase, value: FormValue) -> tuple[Finding, ...]:
    batch = run.uow.programme.batch(case.row.batch_id) if case.row.batch_id else None
    accepted = tonnes(value.data.get("accepted_tonnes"))
    if batch is None or accepted is None:
        return ()
    above = adjustment.check_passed(accepted, adjustments.of_case(run, case))
    return above or check_accepted(
        Tonnes(accepted), Tonnes(batch["quantity"]), CalculatedTonnes(batch["calculated"])
    )


def _rejected(run: Run, case: OpenCase) -> tuple[Finding, ...]:
    """附件4: a parameter most of the experts reject does not pass."""
    verdicts = [
        {symbol: one.said for symbol, one in adjustments.verdicts(form).items()}
        for form in adjustments.reviews(run, case)
    ]
    known = calculations.of_case(run.uow, case.row, run.tools.calculations(case.row.version))
    names = {one.symbol: one.name for one in known.parameters} if known else {}
    return review.check_verdicts(verdicts, names)


def meeting(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """C: enough unrecused experts were there; a panel is replaced only where there cannot be enough."""
    experts = list(panels.of_case(run.uow.history, case.row).experts)
    recused = {
        event.actor_id
        for event in run.uow.history.latest(f"case:{case.id}", limit=200)
        if event.form_key == "expert_review" and event.body["form"]["data"].get("recused") is True
    }
    recused |= _conflicted(run, case, experts)
    present = set(value.data.get("attendance") or ()) & (set(experts) - recused)
    flags = case.parameters.flags
    fraction = Fraction(str(flags.get("quorum_fraction", "2/3")))
    minimum = int(str(flags.get("quorum_minimum", 2)))
    absent = len(recused & set(experts))
    if value.action == "reconvene":
        if review.has_quorum(len(experts), absent, len(experts) - absent, fraction, minimum):
            raise Refused(
                "quorum_possible",
                "未回避的专家仍够法定人数，不能重新组建专家组",
                article="服务规则：专家评估会的法定人数",
            )
        return
    if not review.has_quorum(len(experts), absent, len(present), fraction, minimum):
        raise InvalidForm({"attendance": ["到会的未回避专家未达到法定人数，请补足后再召开"]})


def revision(run: Run, case: OpenCase, value: FormValue, role: str) -> None:
    """R33: every required change is answered; a batch's tonnes may only fall."""
    facts = StoredFacts(run, case)
    asked = [
        form for form in facts.forms("panel_opinion", "revision_recheck") if form.get("required_changes")
    ]
    required = [text(row.get("item")) for row in asked[-1]["required_changes"]] if asked else []
    answered = [text(row.get("item")) for row in value.data.get("responses") or ()]
    findings = [*review.check_responses(required, answered)]
    batch = run.uow.programme.batch(case.row.batch_id) if case.row.batch_id else None
    if batch is not None:
        revised = tonnes(value.data.get("revised_tonnes"))
        findings += review.check_revised_tonnes(batch["quantity"], revised)
        reductions = _recomputed(run, case, value) or CalculatedTonnes(batch["calculated"])
        claim = Tonnes(batch["quantity"] if revised is None else revised)
        findings += [replace(each, field="revised_tonnes") for each in check_quantity(claim, reductions)]
    at_fields(findings)


def _recomputed(run: Run, case: OpenCase, value: FormValue) -> CalculatedTonnes | None:
    rows = value.data.get(calculations.PARAMETERS)
    known = calculations.of_case(run.uow, case.row, run.tools.calculations(case.row.version))
    return calculations.compute(known, rows).reductions if known and rows else None
