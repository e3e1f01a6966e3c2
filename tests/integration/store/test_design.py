"""Versions, deployments, drafts and proposals: as kept, and as both databases refuse them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.records import NOON
from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store.history import Who
from workflow_app.store.repositories.definitions import version_of
from workflow_app.store.repositories.design import Draft, DraftFile
from workflow_app.store.unit_of_work import Store, UnitOfWork


def told(uow: UnitOfWork) -> None:
    uow.history.record("acted", "definitions", Who(None), NOON)
    uow.commit()


def approved(uow: UnitOfWork, version: str, base: str) -> str:
    """A version u1 proposed and u2 approved; return the proposal's id."""
    row = {
        "id": new_id(),
        "number": f"BS-{new_id()}",
        "draft_id": None,
        "version": version,
        "base": base,
        "kind": "process",
        "reason": "按会议纪要调整",
        "effective_from": None,
        "warnings": [],
        "authors": ["u1"],
        "statute": "s",
        "state": "submitted",
        "submitted_by": "u1",
        "submitted_at": NOON,
    }
    uow.design.propose(row)
    decided = {"state": "approved", "decided_by": "u2", "decided_at": NOON, "decision_reason": ""}
    uow.design.decide(str(row["id"]), decided)
    return str(row["id"])


def test_definitions_store_the_same_bytes_once(store: Store) -> None:
    files = {"processes/a.bpmn": b"<a/>", "decisions/b.dmn": b"<b/>", "forms/c.yaml": b"<a/>"}
    changed = files | {"decisions/b.dmn": b"<b2/>"}
    with store.unit_of_work() as uow:
        assert uow.definitions.effective(NOON) is None
        first, second = (uow.definitions.store(each, NOON) for each in (files, changed))
        assert uow.definitions.store(files, NOON) == first
        told(uow)
    with store.reading() as uow:
        assert first == version_of(dict(reversed(files.items())))
        assert uow.definitions.files(first) == files
        assert uow.definitions.files(second) == changed
        assert uow.connection.exec_driver_sql("SELECT count(*) FROM content").scalar() == 3
        assert uow.definitions.deployments() == ()
        with pytest.raises(NotFound):
            uow.definitions.files("0" * 64)


def test_a_version_is_effective_from_its_instant_and_may_come_back(store: Store) -> None:
    later = NOON + timedelta(hours=2)
    with store.unit_of_work() as uow:
        first, second = (uow.definitions.store({"a": each}, NOON) for each in (b"1", b"2"))
        shipped = uow.definitions.deploy(first, NOON, "首次部署", statute="s")
        approved(uow, second, first)
        changed = uow.definitions.deploy(
            second, NOON, "改期限", statute="s", effective_from=later, deployed_by="u1", approved_by="u2"
        )
        assert uow.definitions.effective(later - timedelta(seconds=1)) == shipped
        assert uow.definitions.effective(later) == changed
        approved(uow, first, second)
        back = uow.definitions.deploy(first, later, "回退", statute="s", deployed_by="u1", approved_by="u2")
        assert uow.definitions.effective(later) == back
        assert uow.definitions.deployments() == (back, changed, shipped)
        told(uow)


def test_a_draft_keeps_each_file_as_it_is_to_be(store: Store) -> None:
    with store.unit_of_work() as uow:
        base = uow.definitions.store({"a": b"1", "b": b"2"}, NOON)
        draft = Draft("d1", "调整", base, "open", "u1", NOON, NOON, "u1", NOON + timedelta(minutes=30))
        uow.design.open(draft)
        uow.design.keep("d1", DraftFile("a", b"11", 1, "u1", NOON))
        uow.design.keep("d1", DraftFile("b", None, 1, "u1", NOON))
        uow.design.keep("d1", DraftFile("a", b"12", 2, "u2", NOON))
        uow.design.change("d1", state="proposed", editor=None, editing_until=None)
        told(uow)
    with store.reading() as uow:
        assert uow.design.draft("d1") == replace(draft, state="proposed", editor=None, editing_until=None)
        kept = (DraftFile("a", b"12", 2, "u2", NOON), DraftFile("b", None, 1, "u1", NOON))
        assert uow.design.files("d1") == kept
        assert uow.design.file("d1", "c") is None
        with pytest.raises(NotFound):
            uow.design.draft("d2")


def _deployed(store: Store) -> tuple[str, str]:
    """The version that came with the product, and a second one nobody approved."""
    with store.unit_of_work() as uow:
        first, second = (uow.definitions.store({"a": each}, NOON) for each in (b"1", b"2"))
        uow.definitions.deploy(first, NOON, "首次部署", statute="s")
        told(uow)
    return first, second


@pytest.mark.parametrize(("author", "approver"), [(None, None), ("u1", "u1"), ("u1", "u3"), ("u3", "u2")])
def test_only_what_a_second_person_approved_is_deployed(
    store: Store, author: str | None, approver: str | None
) -> None:
    first, second = _deployed(store)
    with store.unit_of_work() as uow:
        approved(uow, second, first)
        told(uow)
    with pytest.raises(Refused, match="not_approved"), store.unit_of_work() as uow:
        uow.definitions.deploy(second, NOON, "演示", statute="s", deployed_by=author, approved_by=approver)
    with store.unit_of_work() as uow:
        uow.definitions.deploy(second, NOON, "演示", statute="s", deployed_by="u1", approved_by="u2")


def test_a_proposal_is_decided_once(store: Store) -> None:
    first, second = _deployed(store)
    with store.unit_of_work() as uow:
        proposal = approved(uow, second, first)
        told(uow)
    with pytest.raises(Refused, match="proposal_decided"), store.unit_of_work() as uow:
        uow.design.decide(proposal, {"state": "rejected"})
