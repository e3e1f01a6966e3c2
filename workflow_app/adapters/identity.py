"""Embedded identity: names and argon2id passwords of this system, with lock-outs in host time.

A wrong name costs as much time as a wrong password, and the answer does not say which it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow_app.kernel.errors import InvalidForm, TooMany, Unauthenticated
from workflow_app.kernel.ports import Credentials

SHORTEST: Final = 10
LONGEST: Final = 200
"""Longer ones only cost time."""

FAILURES: Final = 5
"""Failed sign-ins before the first lock-out."""

LOCK_OUT: Final = timedelta(minutes=5)
LONGEST_LOCK_OUT: Final = timedelta(hours=12)

_COMMON: Final = (
    "1234567890",
    "12345678910",
    "0123456789",
    "password12",
    "password123",
    "qwertyuiop",
    "1q2w3e4r5t",
    "administrator",
    "woaini1314",
    "a123456789",
    "abc1234567",
)


class LocalIdentity:
    """Password sign-in.

    :param hasher: argon2 parameters; the library's defaults follow RFC 9106.
    """

    issuer = "local"

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """What a wrong name is compared with: 64 MB and a tenth of a second, so not before it is needed."""
        return self._hasher.hash("nobody signs in with this")

    def sign_in(self, credentials: Credentials, subject: str, password: str, now: datetime) -> str:
        """Return the user's id; see :class:`workflow_app.kernel.ports.Identity`."""
        nobody = self._nobody  # made by the first sign-in whoever it is, so that its time tells nothing
        known = credentials.find(subject.strip())
        if known is not None and known.locked_until is not None and now < known.locked_until:
            minutes = max(1, round((known.locked_until - now).total_seconds() / 60))
            raise TooMany("locked_out", f"连续登录失败次数过多，请在约{minutes}分钟后再试")
        if len(password) > LONGEST:
            password = ""
        stored = known.password_hash if known is not None and known.status == "active" else None
        matches = self._matches(stored or nobody, password)
        if known is None or stored is None or not matches:
            if known is not None and known.status == "active":
                credentials.failed(known.user_id, self._lock(known.failed_sign_ins + 1, now))
            raise Unauthenticated("wrong_credentials", "用户名或密码不正确")
        rehashed = self._hasher.hash(password) if self._hasher.check_needs_rehash(stored) else None
        credentials.succeeded(known.user_id, now, rehashed)
        return known.user_id

    def hash(self, password: str) -> str:
        """Return the argon2id hash of an acceptable new password."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise InvalidForm({"password": [f"密码长度应为{SHORTEST}至{LONGEST}个字符"]})
        if password.lower() in _COMMON or len(set(password)) <= len("abc"):
            raise InvalidForm({"password": ["密码过于简单，请换一个不易被猜到的密码"]})
        return self._hasher.hash(password)

    def _matches(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    @staticmethod
    def _lock(failures: int, now: datetime) -> datetime | None:
        """Lock after every fifth failure, each time twice as long."""
        if failures % FAILURES:
            return None
        return now + min(LOCK_OUT * (1 << min(failures // FAILURES - 1, 10)), LONGEST_LOCK_OUT)
