"""Every text passes through the catalogue; the frame and the macros speak English when asked."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.web.gallery.app import create_gallery

WEB = Path(str(files("workflow_app.web")))
CATALOGUE = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


def _english() -> dict[str, str]:
    with CATALOGUE.open("rb") as words:
        return {str(one.id): str(one.string) for one in read_po(words, locale="en") if one.id and one.string}


ENGLISH = _english()


def texts_of(pattern: str) -> set[str]:
    found = extract_from_dir(
        WEB / "templates", method_map=[(pattern, "jinja2")], options_map={pattern: {"trimmed": "true"}}
    )
    return {text for _file, _line, text, _comments, _context in found if isinstance(text, str)}


@pytest.mark.parametrize(
    "pattern", ["base*.html", "macros/frame.html", "macros/forms.html", "macros/show.html"]
)
def test_the_frame_and_the_macros_have_english_words(pattern: str) -> None:
    texts = texts_of(pattern)
    assert texts
    assert texts - ENGLISH.keys() == set()


def test_a_translation_keeps_the_places_of_its_values() -> None:
    texts = ENGLISH.items()
    assert [text for text, words in texts if set(PLACE.findall(text)) != set(PLACE.findall(words))] == []


def test_the_built_catalogue_is_the_written_one() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as compiled:
        built = {str(one.id): str(one.string) for one in read_mo(compiled) if one.id}
    assert built == ENGLISH


def test_the_page_answers_in_the_language_of_the_cookie() -> None:
    client = create_gallery().test_client()
    chinese = client.get("/_gallery/states").get_data(as_text=True)
    client.set_cookie("language", "en")
    english = client.get("/_gallery/states").get_data(as_text=True)
    assert '<html lang="zh-CN"' in chinese
    assert "跳到正文" in chinese
    assert '<html lang="en"' in english
    assert "Skip to the content" in english
    assert "214 items, page 3 of 9" in english
