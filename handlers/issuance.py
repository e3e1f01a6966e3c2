"""签发: an issuance application is received, and its units are posted once.

355号附件一（二）「项目减排量可分期登记，每次登记需提交材料并进行评估」; I5, I6 and I9 of the ledger are
checked where the effects are carried out, whatever a diagram says.
"""

from __future__ import annotations

from handlers.contract import Context, Handler, Json, Outcome, Values, refuse
from handlers.effects import IssueDocument, MintUnits, Notify, ReceiveBatch, UpdateBatch
from handlers.facts import Form
from handlers.values import decimal, period, text, tonnes
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id

ARTICLE = "355号附件一（二）"


def _receive_issuance(inputs: Values, context: Context) -> Outcome:
    return _received(context.facts.form("issuance_application"), context)


def _received(form: Form | None, context: Context) -> Outcome:
    if form is None:
        raise LookupError("no issuance application was handed in")
    span, quantity, calculated = (
        period(form.get("monitoring_period")),
        tonnes(form.get("requested_tonnes")),
        decimal(form.get("emission_reductions")),
    )
    if span is None or quantity is None or calculated is None:
        raise Refused(
            "issuance_incomplete", "签发申请须写明起止日期、申请签发量和计算所得减排量", article=ARTICLE
        )
    batch_id = text(context.variables.get("batch_id")) or new_id()
    verifier, uscc = text(form.get("verifier_name")), text(form.get("verifier_uscc")).upper()
    received = ReceiveBatch(
        batch_id, span[0], span[1], quantity, str(calculated), context.at, verifier or None, uscc or None
    )
    strict = context.flags.get("verifier_independence") == "refuse"
    found = context.facts.independence(verifier, uscc, refused=strict)
    refuse(found)
    values: dict[str, Json] = {
        "batch_id": batch_id,
        "received_at": context.at.isoformat(),
        # Shown to whoever reviews the application; the rule is by analogy, so the reviewer weighs it.
        "verifier_flag": "；".join(finding.message for finding in found),
    }
    return Outcome(values, (received,))


def _receive_issuance_correction(inputs: Values, context: Context) -> Outcome:
    return _received(context.facts.form("issuance_correction"), context)


def _lapse_issuance(inputs: Values, context: Context) -> Outcome:
    """The period is free again, and a project that waited for this batch goes on without it."""
    project = context.facts.project()
    told = Notify(
        (f"role:owner:{project.owner_org}",) if project else (),
        "签发申请视为撤回",
        "逾期未补正，本期签发申请视为撤回",
    )
    ended = IssueDocument(
        "end_decision",
        {
            "what": "签发申请逾期未补正",
            "effect": "按撤回申请办结",
            "reason": "在补正期限内未提交补正材料。",
            "follows": "材料齐全后可以重新申请。",
        },
    )
    return Outcome({"batch_id": None}, (UpdateBatch(context.text("batch_id"), "withdrawn"), ended, told))


def mint_key(context: Context, inputs: Values) -> str:
    """One batch is minted once, however often the job is retried."""
    return f"mint:{context.variables.get('batch_id')}"


def _mint_units(inputs: Values, context: Context) -> Outcome:
    batch_id = context.text("batch_id")
    batch = context.facts.batch(batch_id)
    if batch is None:
        raise LookupError(f"batch {batch_id} is not on record")
    project = context.facts.project()
    vintages = _vintages(context) or {batch.period_start.year: batch.quantity}
    tonnes_minted = sum(vintages.values())
    minted = MintUnits(
        batch_id,
        vintages,
        context.text("opinion_id"),
        text(context.variables.get("notice_id")) or None,
        context.at,
        mint_key(context, inputs),
    )
    owner = (f"role:owner:{project.owner_org}",) if project else ()
    paper = IssueDocument("issuance_notice", subject_id=batch_id)
    told = Notify(owner, "减排量登记", f"本期减排量{tonnes_minted}吨已登记")
    return Outcome({"minted": tonnes_minted, "minted_at": context.at.isoformat()}, (minted, paper, told))


def _vintages(context: Context) -> dict[int, int]:
    """Return the tonnes by year the exchange's maker stated."""
    prepared = context.facts.form("minting_preparation") or {}
    return {int(row["year"]): tonnes(row["tonnes"]) or 0 for row in prepared.get("mint_vintages") or ()}


def _record_round(inputs: Values, context: Context) -> Outcome:
    done = context.variables.get("rounds")
    # A batch that came with the project is over too: the next round is one of its own.
    return Outcome({"rounds": (done if isinstance(done, int) else 0) + 1, "batch_id": None})


HANDLERS = (
    Handler(
        "receive_issuance",
        ARTICLE,
        _receive_issuance,
        outputs=("batch_id", "received_at", "verifier_flag"),
        effects=(ReceiveBatch,),
    ),
    Handler(
        "receive_issuance_correction",
        ARTICLE,
        _receive_issuance_correction,
        outputs=("batch_id", "received_at", "verifier_flag"),
        effects=(ReceiveBatch,),
    ),
    Handler(
        "lapse_issuance",
        "服务规则：补正期限",
        _lapse_issuance,
        outputs=("batch_id",),
        effects=(UpdateBatch, IssueDocument, Notify),
    ),
    Handler(
        "mint_units",
        "355号附件二（一）",
        _mint_units,
        outputs=("minted", "minted_at"),
        effects=(MintUnits, UpdateBatch, IssueDocument, Notify),
        key=mint_key,
    ),
    Handler(
        "record_round", ARTICLE, _record_round, outputs=("rounds", "batch_id"), always={"batch_id": None}
    ),
)
