"""A draft's files as its page shows them: what was changed by whom, and all of them by folder.

It must never know what a file means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from flask import current_app, url_for

from workflow_app.commands.parameters import PATH
from workflow_app.queries.design import ChangedFile
from workflow_app.web.texts import _

DIGITS: Final = 9
"""Of a revision."""
EDITOR: Final = "designer.page"
"""The editor that draws; a file it does not draw is edited as text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A file somebody changed in a draft; ``how`` against its base, ``same`` where it was changed back."""

    file: ChangedFile
    how: Literal["added", "removed", "changed", "same"]
    in_base: bool


def lines(
    changed: Iterable[ChangedFile], base: Mapping[str, bytes], files: Mapping[str, bytes]
) -> tuple[Line, ...]:
    """Return what a draft changes against its base, file by file."""
    return tuple(Line(one, _how(one.path, base, files), one.path in base) for one in changed)


def _how(
    path: str, base: Mapping[str, bytes], files: Mapping[str, bytes]
) -> Literal["added", "removed", "changed", "same"]:
    if base.get(path) == files.get(path):
        return "same"
    if path not in base:
        return "added"
    return "removed" if path not in files else "changed"


def by_folder(files: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the paths of a version under what they are."""
    words = {
        "processes": _("流程图"),
        "decisions": _("决策表"),
        "forms": _("表单"),
        "documents": _("文书"),
        "calculations": _("核算方法"),
    }
    groups: dict[str, list[str]] = {name: [] for name in (*words, "")}
    for path in sorted(files):
        groups[PurePosixPath(path).parts[0] if "/" in path else ""].append(path)
    return [(words.get(name, _("参数与清单")), found) for name, found in groups.items() if found]


def editor_of(draft_id: str, path: str) -> str:
    """Return where a file of a draft is edited: a diagram on its canvas, parameters in a form, or as text."""
    if path == PATH:
        return url_for("process_parameters.page", draft_id=draft_id)
    if path.startswith("forms/"):
        return url_for("process_forms.page", draft_id=draft_id, key=PurePosixPath(path).stem)
    drawn = path.endswith(".bpmn") and EDITOR in current_app.view_functions
    return url_for(EDITOR if drawn else "process_files.text", draft_id=draft_id, path=path)


def revision_of(typed: str) -> int:
    """Return a revision as its page sent it; one no file has where it is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= DIGITS else -1


def field_types() -> dict[str, str]:
    """Return what a field of a form may be, in words."""
    return {
        "text": _("单行文字"),
        "textarea": _("多行文字"),
        "integer": _("整数"),
        "decimal": _("小数"),
        "tonnes": _("吨数"),
        "money": _("金额"),
        "date": _("日期"),
        "period": _("起止日期"),
        "yesno": _("是或否"),
        "radio": _("单选"),
        "select": _("下拉选择"),
        "checkboxes": _("多选"),
        "checkbox": _("勾选确认"),
        "file": _("一个文件"),
        "files": _("若干文件"),
        "user": _("一名人员"),
        "users": _("若干人员"),
        "rows": _("表格"),
        "declaration": _("声明"),
        "signature": _("签名"),
        "readonly": _("只读"),
    }
