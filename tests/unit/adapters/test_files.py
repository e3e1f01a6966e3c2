"""Files on disk: kept by their hash, refused when too large, of the wrong kind or not what they say."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from workflow_app.adapters.files import DiskFiles, safe_name
from workflow_app.kernel.errors import NotFound, Refused, TooLarge

PDF = b"%PDF-1.7\n" + b"x" * 100_000


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files", 200_000)


def kept(files: DiskFiles) -> list[Path]:
    return [path for path in files._root.rglob("*") if path.is_file()]


def test_a_file_is_kept_under_its_hash_and_once(files: DiskFiles) -> None:
    first = files.store(io.BytesIO(PDF), "监测报告.PDF", ["pdf", "docx"])
    again = files.store(io.BytesIO(PDF), "副本.pdf")
    assert first.sha256 == again.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (first.size, first.filename, first.media_type) == (len(PDF), "监测报告.PDF", "application/pdf")
    assert [path.name for path in kept(files)] == [first.sha256]
    with files.open(first.sha256) as stream:
        assert stream.read() == PDF


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "file_kind"),
        ("a", PDF, "file_kind"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "file_kind"),
        ("a.pdf", b"<html>", "file_content"),
        ("a.docx", b"%PDF-", "file_content"),
        ("a.geojson", b'{"a":\0}', "file_content"),
        ("a.pdf", b"", "file_empty"),
    ],
)
def test_what_is_not_allowed_leaves_nothing(files: DiskFiles, name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        files.store(io.BytesIO(content), name, ["pdf", "docx", "geojson"])
    assert refusal.value.code == code
    assert kept(files) == []


def test_a_file_beyond_the_limit_leaves_nothing_and_is_not_read_to_its_end(files: DiskFiles) -> None:
    stream = io.BytesIO(b"%PDF-" + b"x" * 10_000_000)
    with pytest.raises(TooLarge, match="MB"):
        files.store(stream, "大.pdf")
    assert stream.tell() < 400_000
    assert kept(files) == []


def test_text_kinds_may_be_utf8_or_gb18030(files: DiskFiles) -> None:
    long = "样地编号,蓄积量\n" * 8_000
    assert files.store(io.BytesIO(long.encode()), "a.csv").media_type == "text/csv"
    assert files.store(io.BytesIO("样地".encode("gb18030")), "b.csv").size == 4


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_what_is_not_kept_is_not_found(files: DiskFiles, digest: str) -> None:
    with pytest.raises(NotFound):
        files.open(digest)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\用户\\报告.pdf", "报告.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        (".pdf", "pdf"),
        ("", "附件"),
        ("长" * 300 + ".pdf", "长" * 120 + ".pdf"),
    ],
)
def test_a_hostile_name_becomes_a_harmless_one(given: str, safe: str) -> None:
    assert safe_name(given) == safe
