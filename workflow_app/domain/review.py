"""Review: the one-time correction list, the panel's quorum, conflicts of interest, rounds of revision.

附件一（二）; the one-time rule by analogy with 行政许可法第三十二条, recusal by analogy with 31号令第十八、
三十七条. Fractions and years are parameters; that there is a rule is not. Must never know: cases, storage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from workflow_app.domain.findings import Finding

ONE_TIME = "服务规则：一次性告知补正（参照行政许可法第三十二条）"
RECUSAL = "服务规则：专家回避（参照31号令第十八条、第三十七条）"
INDEPENDENCE = "服务规则：第三方机构独立性（参照31号令第十八条、第三十七条）"
PANEL = "355号附件一（二）"

HEADINGS: Mapping[str, str] = {
    "boundary": "核算边界",
    "quantification": "减排量核算",
    "data": "数据来源",
    "monitoring": "监测内容",
}
"""R31: the four scored headings of the technical assessment."""
QUALITIES: Mapping[str, str] = {"authenticity": "真实性", "uniqueness": "唯一性", "additionality": "额外性"}
"""R20: the three findings of a panel's opinion, each with its reasons."""


def check_correction(first: Iterable[str] | None, now: Iterable[str]) -> tuple[Finding, ...]:
    """A correction notice lists everything at once: a later list may only repeat items of the first (K).

    :param first: the materials of the first list, ``None`` where there was none.
    :param now: the materials of this list.
    """
    listed = set(now)
    if not listed:
        return (Finding("correction_empty", "补正通知须列明应补正的材料", ONE_TIME, "checklist"),)
    added = listed - set(first) if first is not None else set()
    if not added:
        return ()
    return (
        Finding(
            "correction_one_time", "补正内容只能一次性告知，不得新增此前未列出的事项", ONE_TIME, "checklist"
        ),
    )


def quorum_needed(appointed: int, recused: int, fraction: Fraction, minimum: int) -> int:
    """Return how many unrecused experts must take part.

    :param fraction: of the unrecused experts, such as ``Fraction(2, 3)``.
    :param minimum: never fewer than this.
    :raises ValueError: more recused than appointed, or a fraction outside 0-1.
    """
    if not 0 <= recused <= appointed or not 0 < fraction <= 1 or minimum < 1:
        raise ValueError("a quorum is a fraction of the experts who are left")
    return max(ceil((appointed - recused) * fraction), minimum)


def has_quorum(
    appointed: int, recused: int, present: int, fraction: Fraction = Fraction(2, 3), minimum: int = 2
) -> bool:
    """Tell whether enough unrecused experts took part."""
    return present >= quorum_needed(appointed, recused, fraction, minimum)


@dataclass(frozen=True, slots=True)
class Tie:
    """An expert's tie to an organisation; ``ended_on`` is ``None`` while it lasts."""

    expert_id: str
    organisation_id: str
    ended_on: date | None = None


def years_before(day: date, years: int) -> date:
    """Return the same day ``years`` earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def conflicted(ties: Iterable[Tie], parties: Iterable[str], on: date, years: int = 3) -> frozenset[str]:
    """Return the experts tied to a party now or within the last ``years`` years (R31, recusal)."""
    concerned = set(parties)
    since = years_before(on, years)
    return frozenset(
        tie.expert_id
        for tie in ties
        if tie.organisation_id in concerned and (tie.ended_on is None or tie.ended_on >= since)
    )


def check_panel(
    experts: Iterable[str], chair: str, conflicts: Iterable[str], minimum: int = 2
) -> tuple[Finding, ...]:
    """Judge a panel: enough members, none conflicted, the chair among them (K)."""
    members = frozenset(experts)
    findings: list[Finding] = []
    if len(members) < minimum:
        findings.append(Finding("panel_too_small", f"专家组至少应有{minimum}名专家", PANEL, "experts"))
    if members & set(conflicts):
        findings.append(
            Finding(
                "expert_conflicted",
                "所选专家与项目业主、申请方或第三方机构有利害关系，应当回避",
                RECUSAL,
                "experts",
            )
        )
    if chair not in members:
        findings.append(Finding("chair_not_member", "组长须从所选专家中产生", PANEL, "chair"))
    return tuple(findings)


def check_recused(conflicts: Iterable[str]) -> tuple[Finding, ...]:
    """An expert tied to a party gives no review, only notice that they recuse (K).

    :param conflicts: the reviewing expert, where they are tied to a party.
    """
    if not set(conflicts):
        return ()
    return (
        Finding(
            "expert_conflicted", "您与项目业主、申请方或第三方机构有利害关系，应当回避", RECUSAL, "recused"
        ),
    )


def check_signatures(conflicts: Iterable[str]) -> tuple[Finding, ...]:
    """The panel's opinion is signed by unrecused experts only (K).

    :param conflicts: those who sign and are tied to a party.
    """
    if not set(conflicts):
        return ()
    return (
        Finding(
            "expert_conflicted",
            "签署意见的专家与项目业主、申请方或第三方机构有利害关系，应当回避",
            RECUSAL,
            "signatures",
        ),
    )


def check_independence(
    verifier: Iterable[str], consultant: Iterable[str], owners: Iterable[str], *, refused: bool = False
) -> tuple[Finding, ...]:
    """A third party is neither the project's consultant nor tied to its owner (参照31号令第十八、三十七条).

    :param verifier: what identifies the third party: ids in the register, or its name where it has none.
    :param consultant: the same of whoever advised the owner.
    :param owners: the same of owner, applicant and whoever belongs to one group with them.
    :param refused: refuse it, rather than flag it to the reviewer.
    """
    named = set(verifier)
    if named & set(consultant):
        text = "第三方审定机构与项目技术服务机构为同一机构，不具独立性，请核实"
    elif named & set(owners):
        text = "第三方审定机构与项目业主（申请方）为同一单位或存在隶属关系，不具独立性，请核实"
    else:
        return ()
    return (Finding("verifier_not_independent", text, INDEPENDENCE, "verifier_name", refused),)


def rounds_exhausted(rounds: int, maximum: int) -> bool:
    """Tell whether another round of revision is refused: after ``maximum`` rounds the project fails."""
    return rounds > maximum


def check_responses(required: Iterable[str], answered: Iterable[str]) -> tuple[Finding, ...]:
    """R33: every required change is answered in the response matrix."""
    unanswered = sorted(set(required) - set(answered))
    if not unanswered:
        return ()
    return (
        Finding("response_incomplete", f"尚有修改要求未答复：{'、'.join(unanswered)}", PANEL, "responses"),
    )


def check_verdicts(verdicts: Sequence[Mapping[str, str]], names: Mapping[str, str]) -> tuple[Finding, ...]:
    """附件4: a parameter that more than half of the experts reject does not pass.

    :param verdicts: of each expert, symbol → ``accept``, ``adjust`` or ``fail``.
    :param names: symbol → what the parameter is called.
    """
    rejected = [
        name
        for symbol, name in names.items()
        if 2 * sum(said.get(symbol) == "fail" for said in verdicts) > len(verdicts)
    ]
    if not rejected:
        return ()
    listed = "、".join(rejected)
    return (Finding("parameters_rejected", f"半数以上专家不认可的参数须先修改：{listed}", PANEL, ""),)


def check_revised_tonnes(before: int, after: int | None) -> tuple[Finding, ...]:
    """While an issuance is revised its tonnes may only fall."""
    if after is None or after <= before:
        return ()
    return (Finding("revision_raises_tonnes", "签发申请修改时，减排量只能调减", PANEL, "revised_tonnes"),)
