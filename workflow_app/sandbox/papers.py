"""Attachments of the sandbox's story: small real PDF pages and PNG sketches, made in code.

Nothing here is scanned from, or looks like, a paper of a real organisation. Must never know: cases,
forms, people.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_LINE: Final = 34
"""Characters of one printed line."""

_PAGE: Final = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
    b" /Resources << /Font << /F1 5 0 R >> >> >>"
)
_FONT: Final = (
    (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [6 0 R] >>"
    ),
    (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [-25 -254 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    ),
)
"""Objects 5 to 7: the font, its descendant and its descriptor."""

_CELL: Final = 40
_GAP: Final = 4
_PAPER: Final = bytes((250, 248, 240))
_EDGE: Final = bytes((60, 110, 80))
_INSIDE: Final = bytes((196, 222, 190))


@dataclass(frozen=True, slots=True)
class Paper:
    """One file to be uploaded.

    :param name: file name with its ending.
    """

    name: str
    content: bytes


def paper(title: str, *paragraphs: str) -> Paper:
    """Return a one-page PDF: a title and its paragraphs."""
    return Paper(f"{title}.pdf", _pdf(f"{title}（演示）", paragraphs))


def map_sketch(title: str, plots: int) -> Paper:
    """Return a PNG sketch of a project's boundary: its plots on a grid."""
    width, height = 6 * _CELL, 4 * _CELL
    rows = b"".join(b"\0" + _line(y, plots) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(rows, 9)
    content = _PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")
    return Paper(f"{title}.png", content)


def _line(y: int, plots: int) -> bytes:
    """One line of six columns of plots, each with a dark edge and a light inside."""
    row, top = divmod(y, _CELL)
    drawn = b""
    for column in range(6):
        if column + row * 6 >= plots or not _GAP <= top < _CELL - _GAP:
            drawn += _PAPER * _CELL
            continue
        inside = _EDGE if top in (_GAP, _CELL - _GAP - 1) else _INSIDE
        drawn += _PAPER * _GAP + _EDGE + inside * (_CELL - 2 * _GAP - 2) + _EDGE + _PAPER * _GAP
    return drawn


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _pdf(title: str, paragraphs: tuple[str, ...]) -> bytes:
    """PDF 1.4 with the standard Chinese CID font: no font file is embedded."""
    lines = [part[i : i + _LINE] for part in paragraphs for i in range(0, max(len(part), 1), _LINE)]
    drawn = ["BT /F1 18 Tf 72 770 Td", f"<{_hex(title)}> Tj /F1 11 Tf 0 -40 Td 20 TL"]
    drawn += [f"<{_hex(line)}> Tj T*" for line in lines[:34]]
    stream = zlib.compress("\n".join([*drawn, "ET"]).encode("ascii"))
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        _PAGE,
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        *_FONT,
    )
    body, places = bytearray(b"%PDF-1.4\n%\xe5\xe5\xe5\xe5\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(body)


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()
