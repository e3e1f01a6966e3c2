"""The programme's records as a handler may read them: ``handlers.facts`` answered by the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handlers.facts import (
    Batch,
    Comment,
    Form,
    Methodology,
    Notice,
    Opinion,
    Party,
    ProjectRecord,
)
from workflow_app.commands import adjustments, recusal
from workflow_app.commands.on_notices import comment_of
from workflow_app.commands.trading.alerts import reference_price
from workflow_app.commands.unit_facts import StoredUnitFacts
from workflow_app.domain.findings import Finding
from workflow_app.domain.review import Tie
from workflow_app.kernel.clock import legal_date


@dataclass(frozen=True, slots=True)
class StoredFacts(StoredUnitFacts):
    """Reads inside the run's transaction, for one case."""

    def form(self, key: str) -> Form | None:
        """Return the form last handed in under ``key``: the present act's, or the history's."""
        if self.case.form is not None and self.case.form[0] == key:
            return self.case.form[1]
        return self.run.uow.history.form(f"case:{self.case.id}", key)

    def forms(self, *keys: str) -> tuple[Form, ...]:
        """Return every form handed in under ``keys``, oldest first, the present act's last.

        Of several keys the forms come key by key: a case hands in one of them at a time.
        """
        stream = f"case:{self.case.id}"
        found = tuple(form for key in keys for form in self.run.uow.history.forms(stream, key))
        if self.case.form is not None and self.case.form[0] in keys:
            return (*found, self.case.form[1])
        return found

    def methodology(self, code: str, day: date | None = None) -> Methodology | None:
        """Return the methodology of the register, in its version of a day."""
        row = self.run.uow.programme.methodology(code)
        if row is None:
            return None
        version = self.run.uow.programme.methodology_in_force(code, day or legal_date(self.run.at))
        return Methodology(
            row["code"],
            row["name"],
            row["kind"],
            row["field"],
            row["published_on"],
            version["crediting_required"] if version else row["crediting_required"],
            version["version"] if version else 1,
        )

    def project(self) -> ProjectRecord | None:
        """Return the case's project."""
        project_id = self.case.row.project_id
        row = self.run.uow.programme.project(project_id) if project_id else None
        if row is None:
            return None
        return ProjectRecord(
            row["id"],
            row["state"],
            row["name"],
            row["owner_org"],
            row["applicant_org"],
            row["methodology_code"],
            row["field"],
            row["crediting_start"],
            row["crediting_end"],
            row["number"],
            row["received_at"],
        )

    def notice(self, notice_id: str) -> Notice | None:
        """Return a notice."""
        row = self.run.uow.programme.notice(notice_id)
        if row is None:
            return None
        return Notice(
            row["id"],
            row["published_at"],
            row["closes_at"],
            row["closed_at"],
            row["quantity"],
            row["outcome"],
        )

    def comments(self, notice_id: str) -> tuple[Comment, ...]:
        """Return the comments on a notice, oldest first."""
        return tuple(comment_of(row) for row in self.run.uow.programme.comments(notice_id))

    def comment(self, comment_id: str) -> Comment | None:
        """Return one comment."""
        row = self.run.uow.programme.comment(comment_id)
        return comment_of(row) if row is not None else None

    def opinion(self, opinion_id: str) -> Opinion | None:
        """Return a panel's opinion."""
        row = self.run.uow.programme.opinion(opinion_id)
        if row is None:
            return None
        return Opinion(row["id"], row["result"], row["accepted_tonnes"], row["revision_round"])

    def batch(self, batch_id: str) -> Batch | None:
        """Return a batch of the case's project."""
        row = self.run.uow.programme.batch(batch_id)
        if row is None or row["project_id"] != self.case.row.project_id:
            return None
        return Batch(
            row["id"],
            row["state"],
            row["period_start"],
            row["period_end"],
            row["quantity"],
            str(row["calculated"]),
        )

    def adjusted(self) -> tuple[int, str] | None:
        """Return what the experts' verdicts leave of the batch, and which parameters they changed."""
        found = adjustments.of_case(self.run, self.case)
        if found is None:
            return None
        return found.reductions.floor().value, "；".join(map(str, found.adopted))

    def parties(self) -> frozenset[str]:
        """Return the organisations the case concerns, third parties included."""
        return recusal.parties(self.run.uow, self.case.row)

    def ties(self, expert_ids: tuple[str, ...]) -> tuple[Tie, ...]:
        """Return the ties of these experts to organisations."""
        return recusal.ties(self.run.uow, expert_ids)

    def independence(self, verifier: str, uscc: str, *, refused: bool) -> tuple[Finding, ...]:
        """Judge whether a third party stands apart from owner, applicant and consultant."""
        return recusal.independence(self.run.uow, self.case.row, verifier, uscc, refused=refused)

    def next_project_sequence(self) -> int:
        """Return the number the next registered project gets."""
        return self.run.uow.settings.next("project_number")

    def account_numbered(self, number: str) -> Party | None:
        """Return the account with this number."""
        row = self.run.uow.trading.account_by_number(number)
        if row is None:
            return None
        principal = row["organisation_id"] or f"user:{row['person_id']}"
        return Party(row["id"], row["kind"], row["state"], principal)

    def reference_price(self) -> int | None:
        """Return what a tonne cost of late, cents: of the case's project, else of the programme."""
        return reference_price(self.run, str(self.case.row.project_id))
