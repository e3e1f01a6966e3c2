"""What the experts of a case's panel said of each parameter, and what the reductions are by it (附件4).

Read inside the act's transaction, the review of the present act included. What the owner has revised since is
no longer what they judged. It must never decide what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from handlers.values import decimal, text
from workflow_app.commands import calculations
from workflow_app.commands.run import OpenCase, Run
from workflow_app.domain.adjustment import Adjusted, Verdict, adjusted

REVIEW: Final = "expert_review"
EVENTS: Final = 200
"""How many of an assessment's last events are looked through; it is a short case."""

Form = Mapping[str, Any]


def reviews(run: Run, case: OpenCase) -> tuple[Form, ...]:
    """Return the reviews of the panel appointed last, but for those who recused."""
    found = [case.form[1]] if case.form is not None and case.form[0] == REVIEW else []
    for event in run.uow.history.latest(f"case:{case.id}", limit=EVENTS):
        if event.form_key == "panel":
            break
        if event.form_key == REVIEW:
            found.append(event.body["form"]["data"])
    return tuple(form for form in found if form.get("recused") is not True)


def verdicts(form: Form) -> dict[str, Verdict]:
    """Return what an expert said of each parameter, by symbol."""
    return {
        text(row.get("item")): Verdict(text(row.get("verdict")), decimal(row.get("adjusted")))
        for row in form.get("parameter_verdicts") or ()
    }


def of_case(run: Run, case: OpenCase) -> Adjusted | None:
    """Return what the case's batch comes to by its experts; ``None`` where they leave it as stated."""
    known = calculations.of_case(run.uow, case.row, run.tools.calculations(case.row.version))
    if known is None or case.row.batch_id is None:
        return None
    now, judged = (_values(run, case, revised=revised) for revised in (True, False))
    said = [
        {symbol: one for symbol, one in verdicts(form).items() if now.get(symbol) == judged.get(symbol)}
        for form in reviews(run, case)
    ]
    if any(one.symbol not in now for one in known.parameters):
        return None
    return adjusted(known, now, said)


def _values(run: Run, case: OpenCase, *, revised: bool) -> dict[str, Decimal]:
    rows = calculations.stated(run.uow, case.row, revised=revised)
    return {text(row.get("item")): Decimal(row[calculations.VALUE]) for row in rows}
