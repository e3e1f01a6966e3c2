"""The built front end: each file the pages name exists, is named by its content, and needs nobody else."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from tests.web.gallery.app import create_gallery
from workflow_app.kernel.errors import NotFound
from workflow_app.web.assets import asset, icon, licences, manifest

WEB = Path(str(files("workflow_app.web")))
BUILT = WEB / "static" / "dist"


@pytest.mark.parametrize(
    "name", ["app.css", "app.js", "diagram.css", "diagram.js", "icons.svg", "swagger.js"]
)
def test_a_built_file_is_named_by_its_content_and_served_for_ever(name: str) -> None:
    content = (BUILT / manifest()[name]).read_bytes()
    assert hashlib.sha256(content).hexdigest()[:10] in manifest()[name]
    app = create_gallery()
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
    with app.test_request_context():
        address = asset(name)
    answer = app.test_client().get(address)
    assert answer.status_code == 200
    assert answer.data == content
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    answer.close()


def test_an_unknown_file_is_refused() -> None:
    with create_gallery().test_request_context(), pytest.raises(NotFound):
        asset("app.php")


@pytest.mark.parametrize("name", ["app.css", "diagram.css", "swagger.css"])
def test_styles_load_nothing_from_elsewhere(name: str) -> None:
    text = (BUILT / manifest()[name]).read_text(encoding="utf-8")
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]+)", text)
    assert [address for address in addresses if not address.startswith(("data:", "#"))] == []
    assert "@import" not in text


def test_every_icon_a_template_asks_for_is_in_the_sprite() -> None:
    sprite = (BUILT / manifest()["icons.svg"]).read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    asked = set()
    for template in (WEB / "templates").rglob("*.html"):
        asked |= set(re.findall(r"icon\(\s*'([a-z0-9-]+)'", template.read_text(encoding="utf-8")))
    assert asked
    assert asked - known == set()


def test_templates_hold_no_inline_style_and_no_inline_script() -> None:
    found = []
    for template in (WEB / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [f"{template.name}: {hit}" for hit in re.findall(r"\sstyle=|<style|\son[a-z]+=|hx-on", text)]
        found += [f"{template.name}: {hit}" for hit in re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)]
    assert found == []


def test_the_lock_names_no_download_address() -> None:
    lock = json.loads((WEB / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
    versions = json.loads((WEB / "frontend" / "package.json").read_text(encoding="utf-8"))
    pinned = versions["dependencies"] | versions["devDependencies"]
    assert [name for name, version in pinned.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_licence_page_names_every_package_that_reaches_a_browser() -> None:
    page = str(licences())
    for name in ("bpmn-js", "diagram-js", "htmx.org", "@tabler/core", "@tabler/icons", "swagger-ui-dist"):
        assert f"<b>{name}</b>" in page
    assert "bpmn.io" in page  # the licence that asks for its mark
    assert "<script" not in page


def test_every_answer_carries_the_policy_errors_included() -> None:
    client = create_gallery().test_client()
    for address, status in (("/_gallery/states", 200), ("/nowhere", 404)):
        answer = client.get(address)
        assert answer.status_code == status
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_is_refused() -> None:
    app = create_gallery()
    client = app.test_client()
    assert client.post("/_gallery/take", data={"applicant": "x"}).status_code == 400
    page = client.get("/_gallery/forms").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    sent = {"applicant": "x", "csrf_token": token.group(1)}
    assert client.post("/_gallery/take", data=sent).status_code == 200


def test_an_icon_is_escaped_and_labelled_where_it_stands_alone() -> None:
    with create_gallery().test_request_context():
        sheet = asset("icons.svg")
        assert icon("x") == (
            f'<svg class="icon" aria-hidden="true" focusable="false"><use href="{sheet}#x"/></svg>'
        )
        alone = icon("x", '关闭"', **{"class": "accent"})
    assert alone.startswith('<svg class="icon accent" role="img" aria-label="关闭&#34;"')
