"""离任 of whoever decides, checks and designs: what waits for a second person never goes to the first (K)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.scenarios.leaving import leaves, listed, refused
from tests.scenarios.programme import Programme
from workflow_app.commands import statute
from workflow_app.commands.account_requests import DecideCash, EnterCash
from workflow_app.commands.design_requests import OpenDraft, SaveDraftFile
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.history import SYSTEM
from workflow_app.store.repositories.calendar import CalendarProposal, CalendarProposalRepository


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme, on each database."""
    opened = Programme.opened(database_url, tmp_path, "2025-03-03")
    yield opened
    opened.then_history_holds()
    opened.app.store.close()


def proposed(programme: Programme, kind: str, by: str) -> None:
    """A version somebody proposed, as it waits for a decision."""
    app = programme.app
    with app.store.unit_of_work() as uow:
        present = app.tools.versions.effective(uow)
        row = {
            "id": new_id(),
            "number": f"BS-{kind}",
            "draft_id": None,
            "version": present,
            "base": present,
            "kind": kind,
            "reason": "按会议纪要调整流程",
            "effective_from": None,
            "warnings": [],
            "authors": [programme.people[by]],
            "statute": statute.edition(),
            "state": "submitted",
            "submitted_by": programme.people[by],
            "submitted_at": programme.clock.now(),
            "decided_by": None,
            "decided_at": None,
            "decision_reason": None,
        }
        uow.design.propose(row)
        uow.history.record("version_proposed", "definitions", SYSTEM, programme.clock.now())
        uow.commit()


def calendar_proposed(programme: Programme, by: str) -> None:
    """A holiday notice somebody proposed, as it waits for the leader."""
    row = CalendarProposal(
        new_id(),
        "RL-1",
        2027,
        "国办发明电〔2026〕7号",
        date(2025, 3, 3),
        "关于2027年部分节假日安排的通知（测试用）",
        "first",
        "year = 2027",
        "",
        "base",
        "submitted",
        programme.people[by],
        programme.clock.now(),
    )
    with programme.app.store.unit_of_work() as uow:
        CalendarProposalRepository(uow.connection, uow.live).add(row)
        uow.history.record("notice_proposed", "calendar", SYSTEM, programme.clock.now())
        uow.commit()


def test_a_draft_of_the_next_version_goes_to_another_process_administrator(programme: Programme) -> None:
    draft = str(programme.do("administrator", OpenDraft("调整评估环节")).values["draft_id"])
    assert listed(programme, "administrator") == [("designs", "流程草稿")]
    assert refused(leaves(programme, "administrator", {"designs": "clerk"})) == [
        ("流程草稿", "not_process_admin")
    ]
    done = leaves(programme, "administrator", {"designs": "second_administrator"})
    assert (done.values["refused"], done.values["left"]) == ([], 0)
    save = SaveDraftFile(draft, "parameters.yaml", b"version: 1\n", 0)
    programme.do("second_administrator", save)  # the lock is theirs at once


def test_a_proposal_waits_for_whoever_had_no_hand_in_it(programme: Programme) -> None:
    proposed(programme, "process", "administrator")
    assert listed(programme, "administrator") == [("staying", "流程部署申请")]
    assert listed(programme, "second_administrator") == [("post", "流程部署审批")]
    to_author = leaves(programme, "second_administrator", {"post:process_admin": "administrator"})
    assert refused(to_author) == [("流程部署审批", "second_approver")]
    programme.given_person("third_administrator", "department", "process_admin")
    assert listed(programme, "second_administrator") == []  # the third may decide now


def test_what_waits_for_the_last_leader_goes_with_the_post(programme: Programme) -> None:
    proposed(programme, "article_fixed", "administrator")
    calendar_proposed(programme, "clerk")
    waits = [("post", "放假通知审批"), ("post", "流程部署审批")]
    assert listed(programme, "leader") == sorted(waits)
    done = leaves(programme, "leader", {"post:department_leader": "clerk"})
    assert refused(done) == [("放假通知审批", "second_approver")]  # the clerk proposed it
    programme.given_person("deputy", "department", "department_leader")
    assert listed(programme, "leader") == []


def test_a_payment_waits_for_a_checker_who_did_not_make_it(programme: Programme) -> None:
    programme.given_registered_project("2025-09-08")
    with programme.app.store.reading() as uow:
        account = uow.programme.account(programme.organisations["owner"], "owner")
    assert account is not None
    entered = programme.do("maker", EnterCash(account["id"], "deposit", "10", "B-1"))
    assert ("post", "出入金复核") in listed(programme, "checker")
    assert ("staying", "出入金登记") in listed(programme, "maker")
    to_maker = leaves(programme, "checker", {"post:exchange_checker": "maker"})
    assert ("出入金复核", "maker_is_checker") in refused(to_maker)
    programme.given_person("second_checker", "exchange", "exchange_checker")
    assert ("post", "出入金复核") not in listed(programme, "checker")
    programme.do("second_checker", DecideCash(str(entered.values["entry_id"]), approve=True))


def test_an_administrative_post_goes_to_nobody_who_works_on_cases(programme: Programme) -> None:
    done = leaves(programme, "auditor", {"post:auditor": "clerk"})
    assert refused(done) == [("", "incompatible_roles")]
    programme.given_person("second_auditor", "department", "auditor")
    again = leaves(programme, "auditor")
    assert again.values["refused"] == []
    with pytest.raises(Refused):
        leaves(programme, "operator")
