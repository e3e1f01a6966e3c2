"""试点备案 (355号三): the filing of a county, zone or state-owned enterprise takes effect.

The evidence R6-R8 ask for is checked when the form is handed in, whatever the diagram says.
"""

from __future__ import annotations

from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import IssueDocument, Notify
from handlers.pilot_effects import FilePilot
from handlers.values import rows, text
from workflow_app.kernel.identifiers import new_id, receipt_number

ARTICLE = "355号三"
PEOPLE = ("leader_name", "contact_name", "contact_phone", "contact_email")
KINDS = {"dev_zone": "development_zone"}


def _file_pilot(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form("pilot_filing")
    if form is None:
        raise LookupError("no filing was handed in")
    number = receipt_number("SD")
    fields = {
        "name": text(form.get("unit_name")),
        "kind": KINDS.get(text(form.get("filing_kind")), text(form.get("filing_kind"))),
        "division": text(form.get("unit_county")),
        "basis": text(form.get("grandfathered_basis")),
    }
    if bureau := text(form.get("organising_bureau")):
        fields["bureau_org"] = bureau
    duties = rows(form.get("duties"))
    filing_id = text(context.variables.get("filing_id")) or new_id()
    organisation = context.variables.get("applicant_org") or context.variables.get("bureau_org")
    told = Notify(
        tuple(f"role:{role}:{organisation}" for role in ("pilot_unit", "prefecture_bureau")),
        "试点备案",
        f"试点已备案，备案号{number}",
    )
    return Outcome(
        {"filing_id": filing_id, "filing_number": number, "filed_at": context.at.isoformat()},
        (
            FilePilot(
                filing_id,
                number,
                context.at,
                fields,
                people={name: text(form.get(name)) for name in PEOPLE},
                leader_post=text(form.get("leader_post")),
                duties=[{name: text(row.get(name)) for name in ("department", "duty")} for row in duties],
                plans={name: text(form.get(name)) for name in ("training_plan", "absorption_plan")},
            ),
            IssueDocument("pilot_filing_notice", subject_id=filing_id),
            told,
        ),
    )


HANDLERS = (
    Handler(
        "file_pilot",
        ARTICLE,
        _file_pilot,
        outputs=("filing_id", "filing_number", "filed_at"),
        effects=(FilePilot, IssueDocument, Notify),
    ),
)
