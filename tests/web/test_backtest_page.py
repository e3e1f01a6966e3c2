"""The page of a back-test: what it says, to whom a number leads to its case, and that it names no value."""

from __future__ import annotations

import re

import pytest

from tests.scenarios.deploying import slipped
from tests.scenarios.programme import Programme
from tests.web.conftest import Office
from workflow_app.commands.design_requests import OpenDraft, ProposeFiles, SaveDraftFile
from workflow_app.commands.versions import shipped

PARAMETERS = "parameters.yaml"
PAGE = "/admin/process/backtest"


def given_reviewed_in(programme: Programme, day: str) -> str:
    """An application of Monday the 2nd, accepted on a day; its number."""
    programme.given_application()
    programme.on(day)
    programme.hand_in("review_application", "clerk")
    with programme.app.store.reading() as uow:
        (case,) = uow.cases.of_project(programme.project_id, "project_application")
    return case.number


def given_version(programme: Programme, before: str, after: str) -> str:
    """Another version with one passage of its parameters changed."""
    text = shipped()[PARAMETERS].decode()
    assert text.count(before) == 1
    return slipped(programme, {PARAMETERS: text.replace(before, after).encode()})


@pytest.fixture
def shorter(office: Office) -> tuple[str, str]:
    """The number of an accepted application, and a version under which its review was late."""
    number = given_reviewed_in(office.programme, "2026-11-05")
    return number, given_version(office.programme, "name: 形式审查, n: 5", "name: 形式审查, n: 1")


def test_the_page_says_what_would_have_been_late(office: Office, shorter: tuple[str, str]) -> None:
    number, version = shorter
    visitor = office.signed_in("administrator")
    asked = visitor.get(f"{PAGE}?version={version}")
    assert "开始回测" in asked.text
    assert "第 2 版" in asked.text

    told = visitor.post(PAGE, {"version": version, "process": "", "limit": "200"})

    assert told.status_code == 200
    assert "回测 1 件，1 件不同" in told.text
    assert "期限结论不同 1" in told.text
    content = told.text.split("<main")[1]
    row = re.sub(r"<[^>]+>|\s+", " ", content.split("<tbody>")[1])
    for words in (number, "形式审查", "2026-11-09 周一 24:00、按时", "2026-11-03 周二 24:00、逾期"):
        assert words in row
    for value in (office.programme.project["name"], "章演示"):
        assert value not in content


def test_a_number_leads_to_its_case_only_where_one_may_read_it(
    office: Office, shorter: tuple[str, str]
) -> None:
    number, version = shorter
    sent = {"version": version, "process": "", "limit": "50"}
    administrator = office.signed_in("administrator")
    assert f">{number}</a>" not in administrator.post(PAGE, sent).text

    office.programme.also_holds("administrator", "auditor")

    assert f">{number}</a>" in office.signed_in("administrator").post(PAGE, sent).text


def test_a_version_that_changes_nothing_says_so(office: Office) -> None:
    given_reviewed_in(office.programme, "2026-11-05")
    visitor = office.signed_in("administrator")
    assert "没有可以回测的办件" in visitor.post(PAGE, {"process": "", "limit": "200"}).text
    every = visitor.post(PAGE, {"process": "*", "limit": "200"}).text
    assert "没有不同" in every
    assert "回测 2 件，0 件不同" in every  # the pilot's filing and the application


def test_a_draft_is_tested_under_its_title(office: Office) -> None:
    given_reviewed_in(office.programme, "2026-11-05")
    text = shipped()[PARAMETERS].decode().replace("name: 形式审查, n: 5", "name: 形式审查, n: 1")
    opened = office.programme.do("administrator", OpenDraft("缩短形式审查")).values
    draft = str(opened["draft_id"])
    office.programme.do("administrator", SaveDraftFile(draft, PARAMETERS, text.encode(), 0))
    visitor = office.signed_in("administrator")
    own = f"/admin/process/drafts/{draft}"
    assert f"{PAGE}?draft={draft}" in visitor.get(own).text
    assert f'href="{own}"' in visitor.get(f"{PAGE}?draft={draft}").text

    told = visitor.post(PAGE, {"draft": draft, "process": "", "limit": "200"}).text

    assert "缩短形式审查" in told
    assert "期限结论不同 1" in told
    for missing in ("draft=none", "proposal=none"):
        assert visitor.get(f"{PAGE}?{missing}").status_code == 404


def test_a_proposal_leads_to_its_back_test_and_back(office: Office) -> None:
    given_reviewed_in(office.programme, "2026-11-05")
    text = shipped()[PARAMETERS].decode().replace("name: 形式审查, n: 5", "name: 形式审查, n: 1")
    proposed = office.programme.do("administrator", ProposeFiles({PARAMETERS: text.encode()}, "提速")).values
    proposal = str(proposed["proposal_id"])
    visitor = office.signed_in("second_administrator")
    own = f"/admin/process/proposals/{proposal}"
    assert f"{PAGE}?proposal={proposal}" in visitor.get(own).text
    assert f'href="{own}"' in visitor.get(f"{PAGE}?proposal={proposal}").text

    told = visitor.post(PAGE, {"proposal": proposal, "process": "", "limit": "200"}).text

    assert "期限结论不同 1" in told
    assert str(proposed["number"]) in told


def test_what_cannot_be_read_is_said_on_the_page(office: Office) -> None:
    draft = str(office.programme.do("administrator", OpenDraft("坏表")).values["draft_id"])
    path = "decisions/eligibility.dmn"
    office.programme.do("administrator", SaveDraftFile(draft, path, b"<no", 0))
    told = office.signed_in("administrator").post(PAGE, {"draft": draft})
    assert told.status_code == 422
    assert "没有回测" in told.text
    assert "文件无法读取" in told.text


def test_only_process_administrators_find_it(office: Office, shorter: tuple[str, str]) -> None:
    _, version = shorter
    address = f"{PAGE}?version={version}"
    assert (
        address.replace("&", "&amp;") in office.signed_in("administrator").get(f"/definitions/{version}").text
    )
    for name in ("auditor", "leader", "clerk"):
        visitor = office.signed_in(name)
        assert PAGE not in visitor.get(f"/definitions/{version}").text
        assert visitor.get(address).status_code == 403
        assert visitor.post(PAGE, {"version": version}).status_code == 403
    assert office.signed_in("administrator").get(f"{PAGE}?version=none").status_code == 404
