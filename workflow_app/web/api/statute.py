"""法规规则 over HTTP: what every version is judged by; there is nothing to write."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands import statute
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import many, named
from workflow_app.web.desk import require
from workflow_app.web.pages.definitions import READERS

section = Section("statute", "法规规则")

RULE = named("StatuteRule", {"id": fields.String(), "says": fields.String()})
ARTICLE = named(
    "StatuteArticle",
    {
        "file": fields.String(),
        "citation": fields.String(),
        "title": fields.String(),
        "quote": fields.String(),
        "basis": fields.String(metadata={"description": "statutory 为355号所定，service 为服务规则"}),
        "requirements": fields.List(fields.String()),
        "rules": many(RULE),
        "source": fields.String(),
    },
)
STATUTE = named("Statute", {"edition": fields.String(), "articles": many(ARTICLE)})


@section.read("/statute", STATUTE)
def read() -> dict[str, Any]:
    """法规规则：每个版本部署前据以审查的全部规则，只读"""
    require(*READERS)
    articles = [
        {
            "file": article.file,
            "citation": article.citation,
            "title": article.title,
            "quote": article.quote,
            "basis": article.basis,
            "requirements": article.requirements,
            "rules": [{"id": each.rule.id, "says": each.says} for each in article.provisions],
            "source": article.source,
        }
        for article in statute.articles()
    ]
    return {"edition": statute.edition(), "articles": articles}
