"""Templates compiled once for each language, their fixed texts already in it.

A page asks for hundreds of texts that never change within a language. Each language has an environment of
its own whose compiler puts the words of the catalogue in place of ``_('…')``; only texts with values in them
are looked up when a page is drawn. Compiled templates are kept beside the installation, apart for each
language and each state of its catalogue. It must never know what a page shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from flask import has_request_context, request
from flask.templating import Environment
from flask_babel import get_domain
from jinja2 import FileSystemBytecodeCache, Template, nodes, pass_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

LANGUAGES: Final = ("zh", "en")
_MADE: Final = "1"
"""Raised when templates compile differently, so that what an older version compiled is not used."""

Told = Callable[[str], str]


def language() -> str:
    """Return the reader's language: the ``language`` cookie's, else Chinese."""
    if not has_request_context():
        return LANGUAGES[0]
    chosen = request.cookies.get("language")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


class _InPlace(NodeTransformer):
    """Puts the catalogue's words in place of each text without values."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """Replace a call of ``_`` with one plain text."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.node.name not in {"_", "gettext"}:
            return node
        if len(node.args) != 1 or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        text = node.args[0]
        if not isinstance(text, nodes.Const) or not isinstance(text.value, str):
            return node
        return nodes.TemplateData(self._told(text.value) % {}, lineno=node.lineno)


class _Compiler(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        told = cast(Pages, self.environment).told
        if told is not None:
            _InPlace(told).visit(node)
        super().visit_Template(node, frame)


class Pages(Environment):
    """Flask's environment, which leads to the one of the reader's language.

    ``told`` is ``None`` in the first, which compiles nothing itself.
    """

    code_generator_class = _Compiler
    told: Told | None = None
    kept: Path | None = None
    """Folder for compiled templates."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._languages: dict[str, Pages] = {}

    def get_template(
        self,
        name: Any,
        parent: str | None = None,
        globals: Any = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        """Return a template in the reader's language."""
        if self.told is None:
            return self.here().get_template(name, parent, globals)
        return super().get_template(name, parent, globals)

    def select_template(
        self,
        names: Any,
        parent: str | None = None,
        globals: Any = None,  # noqa: A002 - Jinja's name
    ) -> Template:
        """Return the first template there is of several, in the reader's language."""
        if self.told is None:
            return self.here().select_template(names, parent, globals)
        return super().select_template(names, parent, globals)

    def make_globals(self, d: Any) -> Any:
        """Return the globals of a template: the environment's own, where it brings none.

        One plain mapping for all of them: each import compares the importer's with the imported's.
        """
        return super().make_globals(d) if d else self.globals

    def here(self) -> Pages:
        """Return the environment of the reader's language."""
        wanted = language()
        found = self._languages.get(wanted)
        if found is None:
            found = self._languages[wanted] = self._in(wanted)
        return found

    def _in(self, wanted: str) -> Pages:
        catalogue = get_domain().get_translations()
        made = self.overlay(cache_size=400)
        made.told = catalogue.gettext
        made.globals = self.globals | {"_": _filled(catalogue.gettext), "gettext": _filled(catalogue.gettext)}
        if self.kept is not None:
            words = getattr(catalogue, "_catalog", {})
            pattern = f"{wanted}-{_digest(words)}-%s.cache"
            made.bytecode_cache = FileSystemBytecodeCache(str(self.kept), pattern)
        return made


def _digest(words: Mapping[Any, Any]) -> str:
    told = _MADE + repr(sorted((str(text), str(word)) for text, word in words.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def _filled(told: Told) -> Callable[..., str]:
    """Return ``_`` for texts with values in them: the values are escaped, the words of the catalogue not."""

    @pass_context
    def fill(context: Context, text: str, **values: Any) -> str:
        words = told(text)
        if context.eval_ctx.autoescape:
            words = Markup(words)  # noqa: S704 - of our own catalogue
        return words % values

    return fill
