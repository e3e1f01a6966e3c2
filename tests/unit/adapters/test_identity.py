"""Sign-in: the right password, the wrong one, and the lock-out after five."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from workflow_app.adapters.identity import LONGEST, LocalIdentity
from workflow_app.kernel.errors import InvalidForm, TooMany, Unauthenticated
from workflow_app.kernel.ports import Credential

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PASSWORD = "章源林场-2026-冬"  # noqa: S105 - a made-up one
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Known:
    """One user, in memory."""

    def __init__(self, identity: LocalIdentity) -> None:
        self.user = Credential("u1", identity.hash(PASSWORD), "active", 0, None)

    def find(self, subject: str) -> Credential | None:
        return self.user if subject == "zhang" else None

    def failed(self, user_id: str, locked_until: datetime | None) -> None:
        assert user_id == "u1"
        failures = self.user.failed_sign_ins + 1
        self.user = replace(self.user, failed_sign_ins=failures, locked_until=locked_until)

    def succeeded(self, user_id: str, at: datetime, rehashed: str | None) -> None:
        assert (user_id, at) == ("u1", NOW)
        stored = rehashed or self.user.password_hash
        self.user = replace(self.user, failed_sign_ins=0, locked_until=None, password_hash=stored)


@pytest.fixture
def identity() -> LocalIdentity:
    return LocalIdentity(CHEAP)


@pytest.fixture
def known(identity: LocalIdentity) -> Known:
    return Known(identity)


def test_the_right_password_signs_in(identity: LocalIdentity, known: Known) -> None:
    known.failed("u1", None)
    assert identity.sign_in(known, " zhang ", PASSWORD, NOW) == "u1"
    assert known.user.failed_sign_ins == 0


@pytest.mark.parametrize(
    ("name", "password"), [("zhang", "wrong"), ("li", PASSWORD), ("zhang", "x" * (LONGEST + 1))]
)
def test_a_wrong_name_and_a_wrong_password_read_the_same(
    identity: LocalIdentity, known: Known, name: str, password: str
) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        identity.sign_in(known, name, password, NOW)
    assert refusal.value.message == "用户名或密码不正确"


@pytest.mark.parametrize(
    "change", [{"status": "disabled"}, {"password_hash": None}, {"password_hash": "not a hash"}]
)
def test_who_may_not_sign_in_does_not(identity: LocalIdentity, known: Known, change: dict) -> None:
    known.user = replace(known.user, **change)
    with pytest.raises(Unauthenticated):
        identity.sign_in(known, "zhang", PASSWORD, NOW)


def test_five_failures_lock_out_for_a_while_and_the_next_five_for_longer(
    identity: LocalIdentity, known: Known
) -> None:
    def fail(at: datetime) -> None:
        with pytest.raises(Unauthenticated):
            identity.sign_in(known, "zhang", "wrong", at)

    for _ in range(5):
        fail(NOW)
    assert known.user.locked_until == NOW + timedelta(minutes=5)
    with pytest.raises(TooMany, match="5分钟"):
        identity.sign_in(known, "zhang", PASSWORD, NOW)
    later = NOW + timedelta(minutes=5)
    for _ in range(5):
        fail(later)
    assert known.user.locked_until == later + timedelta(minutes=10)


def test_an_old_hash_is_renewed(known: Known) -> None:
    stronger = LocalIdentity(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    before = known.user.password_hash
    assert stronger.sign_in(known, "zhang", PASSWORD, NOW) == "u1"
    assert known.user.password_hash != before
    assert stronger.sign_in(known, "zhang", PASSWORD, NOW) == "u1"


@pytest.mark.parametrize("password", ["short", "x" * (LONGEST + 1), "PASSWORD123", "aaaaaaaaaaaa"])
def test_a_bad_new_password_is_refused(identity: LocalIdentity, password: str) -> None:
    with pytest.raises(InvalidForm) as refusal:
        identity.hash(password)
    assert refusal.value.errors["password"]
