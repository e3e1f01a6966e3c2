"""法规规则: what every version is judged by, an article a card, to be read and never changed here.

The rules come with the product (``bpmn/statute/``); each is shown in words and, for whoever checks the words,
as it is written.
"""

from __future__ import annotations

from flask import Blueprint, render_template

from workflow_app.commands import statute
from workflow_app.web.desk import require
from workflow_app.web.pages.definitions import READERS
from workflow_app.web.pages.rules import article_url

blueprint = Blueprint("statute", __name__)


@blueprint.get("/statute")
def page() -> str:
    """Show the articles with their rules, and the edition."""
    require(*READERS)
    articles = statute.articles()
    return render_template(
        "office/statute.html",
        articles=articles,
        rules=sum(len(article.provisions) for article in articles),
        edition=statute.edition(),
        article_url=article_url,
    )
