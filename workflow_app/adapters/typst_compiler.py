"""Compiling one paper with typst, in the process that does nothing else (:mod:`.apart`).

Loaded, typst and the fonts take some 70 MB; a server that issues a paper now and then does not carry them.
Must never know: cases, tables, the law.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

FONTS: Final = Path(__file__).with_name("fonts")
"""Noto Serif SC and Noto Sans SC, put here by the build (setup.py)."""


@dataclass(frozen=True, slots=True)
class Job:
    """One paper to compile.

    :param sources: text of every template by its name; :param template: the one that is the paper.
    :param data: JSON it is filled with; :param options: as typst takes them.
    """

    sources: Mapping[str, bytes]
    template: str
    data: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of it: a file or its pages, or what typst found wrong."""

    pages: tuple[bytes, ...] = ()
    error: str | None = None


def compiled(job: Job) -> Compiled:
    """Compile a paper.

    :raises FileNotFoundError: the fonts were not built.
    """
    import typst  # noqa: PLC0415 - only the process that compiles loads it

    with tempfile.TemporaryDirectory(prefix="jcer-document-") as folder:
        root = Path(folder)
        for name, content in job.sources.items():
            (root / name).write_bytes(content)
        try:
            compiler = typst.Compiler(
                root / f"{job.template}.typ",
                root=root,
                font_paths=_fonts(),
                sys_inputs={"data": job.data},
                package_path=root,
                package_cache_path=root,
            )
            made: Any = compiler.compile(**job.options)
        except typst.TypstError as error:
            return Compiled(error=str(error.message))
    return Compiled(tuple(bytes(page) for page in made) if isinstance(made, list) else (bytes(made),))


@cache
def _fonts() -> Any:
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
