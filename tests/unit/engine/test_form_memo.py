"""A form is read once, and anew when it or one it extends changes."""

from __future__ import annotations

import pytest

from workflow_app.engine.form_memo import KEPT, Find, Memo


def among(**files: bytes) -> Find:
    def find(key: str) -> bytes | None:
        return files.get(key)

    return find


class Reader:
    """Reads ``base:own`` as the base's bytes before its own."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self, data: bytes, find: Find) -> bytes:
        self.reads += 1
        base, _, own = data.rpartition(b":")
        if own == b"bad":
            raise ValueError("bad")
        return (find(base.decode()) or b"" if base else b"") + own


def test_the_same_bytes_are_read_once() -> None:
    reader = Reader()
    memo = Memo(reader)
    assert [memo.get(b"base:own", among(base=b"one")) for _ in range(3)] == [b"oneown"] * 3
    assert reader.reads == 1


def test_a_changed_base_is_seen() -> None:
    memo = Memo(Reader())
    assert memo.get(b"base:own", among(base=b"one")) == b"oneown"
    assert memo.get(b"base:own", among(base=b"two")) == b"twoown"
    assert memo.get(b"base:own", among()) == b"own"


def test_what_cannot_be_read_is_refused_each_time() -> None:
    memo = Memo(Reader())
    for _ in range(2):
        with pytest.raises(ValueError, match="bad"):
            memo.get(b"bad", among())


def test_only_so_many_are_kept() -> None:
    reader = Reader()
    memo = Memo(reader)
    for number in range(KEPT + 1):
        memo.get(b"%d" % number, among())
    memo.get(b"%d" % KEPT, among())
    assert reader.reads == KEPT + 1
    memo.get(b"0", among())
    assert reader.reads == KEPT + 2
