"""办事依据: the notice itself, word for word, and the service rules beside it.

R47: 此件主动公开. Every article has an address of its own, to which the pages' citations lead. The text is
the programme's law and is shown in Chinese whatever the reader's language.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, render_template, url_for

from workflow_app.web.desk import desk
from workflow_app.web.public_frame import revalidated

blueprint = Blueprint("rules", __name__)

_NUMBERS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5"}
_CITED = re.compile(r"355号(?:正文)?(附件)?([一二三四五])(?:（([一二三四五])）)?")
_FORMS = re.compile(r"355号附件([1-4])")


@blueprint.get("/rules")
def page() -> Response:
    """Show the text of 赣环气候字〔2024〕355号, the limits in force and whom copies go to (R47)."""
    version = desk().effective_version()
    tools = desk().tools
    distribution, papers = tools.distribution(version), tools.papers(version)
    return revalidated(
        render_template(
            "public/rules.html",
            limits=desk().parameters(version).rules.values(),
            distribution=distribution,
            copied=[papers[key].title for key in sorted(distribution.papers)],
        )
    )


def article_url(citation: str) -> str:
    """Return the address of the first article of the notice a citation names; empty where it names none.

    ``355号附件一（三）`` leads to 附件 一（三）, ``355号附件2`` to the form, ``355号三`` to 正文 三.
    """
    form = _FORMS.search(citation)
    if form:
        return url_for("rules.page", _anchor=f"form-{form[1]}")
    cited = _CITED.search(citation)
    if cited is None:
        return ""
    annex, section, item = cited.groups()
    anchor = ("annex-" if annex else "text-") + _NUMBERS[section] + (f"-{_NUMBERS[item]}" if item else "")
    return url_for("rules.page", _anchor=anchor)
