"""文书 on the pages: who may have which, what is noted when an addressee opens one, what the public reads."""

from __future__ import annotations

from tests.scenarios.papers import deliveries, issued
from tests.support.form_answers import checklist
from tests.web.conftest import Office
from workflow_app.commands.requests import CreateApiToken


def _correction(office: Office) -> str:
    programme = office.programme
    programme.given_application()
    programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=checklist(failed={16: "<script>alert(1)</script>"}),
        review_opinion="请补正。",
    )
    (paper,) = issued(programme, "correction_notice")
    return paper.id


def test_the_addressee_finds_it_and_opening_it_is_noted_once(office: Office) -> None:
    paper = _correction(office)
    owner = office.signed_in("owner")
    page = owner.get(f"/my/projects/{office.programme.project_id}").text
    assert f"/documents/{paper}" in page
    assert "未查阅" in page
    assert "赣环气候补〔2026〕1号" in owner.get("/documents").text

    answer = owner.get(f"/documents/{paper}")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-1.7")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert owner.get(f"/documents/{paper}").data == answer.data

    reader = f"user:{office.programme.people['owner']}"
    opened = [one for one in deliveries(office.programme, paper) if one[2] == "opened"]
    assert opened == [("in_app", reader, "opened")]
    assert "未查阅" not in owner.get(f"/my/projects/{office.programme.project_id}").text


def test_the_office_sees_where_each_copy_went_and_leaves_no_trace_of_its_own(office: Office) -> None:
    paper = _correction(office)
    case_id = issued(office.programme, "correction_notice")[0].case_id
    clerk = office.signed_in("clerk")
    assert clerk.get(f"/documents/{paper}").status_code == 200
    page = clerk.get(f"/cases/{case_id}").text
    assert "系统内送达 演示owner・申请方" in " ".join(page.split())
    assert {one[2] for one in deliveries(office.programme, paper)} == {"placed"}


def test_a_paper_is_not_found_by_whoever_may_not_have_it(office: Office) -> None:
    paper = _correction(office)
    for name in ("maker", "expert_one", "administrator", "operator"):
        assert office.signed_in(name).get(f"/documents/{paper}").status_code == 404, name
    assert office.visitor().get(f"/documents/{paper}").status_code == 404
    assert office.signed_in("owner").get(f"/documents/{'0' * 32}").status_code == 404


def test_minutes_are_the_office_s_own(office: Office) -> None:
    office.programme.given_passed_panel()
    (minutes,) = issued(office.programme, "meeting_minutes")
    (opinion,) = issued(office.programme, "panel_opinion")
    owner, clerk = office.signed_in("owner"), office.signed_in("clerk")
    assert owner.get(f"/documents/{minutes.id}").status_code == 404
    assert minutes.number not in owner.get(f"/cases/{minutes.case_id}").text
    assert owner.get(f"/documents/{opinion.id}").status_code == 200
    assert minutes.number in clerk.get(f"/cases/{minutes.case_id}").text
    assert clerk.get(f"/documents/{minutes.id}").status_code == 200


def test_anybody_reads_a_public_paper(office: Office) -> None:
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-09")
    (paper,) = issued(office.programme, "public_notice")
    visitor = office.visitor()
    page = visitor.get(f"/notices/{paper.subject_id}").text
    assert f"/documents/{paper.id}" in page
    answer = visitor.get(f"/documents/{paper.id}")
    assert answer.data.startswith(b"%PDF-1.7")
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_a_program_fetches_what_its_person_may_have(office: Office) -> None:
    paper = _correction(office)
    case_id = issued(office.programme, "correction_notice")[0].case_id
    client = office.app.test_client()
    secret = office.programme.do("owner", CreateApiToken("papers", None)).values["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    for path in ("/api/v1/documents", f"/api/v1/cases/{case_id}/documents"):
        (item, *_) = (client.get(path, headers=headers).json or {})["items"]
        assert (item["id"], item["number"]) == (paper, "赣环气候补〔2026〕1号")
    assert client.get(f"/api/v1/documents/{paper}", headers=headers).data.startswith(b"%PDF-1.7")
    assert client.get(f"/api/v1/documents/{paper}").status_code == 401
