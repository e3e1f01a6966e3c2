"""Typesetting: official papers from the templates beside the diagrams, by typst.

A template is a file of ``bpmn/documents/``; what it is filled with comes in as JSON, so nothing
that anybody typed is ever markup. The same files, data and instant give the same bytes: PDF/A-2a
and PDF/UA-1, no system font, no network. The work is done in a process of its own (:mod:`.apart`): it is
started with the first paper, gone a minute after the last. Must never know: cases, tables, the law.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final, Literal

from workflow_app.adapters.apart import Apart
from workflow_app.adapters.typst_compiler import FONTS, Compiled, Job, compiled
from workflow_app.kernel.errors import Refused

FOLDER: Final = "documents/"
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
        :raises Refused: the template does not compile, or reaches outside its folder; it crashes the process
            that typesets, or takes longer than a minute.
        """
        (paper,) = _compile(files, template, data, format="pdf", pdf_standards=STANDARDS, timestamp=at)
        return paper

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
        return _compile(files, template, data, format="png", ppi=ppi)


def rest() -> None:
    """End the process that typesets, if there is one, before it ends by itself."""
    _PRESS.end()


def _compile(
    files: Mapping[str, bytes], template: str, data: Mapping[str, object], **options: Any
) -> tuple[bytes, ...]:
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
    if not any(FONTS.glob("*.ttf")):
        raise FileNotFoundError(f"{FONTS}: the fonts were not built; install the package again")
    filled = json.dumps(data, ensure_ascii=False, sort_keys=True)
    made: Compiled = _PRESS.do(Job(sources, template, filled, options))
    if made.error is not None:
        raise Refused("template_fails", f"文书模板“{template}”不能成文：{made.error}")
    return made.pages


_PRESS: Final = Apart(compiled)
"""One a process, whoever typesets: started with the first paper."""
