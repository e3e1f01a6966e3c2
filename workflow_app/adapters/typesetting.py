"""Typesetting: official papers from the templates beside the diagrams, by typst.

A template is a file of ``bpmn/documents/``; what it is filled with comes in as JSON, so nothing
that anybody typed is ever markup. The same files, data and instant give the same bytes: PDF/A-2a
and PDF/UA-1, no system font, no network. Must never know: cases, tables, the law.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

from workflow_app.kernel.errors import Refused

FOLDER: Final = "documents/"
FONTS: Final = Path(__file__).with_name("fonts")
"""Noto Serif SC and Noto Sans SC, put here by the build (setup.py)."""
STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
_UNFILLED: Final = ("does not contain key",)
"""What typst says where a template asks for a value that was not given."""
MAX_BYTES: Final = 200_000
"""A template longer than this is none of ours."""


class Typst:
    """The embedded typesetter (kernel.ports.Typesetter)."""

    name = f"typst {version('typst')}"

    def code(self, text: str) -> str:
        """Return a QR code (ISO/IEC 18004, level M) as SVG."""
        import segno  # noqa: PLC0415 - only who makes a certificate needs it

        return str(segno.make_qr(text, error="m").svg_inline(border=2, omitsize=True))

    def pdf(
        self, files: Mapping[str, bytes], template: str, data: Mapping[str, object], at: datetime
    ) -> bytes:
        """Return a paper as PDF/A-2a and PDF/UA-1.

        :param files: the definition's files by path below ``bpmn/``.
        :param template: name of the template, ``documents/<template>.typ``.
        :param data: what it is filled with, JSON-ready.
        :param at: the instant written into the file, so that the bytes can be made again.
        :raises Refused: the template does not compile, or reaches outside its folder.
        """
        result: Any = _compile(files, template, data, format="pdf", pdf_standards=STANDARDS, timestamp=at)
        return bytes(result)

    def check(self, files: Mapping[str, bytes], template: str) -> None:
        """Judge a template without anything to fill it with.

        :raises Refused: it is not typst, or imports what is not there; that a value is missing is none of it.
        """
        if template.startswith("_"):
            return  # what others import is judged with them
        try:
            _compile(files, template, {}, format="pdf")
        except Refused as refused:
            if not any(missing in refused.message for missing in _UNFILLED):
                raise

    def pictures(
        self, files: Mapping[str, bytes], template: str, data: Mapping[str, object], ppi: float = 110
    ) -> tuple[bytes, ...]:
        """Return the pages as PNG, for a preview.

        :raises Refused: as :meth:`pdf`.
        """
        pages: Any = _compile(files, template, data, format="png", ppi=ppi)
        return tuple(pages) if isinstance(pages, list) else (pages,)


def _compile(files: Mapping[str, bytes], template: str, data: Mapping[str, object], **options: Any) -> object:
    import typst  # noqa: PLC0415 - 40 MB that only who makes a paper needs

    sources = {
        path.removeprefix(FOLDER): content
        for path, content in files.items()
        if path.startswith(FOLDER) and path.endswith(".typ")
    }
    if f"{template}.typ" not in sources:
        raise Refused("no_template", f"没有文书模板“{template}”")
    for name, content in sources.items():
        if "/" in name or len(content) > MAX_BYTES:
            raise Refused("bad_template", f"文书模板“{name}”不合规定")
    with tempfile.TemporaryDirectory(prefix="jcer-document-") as folder:
        root = Path(folder)
        for name, content in sources.items():
            (root / name).write_bytes(content)
        try:
            compiler = typst.Compiler(
                root / f"{template}.typ",
                root=root,
                font_paths=_fonts(),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
                package_path=root,
                package_cache_path=root,
            )
            return compiler.compile(**options)
        except typst.TypstError as error:
            raise Refused("template_fails", f"文书模板“{template}”不能成文：{error.message}") from error


@cache
def _fonts() -> Any:
    import typst  # noqa: PLC0415 - as above

    if not any(FONTS.glob("*.ttf")):
        raise FileNotFoundError(f"{FONTS}: the fonts were not built; install the package again")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
