"""Whatever is done to the rows of the history behind the program's back, verification says so.

Generated histories, generated damage: one value changed, two rows swapped, a row dropped from the
front, the middle or the end, a row added; by somebody who has switched the triggers off and can
compute hashes, but does not hold the installation's master key.
"""

# ruff: noqa: S608 - direct SQL is what these tests are about

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.support.records import NOON, open_store
from workflow_app.store.chain import GENESIS, HASHED, digest, verify
from workflow_app.store.engine import create_engine
from workflow_app.store.history import FormEntry, Who
from workflow_app.store.migrate import create_schema
from workflow_app.store.schema.columns import canonical, pack, unpack
from workflow_app.store.sealing import ERASED
from workflow_app.store.unit_of_work import Store

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
acts = st.tuples(st.sampled_from(["case:a", "case:b", "clock"]), st.dictionaries(texts, values, max_size=4))
histories = st.lists(acts, min_size=2, max_size=7)

quick = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("chain") / "jcer.db"
    engine = create_engine(f"sqlite:///{path}")
    create_schema(engine)
    engine.dispose()
    return path


def told(template: Path, folder: str, history: list[tuple[str, dict[str, Any]]]) -> Store:
    """A store in which this history was recorded, on a copy that keeps no trigger."""
    path = Path(folder) / "jcer.db"
    shutil.copy(template, path)
    raw = sqlite3.connect(path)
    for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.commit()
    raw.close()
    store = open_store(f"sqlite:///{path}")
    with store.unit_of_work() as uow:
        for stream, data in history:
            form = FormEntry("f", 1, data)
            uow.history.record("acted", stream, Who("u1", "张三", "auditor"), NOON, form=form, version="v")
        uow.commit()
    return store


def breaches(store: Store) -> int:
    with store.reading() as uow:
        return len(verify(uow.connection, store.vault).breaches)


def unpacked(row: sqlite3.Row) -> dict[str, Any]:
    """Return an event's stored values as they are hashed."""
    return dict(row) | {"body": unpack(row["body"])}


def tampered(store: Store, change: Callable[[sqlite3.Connection], None]) -> int:
    raw = sqlite3.connect(store.engine.url.database or "")
    change(raw)
    raw.commit()
    raw.close()
    found = breaches(store)
    store.engine.dispose()
    return found


@quick
@given(history=histories)
def test_what_was_recorded_comes_back_and_verifies(template: Path, history: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)
        assert breaches(store) == 0
        with store.reading() as uow:
            for stream in {stream for stream, _ in history}:
                expected = [data for name, data in history if name == stream]
                assert [e.body["form"]["data"] for e in uow.history.stream(stream)] == expected
        store.engine.dispose()


@quick
@given(history=histories, row=st.integers(0, 99), column=st.sampled_from([*HASHED, "hash"]))
def test_one_changed_value_is_found(template: Path, history: list, row: int, column: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)
        key = row % len(history) + 1

        def change(raw: sqlite3.Connection) -> None:
            (old,) = raw.execute(f"SELECT {column} FROM event WHERE id = ?", [key]).fetchone()
            text = unpack(old) if isinstance(old, bytes) else old
            new: int | str | bytes = old + 1 if isinstance(old, int) else f"{(text or '')[:-1]}~"
            if column == "body":
                new = pack(str(new))
            if column in {"hash", "prev_hash"}:
                new = ("0" if old[0] != "0" else "1") + old[1:]
            if column == "seq":
                new = old + 100
            raw.execute(f"UPDATE event SET {column} = ? WHERE id = ?", [new, key])

        assert tampered(store, change) > 0


@quick
@given(history=histories, row=st.integers(0, 99), at=st.integers(0, 9_999), bit=st.integers(0, 7))
def test_one_changed_bit_of_a_packed_body_is_found(
    template: Path, history: list, row: int, at: int, bit: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)
        key = row % len(history) + 1

        def change(raw: sqlite3.Connection) -> None:
            (old,) = raw.execute("SELECT body FROM event WHERE id = ?", [key]).fetchone()
            new = bytearray(old)
            new[at % len(new)] ^= 1 << bit
            assume(unpack(bytes(new)) != unpack(old))  # a few bits only fill up a byte
            raw.execute("UPDATE event SET body = ? WHERE id = ?", [bytes(new), key])

        assert tampered(store, change) > 0


@pytest.mark.parametrize(
    ("column", "value", "hashed", "said"),
    [
        ("seq", 9, True, "序号不连续：应为第2号"),
        ("prev_hash", "0" * 64, True, "与前一事件的哈希不衔接"),
        ("schema_version", 999, True, "不认识的算法或格式版本：sha256/999"),
        ("kind", "forged", False, "内容与其哈希不符，已被改动"),
    ],
)
def test_each_damage_is_named_for_what_it_is(
    template: Path, tmp_path: Path, column: str, value: object, hashed: bool, said: str
) -> None:
    store = told(template, str(tmp_path), [("case:a", {"n": 1}), ("case:a", {"n": 2})])
    raw = sqlite3.connect(store.engine.url.database or "")
    raw.row_factory = sqlite3.Row
    row = unpacked(raw.execute("SELECT * FROM event WHERE seq = 2").fetchone()) | {column: value}
    columns = {column: value} | ({"hash": digest(row)} if hashed else {})
    told_anew = ", ".join(f"{name} = ?" for name in columns)
    raw.execute(f"UPDATE event SET {told_anew} WHERE id = ?", [*columns.values(), row["id"]])
    raw.commit()
    raw.close()
    with store.reading() as uow:
        found = [each.what for each in verify(uow.connection, store.vault).breaches if each.seq is not None]
    store.engine.dispose()
    assert found == [said]


@quick
@given(history=histories, row=st.integers(0, 99))
def test_a_value_changed_and_its_hash_made_anew_is_found(template: Path, history: list, row: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)
        key = row % len(history) + 1

        def change(raw: sqlite3.Connection) -> None:
            raw.row_factory = sqlite3.Row
            stored = dict(raw.execute("SELECT * FROM event WHERE id = ?", [key]).fetchone())
            stored["body"] = canonical({"forged": True})
            raw.execute(
                "UPDATE event SET body = ?, hash = ? WHERE id = ?",
                [pack(stored["body"]), digest(stored), key],
            )

        assert tampered(store, change) > 0


@quick
@given(history=histories)
def test_a_whole_stream_made_anew_with_right_hashes_is_found(template: Path, history: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)

        def change(raw: sqlite3.Connection) -> None:
            raw.row_factory = sqlite3.Row
            stream = history[0][0]
            previous = GENESIS
            for stored in raw.execute(
                "SELECT * FROM event WHERE stream = ? ORDER BY seq", [stream]
            ).fetchall():
                row = unpacked(stored) | {"prev_hash": previous, "kind": "forged"}
                previous = digest(row)
                raw.execute(
                    "UPDATE event SET kind = 'forged', prev_hash = ?, hash = ? WHERE id = ?",
                    [row["prev_hash"], previous, row["id"]],
                )
            raw.execute("UPDATE event_head SET hash = ? WHERE stream = ?", [previous, stream])

        assert tampered(store, change) > 0


@quick
@given(history=histories, row=st.integers(0, 99), head=st.booleans())
def test_a_dropped_row_is_found(template: Path, history: list, row: int, head: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)
        key = row % len(history) + 1

        def change(raw: sqlite3.Connection) -> None:
            (stream,) = raw.execute("SELECT stream FROM event WHERE id = ?", [key]).fetchone()
            raw.execute("DELETE FROM event WHERE id = ?", [key])
            if head:
                last = raw.execute(
                    "SELECT seq, hash FROM event WHERE stream = ? ORDER BY seq DESC LIMIT 1", [stream]
                ).fetchone() or (0, GENESIS)
                raw.execute("UPDATE event_head SET seq = ?, hash = ? WHERE stream = ?", [*last, stream])

        assert tampered(store, change) > 0


@quick
@given(history=histories, data=st.data())
def test_two_swapped_rows_are_found(template: Path, history: list, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, [*history, history[0]])
        streams = [stream for stream, _ in [*history, history[0]]]
        pairs = [
            (one + 1, other + 1)
            for one in range(len(streams))
            for other in range(one + 1, len(streams))
            if streams[one] == streams[other]
        ]
        one, other = data.draw(st.sampled_from(pairs))

        def change(raw: sqlite3.Connection) -> None:
            seqs = [
                raw.execute("SELECT seq FROM event WHERE id = ?", [key]).fetchone()[0] for key in (one, other)
            ]
            raw.execute("UPDATE event SET seq = 1000 WHERE id = ?", [one])
            raw.execute("UPDATE event SET seq = ? WHERE id = ?", [seqs[0], other])
            raw.execute("UPDATE event SET seq = ? WHERE id = ?", [seqs[1], one])

        assert tampered(store, change) > 0


@quick
@given(history=histories)
def test_a_row_added_with_a_right_hash_is_found(template: Path, history: list) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, history)

        def change(raw: sqlite3.Connection) -> None:
            raw.row_factory = sqlite3.Row
            last = unpacked(
                raw.execute(
                    "SELECT * FROM event WHERE stream = ? ORDER BY seq DESC", [history[0][0]]
                ).fetchone()
            )
            row = last | {"seq": last["seq"] + 1, "prev_hash": last["hash"], "kind": "forged"}
            row["hash"] = digest(row)
            names = [*HASHED, "hash"]
            raw.execute(
                f"INSERT INTO event ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                [pack(row[name]) if name == "body" else row[name] for name in names],
            )
            raw.execute(
                "UPDATE event_head SET seq = ?, hash = ? WHERE stream = ?",
                [row["seq"], row["hash"], row["stream"]],
            )

        assert tampered(store, change) > 0


@quick
@given(name=texts.filter(bool), phone=texts.filter(bool), others=st.dictionaries(texts, values, max_size=3))
def test_erasure_takes_the_person_and_nothing_else(
    template: Path, name: str, phone: str, others: dict
) -> None:
    data = {"others": others, "contact": {"name": name, "rows": [phone, "公开"]}}
    form = FormEntry("f", 1, data, {"contact.name": "person:1", "contact.rows.0": "person:1"})
    with tempfile.TemporaryDirectory() as folder:
        store = told(template, folder, [("case:a", others)])
        with store.unit_of_work() as uow:
            uow.history.record("acted", "case:a", Who(None), NOON, form=form)
            uow.commit()
        with store.reading() as uow:
            assert uow.history.form("case:a", "f") == data
        with store.unit_of_work() as uow:
            uow.personal.erase("person:1", NOON)
            uow.commit()
        with store.reading() as uow:
            gone = {"name": ERASED, "rows": [ERASED, "公开"]}
            assert uow.history.form("case:a", "f") == {"others": others, "contact": gone}
        assert breaches(store) == 0
        store.engine.dispose()
