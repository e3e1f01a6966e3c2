"""Sign-in with lock-out, tokens, roles, passwords: through commands, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import (
    AssignRole,
    CreateApiToken,
    CreateUser,
    RevokeApiToken,
    RevokeRole,
    SetPassword,
)
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused, TooMany, Unauthenticated


@pytest.fixture
def programme(sqlite_url: str, tmp_path: Path) -> Programme:
    """The programme on SQLite."""
    return Programme.opened(sqlite_url, tmp_path)


def test_signing_in_gives_the_roles(programme: Programme) -> None:
    actor = programme.app.sign_in("maker", "a password of maker")
    assert actor.user_id == programme.people["maker"]
    assert actor.roles == {("exchange_maker", programme.organisations["exchange"])}


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(programme: Programme) -> None:
    with pytest.raises(Unauthenticated) as unknown:
        programme.app.sign_in("nobody", "a password of maker")
    with pytest.raises(Unauthenticated) as wrong:
        programme.app.sign_in("maker", "another password")
    assert (unknown.value.code, unknown.value.message) == (wrong.value.code, wrong.value.message)


def test_repeated_failures_lock_the_account_even_for_the_right_password(programme: Programme) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            programme.app.sign_in("maker", "a guess of a password")
    with pytest.raises(TooMany):
        programme.app.sign_in("maker", "a password of maker")
    programme.app.sign_in("checker", "a password of checker")


def test_a_token_acts_for_its_person_until_it_is_revoked(programme: Programme) -> None:
    made = programme.do("maker", CreateApiToken("对账")).values
    secret = str(made["secret"])
    assert programme.app.actor_of_token(secret).user_id == programme.people["maker"]
    with pytest.raises(Forbidden):
        programme.do("clerk", RevokeApiToken(str(made["token_id"])))
    programme.do("maker", RevokeApiToken(str(made["token_id"])))
    with pytest.raises(Unauthenticated):
        programme.app.actor_of_token(secret)


def test_an_expired_token_is_refused(programme: Programme) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    secret = str(programme.do("maker", CreateApiToken("对账", yesterday)).values["secret"])
    with pytest.raises(Unauthenticated):
        programme.app.actor_of_token(secret)


def test_the_secret_is_nowhere_in_the_database(programme: Programme) -> None:
    secret = str(programme.do("maker", CreateApiToken("对账")).values["secret"])
    folder = programme.app.config.var
    stored = b"".join(path.read_bytes() for path in folder.glob("jcer.db*"))
    assert secret.encode() not in stored
    assert b"a password of maker" not in stored


def test_the_operator_gives_roles_but_none_to_themselves(programme: Programme) -> None:
    with pytest.raises(Refused) as own:
        programme.do("operator", AssignRole(programme.people["operator"], "process_admin"))
    assert own.value.code == "own_role"
    with pytest.raises(Forbidden):
        programme.do("clerk", AssignRole(programme.people["clerk"], "department_leader"))
    programme.do("operator", AssignRole(programme.people["clerk"], "department_leader"))
    programme.do("operator", RevokeRole(programme.people["clerk"], "department_leader"))
    held = {role for role, _ in programme.app.actor(programme.people["clerk"], "web").roles}
    assert held == {"department_clerk"}


@pytest.mark.parametrize(
    ("who", "role", "code"),
    [
        ("clerk", "auditor", "incompatible_roles"),
        ("administrator", "expert", "incompatible_roles"),
        ("expert_one", "buyer", "insider_buyer"),
    ],
)
def test_roles_that_do_not_go_together(programme: Programme, who: str, role: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        programme.do("operator", AssignRole(programme.people[who], role, programme.organisations["owner"]))
    assert refused.value.code == code


def test_a_scoped_role_names_its_organisation(programme: Programme) -> None:
    with pytest.raises(InvalidForm) as refused:
        programme.do("operator", AssignRole(programme.people["maker"], "exchange_checker"))
    assert "organisation_id" in refused.value.errors


def test_a_password_is_changed_with_the_present_one(programme: Programme) -> None:
    me = programme.people["maker"]
    with pytest.raises(InvalidForm) as wrong:
        programme.do("maker", SetPassword(me, "a new and longer password", "not the present one"))
    assert "present" in wrong.value.errors
    programme.do("maker", SetPassword(me, "a new and longer password", "a password of maker"))
    programme.app.sign_in("maker", "a new and longer password")
    with pytest.raises(Unauthenticated):
        programme.app.sign_in("maker", "a password of maker")
    with pytest.raises(Forbidden):
        programme.do("checker", SetPassword(me, "a password of a thief"))


def test_a_sign_in_name_is_one_persons(programme: Programme) -> None:
    with pytest.raises(InvalidForm) as refused:
        programme.do("operator", CreateUser("maker", "另一人", None, "a password of another"))
    assert "login" in refused.value.errors
