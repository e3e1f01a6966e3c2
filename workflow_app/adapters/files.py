"""Embedded file store: bytes on disk under their SHA-256, written once, never changed.

A file is read in pieces and never beyond its limit, checked to be what its name says, made
durable, and only then moved to its place, so that a crash leaves no half file under a hash.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO, Final

from workflow_app.kernel.errors import NotFound, Refused, TooLarge
from workflow_app.kernel.ports import StoredFile

_PIECE: Final = 1 << 16
_NAME: Final = 120
_HASH: Final = 64

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_OLE: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."

KINDS: Final[dict[str, tuple[str, tuple[bytes, ...]]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "ofd": ("application/ofd", _ZIP),
    "doc": ("application/msword", _OLE),
    "docx": (f"{_OFFICE}wordprocessingml.document", _ZIP),
    "xls": ("application/vnd.ms-excel", _OLE),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", _ZIP),
    "zip": ("application/zip", _ZIP),
    "kmz": ("application/vnd.google-earth.kmz", _ZIP),
    "kml": ("application/vnd.google-earth.kml+xml", ()),
    "geojson": ("application/geo+json", ()),
    "csv": ("text/csv", ()),
    "txt": ("text/plain", ()),
}
"""Endings taken at all: media type, and how such a file begins; text kinds must be UTF-8 or GB 18030."""


class DiskFiles:
    """Files in a folder, two levels deep by their hash.

    :param root: the folder; made when missing.
    :param limit: largest size of one file, in bytes.
    """

    def __init__(self, root: Path, limit: int) -> None:
        self._root = root
        self._limit = limit

    def store(self, stream: BinaryIO, filename: str, accept: Collection[str] = ()) -> StoredFile:
        """Keep a file; see :class:`workflow_app.kernel.ports.Files`."""
        name = safe_name(filename)
        ending = name.rpartition(".")[2].lower() if "." in name else ""
        allowed = [kind for kind in (accept or KINDS) if kind in KINDS]
        if ending not in allowed:
            raise Refused("file_kind", f"此处只接受以下类型的文件：{'、'.join(allowed)}")
        self._root.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._root, prefix=".incoming-")
        try:
            with os.fdopen(handle, "wb") as target:
                sha256, size = self._copy(stream, target, ending)
                target.flush()
                os.fsync(target.fileno())
            self._place(Path(temporary), sha256)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return StoredFile(sha256, size, name, KINDS[ending][0])

    def open(self, sha256: str) -> BinaryIO:
        """Open a kept file."""
        if len(sha256) != _HASH or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound("no_such_file", "没有这个文件")
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound("no_such_file", "没有这个文件") from None

    def _copy(self, stream: BinaryIO, target: BinaryIO, ending: str) -> tuple[str, int]:
        digest = hashlib.sha256()
        size = 0
        head = b""
        while piece := stream.read(_PIECE):
            if not size:
                head = piece
                _ensure_kind(head, ending)
            size += len(piece)
            if size > self._limit:
                raise TooLarge("file_too_large", f"文件不得超过{self._limit / 1_000_000:g} MB")
            digest.update(piece)
            target.write(piece)
        if not size:
            raise Refused("file_empty", "文件是空的，请重新选择")
        return digest.hexdigest(), size

    def _place(self, temporary: Path, sha256: str) -> None:
        path = self._path(sha256)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.chmod(0o440)
        temporary.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _path(self, sha256: str) -> Path:
        return self._root / sha256[:2] / sha256[2:4] / sha256


def safe_name(filename: str) -> str:
    """Return a name fit for display and a download header: no path, no control or direction marks."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C")
    kept = " ".join(kept.split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= len("geojson"):
        return f"{stem[:_NAME] or '附件'}.{ending}"
    return kept[:_NAME] or "附件"


def _ensure_kind(head: bytes, ending: str) -> None:
    starts = KINDS[ending][1]
    if starts:
        if not head.startswith(starts):
            raise Refused("file_content", f"文件内容与其类型（{ending}）不符，请检查后重新上传")
    elif b"\0" in head or not _is_text(head):
        raise Refused("file_content", f"文件内容与其类型（{ending}）不符，请检查后重新上传")


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # a piece may end inside a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False
