"""对比: two versions, or a draft with its base — what is different, in words and on the canvas.

Reading only. It must never judge a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from workflow_app.queries import system
from workflow_app.queries.version_diff import FileDifference, differences
from workflow_app.web import compare_view, drafting, process_view
from workflow_app.web.desk import desk, reading, require
from workflow_app.web.texts import _

blueprint = Blueprint("process_compare", __name__, url_prefix="/admin/process/compare")


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: its name, its files, and where one of them is read."""

    name: str
    files: Mapping[str, bytes]
    address: Callable[[str], str]


@blueprint.get("")
def page() -> str:
    """Show what is different between ``from`` and ``to``, or between a ``draft`` and its base."""
    require(*drafting.READERS)
    names = process_view.version_names()
    wanted = request.args.get("draft", "")[:64]
    draft = drafting.draft(wanted) if wanted else None
    present = desk().effective_version()
    from_ = draft.base if draft else request.args.get("from", "")[:64] or _before(present)
    to = request.args.get("to", "")[:64] or present
    before = _version(from_, names)
    after = (
        Side(draft.title, drafting.files(draft), lambda path: _draft_file(draft.id, path))
        if draft
        else _version(to, names)
    )
    found = differences(before.files, after.files)
    drawn = [one for one in found if one.path.endswith(".bpmn")]
    chosen = next((one for one in drawn if one.path == request.args.get("file")), None)
    shown: FileDifference | None = chosen or (drawn[0] if drawn else None)
    return render_template(
        "process/compare.html",
        before=before,
        after=after,
        found=sorted(found, key=lambda one: one is not shown),
        drawn=drawn,
        shown=shown,
        marks=compare_view.marks(shown.changes) if shown else {},
        draft=draft,
        from_=from_,
        to=to,
        choices=list(names.items()) + _unknown(names, from_, "" if draft else to),
        address=lambda path: _address(draft.id if draft else "", from_, to, path),
        view=compare_view,
    )


def _address(draft_id: str, before: str, after: str, path: str) -> str:
    """Return the same comparison with another diagram on the canvas."""
    asked = {"draft": draft_id} if draft_id else {"from": before, "to": after}
    return f"{url_for('.page')}?{urlencode(asked | {'file': path})}#canvas"


def _before(version: str) -> str:
    """Return what was deployed before a version; itself where nothing was."""
    found = [one.version for one in system.versions(reading())]
    later = found.index(version) if version in found else 0
    return next((one for one in found[later:] if one != version), version)


def _version(version: str, names: Mapping[str, str]) -> Side:
    files = process_view.files_of(version)
    name = names.get(version) or _("未部署的版本 %(hash)s", hash=version[:8])
    return Side(name, files, lambda path: url_for("definitions.file", version=version, path=path))


def _draft_file(draft_id: str, path: str) -> str:
    return url_for("process_files.download_one", draft_id=draft_id, path=path)


def _unknown(names: Mapping[str, str], *versions: str) -> list[tuple[str, str]]:
    """Return the versions looked at that were never deployed, so that they can be chosen again."""
    missing = dict.fromkeys(one for one in versions if one and one not in names)
    return [(one, _("未部署的版本 %(hash)s", hash=one[:8])) for one in missing]
