"""专家评估: appointing the panel, counting its quorum, recording its opinions.

355号附件一（二）: the panel is the gate. K: no expert tied to owner, applicant or third party
within the years the parameters give; the chair is one of the experts. C: quorum.
"""

from __future__ import annotations

from fractions import Fraction

from handlers import subject
from handlers.contract import Context, Handler, Json, Outcome, Values, refuse
from handlers.effects import IssueDocument, MoveProject, Notify, RecordOpinion, UpdateBatch
from handlers.facts import Form
from handlers.values import text, tonnes
from workflow_app.domain import review
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.identifiers import new_id

ARTICLE = "355号附件一（二）"
REVIEW = "expert_review"
FINDINGS = ("authenticity", "uniqueness", "additionality", "required_changes", "overall_opinion")
CONVENING = {"accepted": "convene", "notice_pending": "assess_again"}
BATCH_STATES = {
    "pass": "notice_pending",
    "confirm": "notice_pending",
    "request_revision": "revision",
    "fail": "failed",
}


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        return ()
    return tuple(dict.fromkeys(item for item in value if isinstance(item, str) and item))


def _conflicted(context: Context, experts: tuple[str, ...]) -> frozenset[str]:
    """Return the experts tied to a party of this case on the day of the act."""
    years = context.flag_int("conflict_years", 3)
    parties = context.facts.parties()
    return review.conflicted(context.facts.ties(experts), parties, legal_date(context.at), years)


def _appoint_panel(inputs: Values, context: Context) -> Outcome:
    experts = _names(context.variables.get("experts"))
    chair = text(context.variables.get("chair"))
    conflicted = _conflicted(context, experts)
    refuse(review.check_panel(experts, chair, conflicted, context.flag_int("quorum_minimum", 2)))
    told = Notify(tuple(f"user:{expert}" for expert in experts), "专家评估", "您被选为项目评估专家")
    before = len(context.facts.forms(REVIEW))
    values: dict[str, Json] = {"reviews_before_panel": before, "panel_appointed_at": context.at.isoformat()}
    moved = _convened(context)
    return Outcome(values, (*moved, told))


def quorum_fraction(context: Context) -> Fraction:
    """Return the fraction of the case's pinned parameters (two thirds where unset)."""
    return Fraction(str(context.flags.get("quorum_fraction", "2/3")))


def _convened(context: Context) -> tuple[MoveProject | UpdateBatch, ...]:
    """A panel convened anew in the same assessment changes no state."""
    project = context.facts.project()
    return subject.moves(context, CONVENING.get(project.state) if project else None, "assessment")


def _count_quorum(inputs: Values, context: Context) -> Outcome:
    before = context.variables.get("reviews_before_panel")
    reviews = context.facts.forms(REVIEW)[before if isinstance(before, int) else 0 :]
    recused = sum(1 for said in reviews if said.get("recused") is True)
    appointed = len(_names(inputs.get("experts", context.variables.get("experts"))))
    minimum = context.flag_int("quorum_minimum", 2)
    spoke = len(reviews) - recused
    quorum = review.has_quorum(appointed, recused, spoke, quorum_fraction(context), minimum)
    found = context.facts.adjusted()
    said = f"{found[0]:,}吨（{found[1]}）" if found else ""
    return Outcome({"unrecused": appointed - recused, "quorum": quorum, "adjusted_tonnes": said})


def _rounds(context: Context) -> int:
    rounds = context.variables.get("revision_round")
    return rounds if isinstance(rounds, int) else 0


def _record_opinion(inputs: Values, context: Context) -> Outcome:
    form = context.facts.form("panel_opinion") or {}
    result = text(context.variables.get("panel_result"))
    event = {"passed": "pass", "revise": "request_revision", "failed": "fail"}[result]
    return _opinion(context, result, event, tonnes(form.get("accepted_tonnes")), form, _rounds(context))


def _record_recheck(inputs: Values, context: Context) -> Outcome:
    again = context.variables.get("recheck_result") == "again"
    opinion = context.facts.form("panel_opinion") or {}
    said = context.facts.form("revision_recheck") or {}
    accepted = tonnes(said.get("accepted_tonnes"))
    if accepted is None:
        accepted = tonnes(opinion.get("accepted_tonnes"))
    if again:
        return _opinion(context, "revise", "request_revision", accepted, said, _rounds(context), recheck=True)
    return _opinion(context, "passed", "confirm", accepted, said, _rounds(context), recheck=True)


def _opinion(
    context: Context,
    result: str,
    event: str,
    accepted: int | None,
    said: Form,
    rounds: int,
    *,
    recheck: bool = False,
) -> Outcome:
    """Record an opinion; one that asks for a revision opens the next round, or finds them used up."""
    opinion_id = new_id()
    if result == "revise":
        rounds += 1
    exhausted = review.rounds_exhausted(rounds, context.flag_int("max_revision_rounds", 3))
    findings = {name: said[name] for name in FINDINGS if name in said}
    recorded = RecordOpinion(opinion_id, result, accepted, findings, rounds, context.at)
    values: dict[str, Json] = {
        "opinion_id": opinion_id,
        "opinion_at": context.at.isoformat(),
        "revision_round": rounds,
        "rounds_exhausted": exhausted,
    }
    event = "fail" if exhausted else event
    moved = subject.moves(context, event, BATCH_STATES[event])
    paper = IssueDocument("panel_opinion", {"recheck": recheck, "exhausted": exhausted}, opinion_id)
    return Outcome(values, (recorded, *moved, *(() if recheck else (_minutes(context),)), paper))


def _minutes(context: Context) -> IssueDocument:
    """The minutes are closed when the panel has spoken: dissent belongs in them."""
    before = context.variables.get("reviews_before_panel")
    experts = list(_names(context.variables.get("experts")))
    return IssueDocument("meeting_minutes", {"experts": experts, "reviews-before": before or 0})


HANDLERS = (
    Handler(
        "appoint_panel",
        review.RECUSAL,
        _appoint_panel,
        inputs=("experts", "chair"),
        outputs=("reviews_before_panel", "panel_appointed_at"),
        effects=(MoveProject, UpdateBatch, Notify),
    ),
    Handler(
        "count_quorum",
        "服务规则：到会人数",
        _count_quorum,
        inputs=("experts", "recusals", "quorum_fraction", "quorum_minimum"),
        outputs=("unrecused", "quorum", "adjusted_tonnes"),
    ),
    Handler(
        "record_opinion",
        ARTICLE,
        _record_opinion,
        inputs=("revision_round", "max_revision_rounds"),
        outputs=("opinion_id", "opinion_at", "revision_round", "rounds_exhausted"),
        effects=(RecordOpinion, MoveProject, UpdateBatch, IssueDocument),
    ),
    Handler(
        "record_recheck",
        ARTICLE,
        _record_recheck,
        inputs=("recheck_result", "revision_round", "max_revision_rounds"),
        outputs=("opinion_id", "opinion_at", "revision_round", "rounds_exhausted"),
        effects=(RecordOpinion, MoveProject, UpdateBatch, IssueDocument),
    ),
)
