"""A version changed as process administrators change it: a draft, a proposal, a second person, an instant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.design_requests import (
    DecideProposal,
    HandOverDraft,
    OpenDraft,
    ProposeFiles,
    ProposeRollback,
    SaveDraftFile,
    SubmitProposal,
    TakeDraft,
)
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import Conflict, Forbidden, Refused

PARAMETERS = "parameters.yaml"
BEFORE, AFTER = b"max_revision_rounds: 3", b"max_revision_rounds: 2"


def _effective(programme: Programme) -> str:
    with programme.app.store.reading() as uow:
        return programme.app.tools.versions.effective(uow)


def _opened(programme: Programme) -> str:
    return str(programme.do("administrator", OpenDraft("修改轮次")).values["draft_id"])


def test_a_draft_becomes_effective_by_a_second_person_and_an_earlier_version_comes_back(
    programme: Programme,
) -> None:
    """W a file is changed, proposed for later, approved. T it is effective from then; a rollback returns."""
    first, draft = _effective(programme), _opened(programme)
    changed = shipped()[PARAMETERS].replace(BEFORE, AFTER)
    programme.do("administrator", SaveDraftFile(draft, PARAMETERS, changed, 0))
    later = programme.app.clock.now() + timedelta(days=1)
    proposed = programme.do("administrator", SubmitProposal(draft, "减少轮次", later)).values
    proposal = str(proposed["proposal_id"])
    with pytest.raises(Refused) as own:
        programme.do("administrator", DecideProposal(proposal, approve=True))
    assert own.value.code == "second_approver"
    with pytest.raises(Forbidden):
        programme.do("leader", DecideProposal(proposal, approve=True))
    programme.do("second_administrator", DecideProposal(proposal, approve=True))
    with pytest.raises(Refused) as again:
        programme.do("second_administrator", DecideProposal(proposal, approve=True))
    assert again.value.code == "proposal_decided"
    assert _effective(programme) == first

    programme.on((later + timedelta(days=1)).date().isoformat())

    assert _effective(programme) == proposed["version"]
    back = programme.do("second_administrator", ProposeRollback(first, "恢复三轮")).values
    programme.do("administrator", DecideProposal(str(back["proposal_id"]), approve=True))
    assert _effective(programme) == first


def test_one_person_edits_at_a_time_and_nobody_writes_over_unseen_work(programme: Programme) -> None:
    """W a second administrator saves too. T refused while the first edits; then from the last revision."""
    draft, file = _opened(programme), shipped()[PARAMETERS]
    first = file.replace(BEFORE, AFTER)
    programme.do("administrator", SaveDraftFile(draft, PARAMETERS, first, 0))
    with pytest.raises(Refused) as locked:
        programme.do("second_administrator", TakeDraft(draft))
    assert locked.value.code == "draft_locked"
    programme.do("administrator", HandOverDraft(draft, programme.people["second_administrator"]))
    with pytest.raises(Conflict) as stale:
        programme.do("second_administrator", SaveDraftFile(draft, PARAMETERS, file, 0))
    assert stale.value.details["theirs"] == first.decode()
    saved = programme.do("second_administrator", SaveDraftFile(draft, PARAMETERS, first + b"#\n", 1))
    assert saved.values["revision"] == 2
    with pytest.raises(Refused) as statute:
        programme.do("second_administrator", SaveDraftFile(draft, "statute/notice.yaml", b"", 0))
    assert statute.value.code == "statute_read_only"


def test_a_version_approved_for_later_is_never_silently_lost(programme: Programme) -> None:
    """W another is approved before its day. T refused, until a rollback to the present version recalls it."""
    first = _effective(programme)
    later = programme.app.clock.now() + timedelta(days=10)
    for_later = programme.do("administrator", ProposeFiles(_rounds(2), "减少轮次", (), later)).values
    urgent = programme.do("administrator", ProposeFiles(_rounds(4), "增加轮次")).values
    programme.do("second_administrator", DecideProposal(str(for_later["proposal_id"]), approve=True))

    with pytest.raises(Conflict) as overtaking:
        programme.do("second_administrator", DecideProposal(str(urgent["proposal_id"]), approve=True))
    assert overtaking.value.code == "version_scheduled"

    recall = programme.do("administrator", ProposeRollback(first, "取消预定的版本")).values
    programme.do("second_administrator", DecideProposal(str(recall["proposal_id"]), approve=True))
    programme.do("second_administrator", DecideProposal(str(urgent["proposal_id"]), approve=True))
    programme.on((later + timedelta(days=1)).date().isoformat())
    assert _effective(programme) == urgent["version"]


def _rounds(number: int) -> dict[str, bytes]:
    return {PARAMETERS: shipped()[PARAMETERS].replace(BEFORE, f"max_revision_rounds: {number}".encode())}
