"""The doors to what an organisation may already own: identity, files, messages, seals, papers,
payments.

Each port is a Protocol with one embedded adapter in ``workflow_app.adapters``; another is one
class and a line in ``bootstrap`` (ADR 13). Nothing here knows how any of them works.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Credential:
    """What is known of a user who may sign in; instants are host time.

    :param password_hash: ``None`` where the user cannot sign in with a password.
    """

    user_id: str
    password_hash: str | None
    status: str
    failed_sign_ins: int
    locked_until: datetime | None


class Credentials(Protocol):
    """Where an identity adapter finds and keeps what it needs about users."""

    def find(self, subject: str) -> Credential | None:
        """Return the user with this sign-in name."""
        ...

    def failed(self, user_id: str, locked_until: datetime | None) -> None:
        """Count a failed sign-in."""
        ...

    def succeeded(self, user_id: str, at: datetime, rehashed: str | None) -> None:
        """Forget failures, and keep a newer hash of the same password."""
        ...


class Identity(Protocol):
    """Tells who somebody is."""

    issuer: str

    def sign_in(self, credentials: Credentials, subject: str, password: str, now: datetime) -> str:
        """Return the id of the user who proved to be ``subject``.

        :param now: host time, not the legal clock.
        :raises Unauthenticated: wrong name or password, without saying which.
        :raises TooMany: locked out for a while.
        """
        ...

    def hash(self, password: str) -> str:
        """Return what to store for a new password.

        :raises InvalidForm: too short, too long, or among the common ones.
        """
        ...


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it was kept: bytes by their hash, under a name fit for display and download."""

    sha256: str
    size: int
    filename: str
    media_type: str


class Files(Protocol):
    """Keeps bytes by content hash; what is kept is never changed."""

    def store(self, stream: BinaryIO, filename: str, accept: Collection[str] = ()) -> StoredFile:
        """Keep a file.

        :param accept: file-name endings allowed (``pdf``); empty allows every known kind.
        :raises TooLarge: beyond the configured size; nothing is kept.
        :raises Refused: not a kind allowed here, or not what its name says.
        """
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file for reading.

        :raises NotFound: no such bytes.
        """
        ...


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message to one address.

    :param key: idempotency key; a gateway that knows it need not send twice.
    """

    key: str
    kind: str
    address: str
    subject: str
    text: str


class Messages(Protocol):
    """Sends what the outbox holds."""

    def send(self, message: OutgoingMessage) -> None:
        """Send, or raise ``OSError`` where it should be tried again."""
        ...


@dataclass(frozen=True, slots=True)
class Seal:
    """An electronic seal over a document's hash."""

    issuer: str
    algorithm: str
    sealed_at: datetime
    value: str


class Seals(Protocol):
    """Seals documents for the authority, and checks seals."""

    def seal(self, sha256: str, at: datetime) -> Seal:
        """Return a seal over a document's SHA-256."""
        ...

    def verify(self, sha256: str, seal: Seal) -> bool:
        """Tell whether the seal is this issuer's and over this document."""
        ...


class Typesetter(Protocol):
    """Makes official papers out of templates and data."""

    name: str
    """What typesets, with its version: the same name, files and data give the same bytes."""

    def pdf(
        self, files: Mapping[str, bytes], template: str, data: Mapping[str, object], at: datetime
    ) -> bytes:
        """Return a paper.

        :param files: a version's files by path.
        :param at: the instant written into the file.
        :raises Refused: the template does not compile.
        """
        ...

    def code(self, text: str) -> str:
        """Return a square code of a text as SVG."""
        ...


class Signer(Protocol):
    """Signs a paper so that one changed byte is noticed, without network or database."""

    algorithm: str
    blank: str
    """The keyword a paper is typeset with, which the signature takes the place of."""

    def sign(self, pdf: bytes) -> bytes:
        """Return a paper with its signature."""
        ...


class Funds(Protocol):
    """Where a payments adapter finds and keeps the money that lies in our own book, in the act's transaction.

    Amounts are whole cents. Each change is once for its key.
    """

    def set_aside(self, key: str, account_id: str, cents: int) -> None:
        """Set free money of an account aside.

        :raises Refused: ``insufficient_funds``, ``account_not_normal``.
        """
        ...

    def give_free(self, key: str, account_id: str, cents: int) -> None:
        """Give money that was set aside free again."""
        ...

    def held(self, account_id: str) -> int:
        """Return what an account has set aside."""
        ...


class Payments(Protocol):
    """The exchange's settlement account: sets a buyer's money aside, pays it over, or gives it back (I7).

    Every call bears the key of what is paid for, and has one effect for it however often it is made. A call
    that cannot tell raises ``OSError``: the act is rolled back and tried again under the same key.
    """

    def reserve(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        """Set a buyer's money aside.

        :raises Refused: ``insufficient_funds``.
        """
        ...

    def capture(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        """Commit money that was set aside to the trade under way; the book's own posting moves it.

        :raises Refused: ``payment_failed``; nothing was taken.
        """
        ...

    def release(self, funds: Funds, key: str, account_id: str, cents: int) -> None:
        """Give money back that was set aside under ``key``, or committed to a trade that came to nothing."""
        ...


class Signatures(Protocol):
    """Tells who signed a document from outside."""

    def signer(self, document: Mapping[str, object]) -> str:
        """Return the id of the key a JSON document was signed with.

        :raises Refused: ``bad_signature``: not signed, by no key known, or changed since.
        """
        ...
