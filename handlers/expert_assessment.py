"""专家评估: appointing the panel, counting its quorum, recording its opinions.

355号附件一（二）: the panel is the gate. K: no expert tied to owner, applicant or third party
within the years the parameters give; the chair is one of the experts. C: quorum.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil

from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import Notify, RecordOpinion, UpdateBatch, UpdateProject
from handlers.facts import Conflict
from handlers.values import text, tonnes
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id

ARTICLE = "355号附件一（二）"
RECUSAL = "服务规则：专家回避（参照31号令第十八条）"
REVIEW = "expert_review"


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(dict.fromkeys(item for item in value if isinstance(item, str) and item))


def tied(ties: tuple[Conflict, ...], organisations: set[str], on: date, years: int) -> frozenset[str]:
    """Return the experts whose tie to one of ``organisations`` lasts, or ended within ``years``."""
    found = set()
    for tie in ties:
        ended = tie.until
        recent = ended is None or (on - ended).days <= years * 366
        if tie.organisation_id in organisations and tie.since <= on and recent:
            found.add(tie.expert_id)
    return frozenset(found)


def _parties(context: Context) -> set[str]:
    names = ("owner_org", "applicant_org", "third_party_org")
    return {party for party in (context.variables.get(name) for name in names) if isinstance(party, str)}


def _appoint_panel(inputs: Values, context: Context) -> Outcome:
    experts = _names(context.variables.get("experts"))
    chair = text(context.variables.get("chair"))
    if chair not in experts:
        raise Refused("chair_not_on_panel", "组长须为本次评估的专家组成员", article=ARTICLE)
    smallest = context.flag_int("quorum_minimum", 2)
    if len(experts) < smallest:
        raise Refused("panel_too_small", f"专家组至少需要{smallest}名专家", article=ARTICLE)
    years = context.flag_int("conflict_years", 3)
    refused = tied(context.facts.conflicts(experts), _parties(context), legal_date(context.at), years)
    if refused:
        raise Refused(
            "expert_conflicted",
            "所选专家与项目有利益关联，须回避，请另行选择",
            article=RECUSAL,
            details={"experts": sorted(refused)},
        )
    told = Notify(tuple(f"user:{expert}" for expert in experts), "专家评估", "您被选为项目评估专家")
    before = len(context.facts.forms(REVIEW))
    values: dict[str, object] = {"reviews_before_panel": before, "panel_appointed_at": context.at.isoformat()}
    moved = () if context.variables.get("batch_id") else (UpdateProject("assessment"),)
    return Outcome(values, (*moved, told))  # type: ignore[arg-type]


def quorum_needed(unrecused: int, fraction: Fraction, minimum: int) -> int:
    """Return how many of the unrecused experts must take part: the fraction, and never below the minimum."""
    return max(minimum, ceil(unrecused * fraction))


def quorum_fraction(context: Context) -> Fraction:
    """Return the fraction of the case's pinned parameters (two thirds where unset)."""
    return Fraction(str(context.flags.get("quorum_fraction", "2/3")))


def _count_quorum(inputs: Values, context: Context) -> Outcome:
    before = context.variables.get("reviews_before_panel")
    reviews = context.facts.forms(REVIEW)[before if isinstance(before, int) else 0 :]
    unrecused = sum(1 for review in reviews if review.get("recuse") not in (True, "yes"))
    needed = quorum_needed(unrecused, quorum_fraction(context), context.flag_int("quorum_minimum", 2))
    return Outcome({"unrecused": unrecused, "quorum": unrecused >= needed})


def _record_opinion(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form("panel_opinion") or {}
    result = text(context.variables.get("panel_result"))
    rounds = context.variables.get("revision_round")
    round_number = rounds if isinstance(rounds, int) else 0
    if result == "revise":
        round_number += 1
    return _opinion(context, result, tonnes(form.get("accepted_tonnes")), dict(form), round_number)


def _record_recheck(inputs: Values, context: Context) -> Outcome:
    again = context.variables.get("recheck_result") == "again"
    rounds = context.variables.get("revision_round")
    round_number = (rounds if isinstance(rounds, int) else 1) + (1 if again else 0)
    opinion = context.facts.form("panel_opinion") or {}
    recheck = context.facts.form("revision_recheck") or {}
    accepted = tonnes(recheck.get("accepted_tonnes"))
    if accepted is None:
        accepted = tonnes(opinion.get("accepted_tonnes"))
    return _opinion(context, "revise" if again else "passed", accepted, dict(recheck), round_number)


def _opinion(
    context: Context, result: str, accepted: int | None, findings: dict[str, object], round_number: int
) -> Outcome:
    opinion_id = new_id()
    recorded = RecordOpinion(opinion_id, result, accepted, findings, round_number, context.at)
    values: dict[str, object] = {
        "opinion_id": opinion_id,
        "revision_round": round_number,
        "panel_result": result,
    }
    state = {"passed": "assessed", "revise": "revision", "failed": "failed"}[result]
    batch = context.variables.get("batch_id")
    moved = UpdateBatch(str(batch), state) if batch else UpdateProject(state)
    return Outcome(values, (recorded, moved))  # type: ignore[arg-type]


HANDLERS = (
    Handler(
        "appoint_panel",
        RECUSAL,
        _appoint_panel,
        outputs=("reviews_before_panel", "panel_appointed_at"),
        effects=(UpdateProject, Notify),
    ),
    Handler("count_quorum", "服务规则：到会人数", _count_quorum, outputs=("unrecused", "quorum")),
    Handler(
        "record_opinion",
        ARTICLE,
        _record_opinion,
        outputs=("opinion_id", "revision_round", "panel_result"),
        effects=(RecordOpinion, UpdateProject, UpdateBatch),
    ),
    Handler(
        "record_recheck",
        ARTICLE,
        _record_recheck,
        outputs=("opinion_id", "revision_round", "panel_result"),
        effects=(RecordOpinion, UpdateProject, UpdateBatch),
    ),
)
