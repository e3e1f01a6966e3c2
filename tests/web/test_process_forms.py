"""A form of a draft built by buttons: what is drawn is what is judged, and only saving keeps it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.web.conftest import Office, Visitor
from workflow_app.commands.versions import shipped
from workflow_app.engine.forms import load_form
from workflow_app.web import form_builder

KEY = "transfer_review"
PATH = f"forms/{KEY}.yaml"
YAML = re.compile(r'<textarea name="yaml" hidden>\n(.*?)</textarea>', re.DOTALL)
FORMS = sorted(path for path in shipped() if path.startswith("forms/"))


@pytest.fixture
def administrator(office: Office) -> Visitor:
    return office.signed_in("administrator")


@pytest.fixture
def page(administrator: Visitor) -> str:
    """A form of a fresh draft."""
    draft = administrator.post("/admin/process/drafts", {"title": "调整表单", "base": ""})
    return f"{draft.location}/forms/{KEY}"


def carried(text: str) -> str:
    """The definition a page carries."""
    found = YAML.search(text)
    assert found is not None
    return unescape(found[1])


def pressed(visitor: Visitor, page: str, text: str, act: str, **typed: str) -> tuple[int, str]:
    """Press a button of the page that carries ``text``, on a file nobody has changed."""
    answer = visitor.post(page, {"yaml": text, "act": act, "revision": "0", **typed})
    return answer.status_code, answer.text


def stored(visitor: Visitor, page: str) -> bytes:
    body: bytes = visitor.get(page.replace(f"/forms/{KEY}", f"/download/{PATH}")).data
    return body


@pytest.mark.parametrize("path", FORMS)
def test_what_is_written_is_what_was_read(path: str) -> None:
    found = form_builder.document(shipped()[path].decode())
    again = form_builder.document(form_builder.written(form_builder.typed(found, {})))
    assert again == found


def test_a_field_is_added_named_moved_and_kept(administrator: Visitor, page: str) -> None:
    text = carried(administrator.get(page).text)
    _, added = pressed(administrator, page, text, "add-field:0")
    last = len(load_form(carried(added).encode()).sections[0].fields) - 1
    typed = {
        f"field-0-{last}-name": "second_opinion",
        f"field-0-{last}-label": "复审意见",
        f"field-0-{last}-type": "radio",
        f"field-0-{last}-choices": "agree 同意\nreturn 退回",
        f"field-0-{last}-variable": "1",
        f"field-0-{last}-required_if": "action=approve",
    }
    status, moved = pressed(administrator, page, carried(added), f"up-field:0:{last}", **typed)
    assert status == 200
    assert stored(administrator, page) == shipped()[PATH]
    assert "复审意见" in moved.split('id="preview"')[1]
    assert pressed(administrator, page, carried(moved), "save")[0] == 303
    form = load_form(stored(administrator, page))
    field = form.sections[0].fields[last - 1]
    assert (field.name, field.label, field.type) == ("second_opinion", "复审意见", "radio")
    assert [(one.value, one.label) for one in field.choices] == [("agree", "同意"), ("return", "退回")]
    assert field.variable == "second_opinion"
    assert field.required_if is not None
    assert (field.required_if.field, field.required_if.values) == ("action", ("approve",))
    before = load_form(shipped()[PATH])
    assert form.actions == before.actions
    assert [one for one in form.sections[0].fields if one.name != "second_opinion"] == list(
        before.sections[0].fields
    )


def test_sections_come_and_go(administrator: Visitor, page: str) -> None:
    text = carried(administrator.get(page).text)
    _, more = pressed(administrator, page, text, "add-section")
    assert "新的部分" in more
    _, first = pressed(administrator, page, carried(more), "up-section:1")
    assert form_builder.document(carried(first))["sections"][0]["title"] == "新的部分"
    _, less = pressed(administrator, page, carried(first), "remove-section:0")
    assert form_builder.document(carried(less)) == form_builder.document(text)


def test_a_new_form_begins_with_one_that_holds(administrator: Visitor, page: str) -> None:
    new = page.replace(KEY, "site_visit")
    first = administrator.get(new)
    assert "新表单" in first.text
    assert pressed(administrator, new, carried(first.text), "save")[0] == 303
    assert administrator.get(new).status_code == 200


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "- a",
        "sections: x",
        "sections: [1]",
        "a: &x 1\nb: *x",
        "sections: [{fields: 3}]",
        "key: transfer_review\nversion: 1\ntitle: x\narticle: y\nactions: []\nsections: []\n",
        "x: " + "[" * 60,
    ],
)
def test_what_is_no_form_is_told_and_nothing_is_kept(administrator: Visitor, page: str, broken: str) -> None:
    for act in ("save", "add-field:0", "remove-section:9", "up-field:a:b", "-", "add-field:99999999"):
        status, text = pressed(administrator, page, broken, act)
        assert status in {200, 422}
        assert ("没有保存" in text) or ("这样还不能使用" in text)
    assert stored(administrator, page) == shipped()[PATH]


def test_a_mistake_names_its_place_and_keeps_what_was_typed(administrator: Visitor, page: str) -> None:
    text = carried(administrator.get(page).text)
    status, shown = pressed(
        administrator, page, text, "save", **{"field-0-0-name": "a b", "field-0-0-label": "甲"}
    )
    assert (status, 'value="a b"' in shown, "没有保存" in shown) == (422, True, True)
    assert stored(administrator, page) == shipped()[PATH]


def test_somebody_elses_form_is_not_written_over(administrator: Visitor, page: str) -> None:
    text = carried(administrator.get(page).text)
    assert pressed(administrator, page, text, "save", **{"form-title": "先改"})[0] == 303
    status, shown = pressed(administrator, page, text, "save", **{"form-title": "后改"})
    assert (status, "后改" in shown) == (409, True)
    assert load_form(stored(administrator, page)).title == "先改"


def test_who_reads_and_who_writes(office: Office, administrator: Visitor, page: str) -> None:
    text = carried(administrator.get(page).text)
    assert office.signed_in("auditor").get(page).status_code == 200
    assert pressed(office.signed_in("auditor"), page, text, "save")[0] == 403
    assert office.signed_in("owner").get(page).status_code == 403
    assert (
        pressed(office.signed_in("second_administrator"), page, text, "save", **{"form-title": "x"})[0] == 422
    )
    assert stored(administrator, page) == shipped()[PATH]
