"""The page that explains what the gate says: every code at an address of its own, for anybody."""

from __future__ import annotations

from html import unescape

from tests.web.conftest import Office
from workflow_app.engine.lint.manual import manual

PAGE = "/help/diagram-findings"


def test_every_code_is_explained_at_its_own_address(office: Office) -> None:
    page = unescape(office.visitor().get(PAGE).text)
    for chapter in manual():
        assert f"<h2>{chapter.title}</h2>" in page
        for entry in chapter.entries:
            assert f'<article class="finding" id="{entry.code}">' in page
            assert all(text in page for text in (entry.title, entry.text, entry.wrong, entry.right))


def test_help_leads_there(office: Office) -> None:
    assert f'href="{PAGE}"' in office.signed_in("clerk").get("/help").text


def test_examples_of_markup_are_shown_and_never_run(office: Office) -> None:
    page = office.visitor().get(PAGE).text
    assert "<!DOCTYPE definitions" not in page
    assert "&lt;!DOCTYPE definitions" in page
