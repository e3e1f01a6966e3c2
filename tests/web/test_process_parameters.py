"""办理参数 of a draft in a form: what is changed, what stays as written, and what no form can pass."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Office, Visitor
from workflow_app.commands.parameter_text import changed
from workflow_app.commands.parameters import PATH, load
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import Refused

BODY = shipped()[PATH]
FIELD = re.compile(r'<input[^>]*? name="((?:flag|n)-[a-z_]+)"[^>]*?>')
VALUE = re.compile(r'value="([^"]*)"')


@pytest.fixture
def administrator(office: Office) -> Visitor:
    return office.signed_in("administrator")


@pytest.fixture
def page(administrator: Visitor) -> str:
    """The parameters of a fresh draft."""
    answer = administrator.post("/admin/process/drafts", {"title": "调整期限", "base": ""})
    return f"{answer.location}/parameters"


def fields(**changes: str) -> dict[str, str]:
    """The form as it stands on the shipped parameters, with some values typed over."""
    known = load({PATH: BODY})
    shown = {f"n_{rule.id}": str(rule.n) for rule in known.rules.values()}
    shown |= {
        f"flag_{name}": str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in known.flags.items()
    }
    return {key.replace("_", "-", 1): value for key, value in {**shown, **changes}.items()} | {
        "revision": "0"
    }


def text(visitor: Visitor, page: str) -> str:
    return visitor.get(f"{page.removesuffix('/parameters')}/download/{PATH}").text


def test_only_what_was_typed_changes_and_every_comment_stays(administrator: Visitor, page: str) -> None:
    sent = fields(
        n_formal_review="4",
        flag_notice_required="false",
        flag_quorum_fraction="3/4",
        flag_deemed_acceptance="escalate",
        flag_max_revision_rounds="2",
    )
    assert administrator.post(page, sent).status_code == 303
    expected = (
        BODY.decode()
        .replace("id: formal_review, name: 形式审查, n: 5", "id: formal_review, name: 形式审查, n: 4")
        .replace("notice_required: true", "notice_required: false")
        .replace('quorum_fraction: "2/3"', 'quorum_fraction: "3/4"')
        .replace("deemed_acceptance: accept", "deemed_acceptance: escalate")
        .replace("max_revision_rounds: 3", "max_revision_rounds: 2")
    )
    assert text(administrator, page) == expected
    shown = administrator.get(page).text
    assert shown.count("原为") == 5


@pytest.mark.parametrize(("field", "typed"), [("n_public_notice", "4"), ("n_registration", "4")])
def test_what_an_article_fixes_no_form_passes(
    administrator: Visitor, page: str, field: str, typed: str
) -> None:
    answer = administrator.post(page, fields(**{field: typed}))
    assert answer.status_code == 422
    assert f'id="{field.replace("_", "-", 1)}-error"' in answer.text
    assert text(administrator, page) == BODY.decode()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("n_formal_review", "0"),
        ("n_formal_review", "1000"),
        ("n_formal_review", "-1"),
        ("n_formal_review", "5\n  - {id: x}"),
        ("flag_max_revision_rounds", "三"),
        ("flag_max_revision_rounds", "9" * 30),
        ("flag_quorum_fraction", ""),
        ("flag_quorum_fraction", "a\nb: c"),
    ],
)
def test_what_is_no_value_is_told_beside_its_field_and_kept_as_typed(
    administrator: Visitor, page: str, field: str, typed: str
) -> None:
    answer = administrator.post(page, fields(**{field: typed, "n_recheck": "9"}))
    assert answer.status_code == 422
    assert f'id="{field.replace("_", "-", 1)}-error"' in answer.text
    kept = {found[1]: VALUE.search(found[0]) for found in FIELD.finditer(answer.text)}
    shown = kept["n-recheck"]
    assert shown is not None
    assert shown[1] == "9"
    assert text(administrator, page) == BODY.decode()


def test_somebody_elses_change_is_not_written_over(administrator: Visitor, page: str) -> None:
    assert administrator.post(page, fields(n_recheck="9")).status_code == 303
    assert administrator.post(page, fields(n_recheck="8")).status_code == 409
    assert "复核修改, n: 9" in text(administrator, page)


def test_text_that_looks_like_yaml_stays_text() -> None:
    for value in ("true", "- x", "{a: 1}", "#", '"', "null", "no"):
        after = load({PATH: changed(BODY, {"owner_cancellation_purposes": value}, {})})
        assert after.flags["owner_cancellation_purposes"] == value


def test_a_file_of_another_shape_is_left_to_its_text() -> None:
    flat = BODY.replace(b"  - {id: formal_review, name", b"  - {name: x, id: formal_review, nome")
    with pytest.raises(Refused):
        changed(flat, {}, {"formal_review": 4})
    folded = re.sub(rb"max_revision_rounds: 3", b"max_revision_rounds:\n    3", BODY)
    with pytest.raises(Refused) as refused:
        changed(folded, {"max_revision_rounds": 2}, {})
    assert refused.value.code == "parameters_shape"


def test_who_reads_and_who_writes(office: Office, administrator: Visitor, page: str) -> None:
    assert "<fieldset" in administrator.get(page).text
    assert office.signed_in("auditor").get(page).status_code == 200
    assert office.signed_in("auditor").post(page, fields(n_recheck="9")).status_code == 403
    assert office.signed_in("owner").get(page).status_code == 403
    other = office.signed_in("second_administrator")
    assert other.post(page, fields(n_recheck="9")).status_code == 422
    assert text(administrator, page) == BODY.decode()
