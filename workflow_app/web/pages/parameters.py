"""办理参数: every limit and switch in force, where it comes from, and what an article fixes (355号; R14).

What each switch means is said in ``parameters.yaml`` itself, in the comment above it; it comes from there.
"""

from __future__ import annotations

import re

from flask import Blueprint, render_template

from workflow_app.commands.parameters import PATH
from workflow_app.queries import system
from workflow_app.web.desk import desk, reading, require
from workflow_app.web.pages.definitions import READERS
from workflow_app.web.texts import _

blueprint = Blueprint("parameters", __name__)
_FLAG = re.compile(r"  (\w+):")


@blueprint.get("/parameters")
def page() -> str:
    """Show the parameters of the version in force."""
    require(*READERS)
    version = desk().effective_version()
    found = desk().parameters(version)
    said = explained((system.file_of(reading(), version, PATH) or b"").decode("utf-8"))
    return render_template(
        "office/parameters.html",
        version=version,
        flags=[(name, _shown(value), said.get(name, "")) for name, value in found.flags.items()],
        limits=sorted(found.rules.values(), key=lambda rule: str(rule.kind) != "statutory"),
    )


def explained(text: str) -> dict[str, str]:
    """Return what the comment above each switch of a parameters file says; two below one share it."""
    meanings: dict[str, str] = {}
    comment: list[str] = []
    fresh = False
    for line in text.splitlines():
        if line.startswith("deadlines:"):
            break
        if line.startswith("  #"):
            comment = [*comment, line.strip(" #")] if fresh else [line.strip(" #")]
            fresh = True
        elif found := _FLAG.match(line):
            meanings[found[1]] = "".join(comment)
            fresh = False
    return meanings


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return f"{value:,}" if isinstance(value, int) else str(value)
