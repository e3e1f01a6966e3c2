"""附件4 as it is worked out on the page, from what was typed so far.

The command computes again from what is handed in; this only shows. It works without a script: the button
draws the form anew, and with one every changed figure does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow_app.commands import calculations
from workflow_app.domain.calculation import Calculation
from workflow_app.engine.forms import Field, FormDefinition
from workflow_app.queries.case_file import Case
from workflow_app.web.desk import desk
from workflow_app.web.words import tonnes

TABLE = calculations.PARAMETERS


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A calculation with what was typed into it.

    :param figures: the system's own values of Form 4's fields.
    """

    calculation: Calculation
    tried: calculations.Attempt
    figures: Mapping[str, str]

    def figure(self, one: Field) -> str:
        """Return the system's own value of a computed field, in words."""
        value = self.figures.get(one.name, "")
        words = next((choice.label for choice in one.choices if choice.value == value), value)
        if one.type == "decimal" and words:
            return f"{tonnes(Decimal(words))} tCO₂e"
        return words or "—"


def worksheet(case: Case, form: FormDefinition, data: Mapping[str, Any]) -> Worksheet | None:
    """Return what the parameter rows typed so far come to; ``None`` where nothing is computed."""
    if not any(one.name == TABLE and one.fixed for one in form.fields()):
        return None
    product = desk()
    with product.store.reading() as uow:
        known = product.tools.calculations(case.version)
        found = calculations.of_case(uow, uow.cases.get(case.id), known)
    if found is None:
        return None
    tried = calculations.attempt(form, found, data)
    return Worksheet(found, tried, calculations.figures_of(found, tried))
