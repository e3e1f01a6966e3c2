"""Files of a version on their way in and out: where an upload belongs, all of them as one archive.

It must never know what a file means.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from pathlib import PurePosixPath
from typing import Final

FOLDER_OF: Final = {".bpmn": "processes", ".dmn": "decisions", ".typ": "documents"}
"""Where a new file of a kind lies; a form or a calculation says so itself."""


def place(filename: str, typed: str, known: Collection[str]) -> str:
    """Return the path an uploaded file is meant for; empty where only its person can say.

    :param typed: the path asked for; one that ends in ``/`` is a folder.
    :param known: the paths of the version; a file of the same name replaces the one there.
    """
    name = PurePosixPath(filename.replace("\\", "/")).name
    if typed:
        return f"{typed}{name}" if typed.endswith("/") else typed
    same = [path for path in known if PurePosixPath(path).name == name]
    if len(same) == 1:
        return same[0]
    folder = FOLDER_OF.get(PurePosixPath(name).suffix)
    return f"{folder}/{name}" if folder and not same else ""


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return the files as one zip; the same files are the same bytes."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as whole:
        for path in sorted(files):
            whole.writestr(zipfile.ZipInfo(path), files[path], zipfile.ZIP_DEFLATED)
    return kept.getvalue()
