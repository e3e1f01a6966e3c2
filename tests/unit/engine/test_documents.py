"""XML from strangers: bombs, doctypes and rubbish are refused by name, quickly."""

from __future__ import annotations

import time

import pytest

from workflow_app.engine.documents import parse_document
from workflow_app.engine.faults import DiagramFault

LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (99 + n, b"&%c;" % (98 + n) * 10 if n else b"&a;" * 10) for n in range(8)
    )
    + b"]><x>&j;</x>"
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"<a>", "not_well_formed"),
        (b"<a></b>", "not_well_formed"),
        (b"plain text", "not_well_formed"),
        (b"\x00\x01\x02", "not_well_formed"),
        (b"\xff\xfe\xff", "not_well_formed"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "not_well_formed"),
        (b"<a>&undefined;</a>", "not_well_formed"),
        (b"<a>" * 3000 + b"</a>" * 3000, "too_deep"),
        (b"<!DOCTYPE a><a/>", "has_dtd"),
        (b"<!doctype a><a/>", "has_dtd"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "has_dtd"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "has_dtd"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode(
                "utf-16"
            ),
            "has_dtd",
        ),
        (LAUGHS, "has_dtd"),
        (b"<a>" + b" " * (10 * 1024 * 1024) + b"</a>", "too_large"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    started = time.perf_counter()
    with pytest.raises(DiagramFault) as raised:
        parse_document(data)
    assert raised.value.code == code
    assert time.perf_counter() - started < 2


def test_an_ordinary_document_is_read_without_comments() -> None:
    root = parse_document('<?xml version="1.0" encoding="UTF-8"?><!-- 注 --><a><!-- x --><b/>甲</a>'.encode())
    assert [child.tag for child in root] == ["b"]
