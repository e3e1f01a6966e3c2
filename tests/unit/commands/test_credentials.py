"""Passwords, tokens and shut-out people, through commands on a real database: what counts, and what ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands import credentials
from workflow_app.commands.requests import (
    AssignRole,
    ClaimTask,
    CreateApiToken,
    CreateOrganisation,
    CreateUser,
    DisableUser,
    EnableUser,
    SetPassword,
    StartCase,
)
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused, TooMany, Unauthenticated

NEXT = "a new and longer password"


@pytest.fixture
def programme(sqlite_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme on SQLite."""
    opened = Programme.opened(sqlite_url, tmp_path)
    yield opened
    opened.app.store.close()


def _events(programme: Programme, name: str) -> list[tuple[str, str | None]]:
    with programme.app.store.reading() as uow:
        return [(e.kind, e.actor_id) for e in uow.history.stream(f"people:{programme.people[name]}")]


def test_a_wrong_present_password_counts_towards_the_lock_out(programme: Programme) -> None:
    me = programme.people["maker"]
    for _ in range(5):
        with pytest.raises(InvalidForm):
            programme.do("maker", SetPassword(me, NEXT, "a guess of a password"))
    with pytest.raises(TooMany):
        programme.do("maker", SetPassword(me, NEXT, "a password of maker"))
    with pytest.raises(TooMany):
        programme.app.sign_in("maker", "a password of maker")


def test_a_new_password_is_another_one(programme: Programme) -> None:
    same = "a password of maker"
    with pytest.raises(InvalidForm) as refused:
        programme.do("maker", SetPassword(programme.people["maker"], same, same))
    assert "password" in refused.value.errors


@pytest.mark.parametrize("by", ["maker", "operator"])
def test_a_new_password_ends_every_token_and_every_session(programme: Programme, by: str) -> None:
    me = programme.people["maker"]
    secret = str(programme.do("maker", CreateApiToken("对账")).values["secret"])
    with programme.app.store.reading() as uow:
        before = uow.people.user(me).session_epoch
    programme.do(by, SetPassword(me, NEXT, "a password of maker" if by == "maker" else None))
    with pytest.raises(Unauthenticated):
        programme.app.actor_of_token(secret)
    with programme.app.store.reading() as uow:
        after = uow.people.user(me)
    assert after.session_epoch > before
    assert after.must_change is (by == "operator")
    programme.then_history_holds()


def test_a_reset_is_told_to_its_person_and_kept_with_who_did_it(programme: Programme) -> None:
    me = programme.people["maker"]
    programme.do("operator", SetPassword(me, NEXT))
    assert ("password_set", programme.people["operator"]) in _events(programme, "maker")
    with programme.app.store.reading() as uow:
        told = uow.outbox.notifications([f"user:{me}"], me)
        mail = [one for one in uow.outbox.messages() if one.recipient == f"user:{me}"]
    assert [one.subject for one in told] == ["您的密码已由系统管理员重设"]
    assert "演示operator" in told[0].text
    assert NEXT not in told[0].text
    assert len(mail) == 1
    programme.do("maker", SetPassword(me, "a password of my own", NEXT))
    with programme.app.store.reading() as uow:
        assert uow.people.user(me).must_change is False


def test_a_first_password_from_an_administrator_is_good_once(programme: Programme) -> None:
    handed = programme.do("operator", CreateUser("new", "新人", None, NEXT)).values["user_id"]
    lasting = programme.do("operator", CreateUser("demo", "演示", None, NEXT, lasting=True)).values["user_id"]
    with programme.app.store.reading() as uow:
        assert uow.people.user(str(handed)).must_change is True
        assert uow.people.user(str(lasting)).must_change is False


def test_a_token_alone_makes_no_other_token(programme: Programme) -> None:
    secret = str(programme.do("maker", CreateApiToken("对账")).values["secret"])
    caller = programme.app.actor_of_token(secret)
    with pytest.raises(Forbidden) as refused:
        programme.app.execute(CreateApiToken("又一个"), caller)
    assert refused.value.code == "present_password_required"
    with pytest.raises(InvalidForm):
        programme.app.execute(CreateApiToken("又一个", present="a guess of a password"), caller)
    made = programme.app.execute(CreateApiToken("又一个", present="a password of maker"), caller)
    assert made.values["secret"] != secret


def test_the_last_use_of_a_token_is_kept_once_a_minute(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = str(programme.do("maker", CreateApiToken("对账")).values["secret"])

    def used() -> object:
        with programme.app.store.reading() as uow:
            return uow.credentials.tokens(programme.people["maker"])[0].last_used_at

    assert used() is None
    programme.app.actor_of_token(secret)
    first = used()
    assert first is not None
    programme.app.actor_of_token(secret)
    assert used() == first
    monkeypatch.setattr(credentials, "USE_NOTED_EVERY", timedelta(0))
    programme.app.actor_of_token(secret)
    assert used() != first


def test_whoever_is_shut_out_is_out_at_once_until_let_in(programme: Programme) -> None:
    me = programme.people["maker"]
    secret = str(programme.do("maker", CreateApiToken("对账")).values["secret"])
    with pytest.raises(Forbidden):
        programme.do("checker", DisableUser(me, "离职"))
    with pytest.raises(Refused):
        programme.do("operator", DisableUser(programme.people["operator"], "离职"))
    with pytest.raises(InvalidForm):
        programme.do("operator", DisableUser(me, " "))
    programme.do("operator", DisableUser(me, "离职"))
    with pytest.raises(Unauthenticated):
        programme.app.sign_in("maker", "a password of maker")
    with pytest.raises(Refused):
        programme.do("operator", DisableUser(me, "离职"))
    programme.do("operator", EnableUser(me))
    programme.app.sign_in("maker", "a password of maker")
    with pytest.raises(Unauthenticated):  # what was revoked stays revoked
        programme.app.actor_of_token(secret)
    with pytest.raises(Refused):
        programme.do("operator", EnableUser(me))


def test_who_holds_a_post_twice_acts_for_the_organisation_the_case_belongs_to(programme: Programme) -> None:
    home = programme.do("operator", CreateOrganisation("另一业主", "", "owner")).values["organisation_id"]
    programme.organisations["second"] = str(home)
    programme.given_person("both", "second", "owner")
    first = programme.organisations["owner"]
    programme.do("operator", AssignRole(programme.people["both"], "owner", first))
    ours = programme.do("owner", StartCase("project_lifecycle", {"title": "第一家的"}))
    programme.project_id = str(ours.values["project_id"])
    task = programme.task("submit_application")
    programme.do("both", ClaimTask(task.id))
    claimed = programme.events(f"case:{task.case_id}")[-1]
    assert (claimed.kind, claimed.organisation_id) == ("task_claimed", first)
    theirs = programme.do("both", StartCase("project_lifecycle", {"title": "第二家的"}))
    started = programme.events(f"case:{theirs.values['case_id']}")[0]
    assert started.organisation_id == home


def test_who_works_for_another_organisation_than_their_own_opens_cases_for_that_one(
    programme: Programme,
) -> None:
    first = programme.organisations["owner"]
    home = programme.organisations["department"]
    made = CreateUser("lent", "借调", home, NEXT)
    programme.people["lent"] = str(programme.do("operator", made).values["user_id"])
    programme.do("operator", AssignRole(programme.people["lent"], "owner", first))
    started = programme.do("lent", StartCase("project_lifecycle", {"title": "借调人员办理"}))
    opened = programme.events(f"case:{started.values['case_id']}")[0]
    assert opened.organisation_id == first
