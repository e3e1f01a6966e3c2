"""Personal values as ciphertext: a key for each person, wrapped by the installation's master key.

个人信息保护法第四十七条: erasing a person destroys the key; every value sealed under it is gone
from the history, whose chain was made over ciphertext and stays whole. AES-256-GCM with the
subject as associated data, so that a value cannot be moved to another person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, bindparam, insert, select, update

from workflow_app.kernel.errors import NotFound, Refused
from workflow_app.store.schema.columns import Value, canonical
from workflow_app.store.tables import person_key

ERASED: Final = "〔已删除〕"
"""What is read in place of a value whose key was destroyed."""

_NONCE: Final = 12
_KEY: Final = 32
_NAMES: Final = 4096


class Vault:
    """The master key of one installation, and nothing else.

    :param master_key: 32 bytes; whoever holds them and the database can read personal values.
    :raises ValueError: not 32 bytes.
    """

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != _KEY:
            raise ValueError("the master key must be 32 bytes")
        self._wrapping = AESGCM(hmac.digest(master_key, b"jcer person keys", "sha256"))
        self._heads = hmac.digest(master_key, b"jcer stream heads", "sha256")
        self.names: dict[tuple[str, str], Mapping[str, str]] = {}

    def wrap(self, subject: str, key: bytes) -> str:
        """Return ``key`` encrypted under the master key, bound to ``subject``."""
        return _encrypt(self._wrapping, subject, key)

    def unwrap(self, subject: str, wrapped: str) -> bytes:
        """Return the person's key.

        :raises ValueError: another master key wrapped it, or it was altered.
        """
        try:
            return _decrypt(self._wrapping, subject, wrapped)
        except InvalidTag as error:
            raise ValueError(f"the key of {subject} does not open under this master key") from error

    def mac(self, stream: str, seq: int, digest: str) -> str:
        """Return the seal of a stream's head, which only this installation can make."""
        return hmac.new(self._heads, f"{stream}\n{seq}\n{digest}".encode(), hashlib.sha256).hexdigest()


class PersonalValues:
    """Sealing and opening inside one unit of work.

    Keys are looked up once a transaction and never kept longer, so that an erasure takes effect
    everywhere at once.
    """

    def __init__(self, connection: Connection, vault: Vault, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._vault = vault
        self._now = now
        self._keys: dict[str, AESGCM | None] = {}

    def seal(self, subject: str, value: Value) -> dict[str, str]:
        """Return ``{"enc": subject, "v": base64}`` for a JSON value; makes the key when it is the first.

        :raises Refused: the person was erased; nothing may be stored under the name again.
        """
        cipher = self._key(subject)
        if cipher is None:
            if subject in self._keys:
                raise Refused(
                    "person_erased",
                    "此人的个人信息已依法删除，不能再写入",
                    article="个人信息保护法第四十七条",
                )
            cipher = self._create(subject)
        return {"enc": subject, "v": _encrypt(cipher, subject, canonical(value).encode())}

    def seal_name(self, user_id: str, name: str) -> Mapping[str, str]:
        """Return the sealed name of an acting user; the ciphertext is reused within the process."""
        known = self._vault.names.get((user_id, name))
        if known is None:
            known = self.seal(f"user:{user_id}", name)
            if len(self._vault.names) >= _NAMES:
                self._vault.names.clear()
            self._vault.names[user_id, name] = known
        return known

    def open(self, sealed: Mapping[str, Any]) -> Value:
        """Return the value, or :data:`ERASED` where the person was erased.

        :raises NotFound: no such key was ever made (the row is foreign or was altered).
        """
        subject = str(sealed["enc"])
        cipher = self._key(subject)
        if cipher is None:
            if subject in self._keys:
                return ERASED
            raise NotFound("no_person_key", "找不到此个人信息的密钥")
        try:
            return json.loads(_decrypt(cipher, subject, str(sealed["v"])))
        except InvalidTag as error:
            raise NotFound("sealed_value_damaged", "此个人信息的密文已损坏") from error

    def open_all(self, value: Value) -> Value:
        """Return a JSON value with every sealed part opened."""
        if is_sealed(value):
            return self.open(value)
        if isinstance(value, Mapping):
            return {name: self.open_all(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.open_all(part) for part in value]
        return value

    def seal_paths(self, data: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
        """Return a copy of ``data`` in which the value at each dotted path is sealed under its subject.

        :param paths: dotted path (``sources.0.phone``) to subject; a path that is not there is skipped.
        """
        result = dict(data)
        for path, subject in paths.items():
            _replace(result, path.split("."), partial(self.seal, subject))
        return result

    def erase(self, subject: str, at: datetime) -> None:
        """Destroy the person's key. There is no way back.

        :raises NotFound: nobody was ever known under this subject.
        """
        done = self._connection.execute(
            update(person_key)
            .where(person_key.c.subject == subject, person_key.c.erased_at.is_(None))
            .values(wrapped=None, erased_at=at)
        )
        if done.rowcount == 0 and self._connection.execute(_FIND, {"subject": subject}).first() is None:
            raise NotFound("no_person_key", "没有此人的个人信息")
        self._keys[subject] = None
        for known in [name for name in self._vault.names if f"user:{name[0]}" == subject]:
            del self._vault.names[known]

    def _key(self, subject: str) -> AESGCM | None:
        if subject in self._keys:
            return self._keys[subject]
        row = self._connection.execute(_FIND, {"subject": subject}).first()
        if row is None:
            return None
        self._keys[subject] = AESGCM(self._vault.unwrap(subject, row.wrapped)) if row.wrapped else None
        return self._keys[subject]

    def _create(self, subject: str) -> AESGCM:
        key = secrets.token_bytes(_KEY)
        self._connection.execute(
            insert(person_key),
            {"subject": subject, "wrapped": self._vault.wrap(subject, key), "created_at": self._now()},
        )
        self._keys[subject] = cipher = AESGCM(key)
        return cipher


_FIND: Final = select(person_key.c.wrapped).where(person_key.c.subject == bindparam("subject"))


def is_sealed(value: object) -> bool:
    """Tell whether a JSON value is a sealed one."""
    return isinstance(value, Mapping) and value.keys() == {"enc", "v"}


def _replace(node: Value, path: Sequence[str], seal: Callable[[Any], Any]) -> None:
    """Replace the value at ``path`` below ``node``, copying each container on the way."""
    head, rest = path[0], path[1:]
    if isinstance(node, dict):
        place: Value = head
        if head not in node:
            return
    elif isinstance(node, list):
        if not head.isdigit() or int(head) >= len(node):
            return
        place = int(head)
    else:
        return
    child = node[place]
    if not rest:
        if child is not None and child != "" and not is_sealed(child):
            node[place] = seal(child)
        return
    copied = (
        dict(child)
        if isinstance(child, Mapping)
        else list(child)
        if isinstance(child, list | tuple)
        else child
    )
    node[place] = copied
    _replace(copied, rest, seal)


def _copy(node: Value) -> Value:
    if isinstance(node, Mapping):
        return dict(node)
    return list(node) if isinstance(node, list | tuple) else node


def _encrypt(cipher: AESGCM, subject: str, plain: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE)
    return base64.b64encode(nonce + cipher.encrypt(nonce, plain, subject.encode())).decode()


def _decrypt(cipher: AESGCM, subject: str, sealed: str) -> bytes:
    raw = base64.b64decode(sealed)
    return cipher.decrypt(raw[:_NONCE], raw[_NONCE:], subject.encode())
