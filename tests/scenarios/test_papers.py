"""文书: each act of the process issues its paper, numbered in the act, delivered, the same bytes for ever."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.scenarios.issuing import apply, assessed_and_published, minted
from tests.scenarios.papers import deliveries, issued, said
from tests.scenarios.programme import CCER_BIOGAS, Programme
from tests.scenarios.test_formal_review import OWNER
from tests.support.form_answers import checklist
from workflow_app.commands import documents
from workflow_app.commands.documents import bytes_of, file_of, keep_waiting
from workflow_app.commands.host import Host
from workflow_app.commands.requests import EndProject, OpenDocument
from workflow_app.kernel.errors import Refused
from workflow_app.store.repositories.documents import Issued, KeptFile


def _received(programme: Programme) -> None:
    programme.on("2025-04-01")
    programme.given_filed_pilot()
    programme.on("2025-04-28")
    programme.given_application()


def _returned(programme: Programme) -> None:
    programme.hand_in(
        "review_application",
        "clerk",
        action="incomplete",
        checklist=checklist(failed={16: "缺少监测计划 #panic() *粗*"}),
        review_opinion="请补正。",
    )


def test_a_correction_notice_lists_the_items_and_says_until_when(programme_on_both: Programme) -> None:
    programme = programme_on_both
    _received(programme)
    programme.on("2025-05-08")
    _returned(programme)

    (paper,) = issued(programme, "correction_notice")
    assert paper.number == "赣环气候补〔2025〕1号"
    assert paper.data["items"] == [{"name": "附件2 三（三）监测计划", "remark": "缺少监测计划 #panic() *粗*"}]
    assert (paper.data["received-on"], paper.data["due-on"]) == ("2025年4月28日", "2025年6月6日")
    assert programme.limit("correction").due_at.date().isoformat() == "2025-06-06"
    assert (paper.data["recipient"], paper.data["date"]) == ("演示owner", "2025年5月8日")
    owner = f"role:applicant:{programme.organisations['owner']}"
    assert deliveries(programme, paper.id) == {("in_app", owner, "placed")}


def test_an_agent_is_the_addressee_and_its_owner_gets_a_copy(programme: Programme) -> None:
    programme.on("2025-04-01")
    programme.given_filed_pilot()
    programme.on("2025-04-28")
    programme.given_application("agent", **OWNER, mandate="m1", mandate_until="2026-12-31")
    programme.hand_in("review_application", "clerk")

    (paper,) = issued(programme, "acceptance_notice")
    assert (paper.data["recipient"], paper.data["copies"]) == ("演示agent", ["演示owner"])
    assert {recipient for _, recipient, _ in deliveries(programme, paper.id)} == {
        f"role:applicant:{programme.organisations[name]}" for name in ("agent", "owner")
    }


def test_silence_is_told_as_acceptance_from_the_day_of_receipt(programme: Programme) -> None:
    _received(programme)
    programme.on("2025-05-09")

    (paper,) = issued(programme, "acceptance_notice")
    assert paper.data["deemed"] is True
    assert paper.data["accepted-on"] == "2025年4月28日"


def test_a_refused_act_gives_its_number_back(programme: Programme) -> None:
    """A number is taken inside the act: one that is rolled back leaves no gap."""
    programme.given_registered_project("2025-06-09")
    programme.hand_in("request_issuance", "owner")
    with pytest.raises(Refused, match="ending_not_awaited"):
        programme.do("leader", EndProject(programme.project_id, "deregistration", "业主申请注销"))
    assert issued(programme, "end_decision") == []

    programme.do("leader", EndProject(programme.project_id, "revocation", "查明弄虚作假"))

    assert [paper.number for paper in issued(programme, "end_decision")] == ["赣环气候终〔2025〕1号"]


def test_the_same_paper_is_the_same_bytes_and_kept_once(programme: Programme) -> None:
    _received(programme)
    programme.on("2025-05-08")
    _returned(programme)
    (paper,) = issued(programme, "correction_notice")

    first = programme.app.document_file(paper.id)
    again = programme.app.document_file(paper.id)

    assert first.kept == again.kept
    made = bytes_of(programme.app.executor, paper)
    assert hashlib.sha256(made).hexdigest() == first.kept.sha256
    with programme.app.tools.files.open(first.kept.sha256) as stream:
        assert stream.read() == made
    assert first.stored.filename == "补正通知书 赣环气候补〔2025〕1号.pdf"
    assert keep_waiting(programme.app.executor, 10) == 1  # the pilot's
    assert keep_waiting(programme.app.executor, 10) == 0


def test_two_who_make_one_paper_at_once_have_the_same_file(
    programme_on_both: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find no file and both make one; the first is kept and the second takes it."""
    programme = programme_on_both
    _received(programme)
    paper = issued(programme)[0]
    meeting, made_by = Barrier(2, timeout=60), documents._made

    def together(host: Host, document: Issued) -> KeptFile:
        meeting.wait()
        return made_by(host, document)

    monkeypatch.setattr(documents, "_made", together)
    with ThreadPoolExecutor(2) as both:
        first, second = both.map(lambda _: file_of(programme.app.executor, paper.id), range(2))

    assert first == second == file_of(programme.app.executor, paper.id)


def test_opening_is_written_down_once_and_only_of_an_addressee(programme: Programme) -> None:
    _received(programme)
    programme.on("2025-05-08")
    _returned(programme)
    (paper,) = issued(programme, "correction_notice")

    for who, opened in (("clerk", False), ("owner", True), ("owner", False)):
        assert programme.do(who, OpenDocument(paper.id)).values["opened"] is opened

    reader = f"user:{programme.people['owner']}"
    assert ("in_app", reader, "opened") in deliveries(programme, paper.id)
    assert [event.kind for event in programme.events(f"document:{paper.id}")] == ["document_delivered"]


def test_papers_of_other_endings_of_the_review(programme: Programme) -> None:
    _received(programme)
    programme.hand_in(
        "review_application",
        "clerk",
        action="ineligible",
        ineligible_clause="355号附件一：不参与绿色电力交易",
        review_opinion="已售绿证。",
    )
    programme.hand_in("sign_ineligibility", "leader", decision_reasons="该项目已参与绿证交易。")
    (paper,) = issued(programme, "ineligibility_notice")
    assert (paper.data["clause"], paper.data["facts-found"]) == (
        "355号附件一：不参与绿色电力交易",
        "该项目已参与绿证交易。",
    )
    assert paper.issued_by == programme.people["leader"]


def test_a_ccer_project_is_told_where_to_go(programme: Programme) -> None:
    programme.on("2025-04-01")
    programme.given_filed_pilot()
    programme.given_application(methodology=CCER_BIOGAS)
    (paper,) = issued(programme, "redirection_notice")
    assert paper.data["methodology"] == f"规模化猪场粪污沼气回收利用工程（{CCER_BIOGAS}）"


def test_a_withdrawal_is_decided_in_writing(programme: Programme) -> None:
    _received(programme)
    programme.when_withdrawn()
    (paper,) = issued(programme, "end_decision")
    assert (paper.data["what"], paper.subject_id) == ("项目申请由申请方撤回", None)


def test_every_paper_of_a_project_s_life_is_typeset(programme: Programme) -> None:
    """From filing to revocation: minutes, opinion, notice, its result, registration, issuance, the end."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
    assessed_and_published(programme, 14_500, "2025-08-04")
    programme.on("2025-08-12")
    minted(programme, 14_500, 2021)
    programme.do("leader", EndProject(programme.project_id, "revocation", "查明弄虚作假"))

    assert [paper.key for paper in issued(programme)] == [
        "pilot_filing_notice",
        "acceptance_notice",
        "meeting_minutes",
        "panel_opinion",
        "public_notice",
        "notice_result",
        "registration_notice",
        "meeting_minutes",
        "panel_opinion",
        "public_notice",
        "notice_result",
        "issuance_notice",
        "end_decision",
    ]
    first, second = issued(programme, "public_notice")
    assert (first.number, second.number) == ("JCER公示〔2025〕1号", "JCER公示〔2025〕2号")
    assert second.number == programme.notice["number"]
    (registered,) = issued(programme, "registration_notice")
    assert said(registered, "项目编号") == programme.project["number"]
    assert registered.data["issuer"] == "演示exchange"
    (units,) = issued(programme, "issuance_notice")
    assert (units.data["quantity"], units.data["quantity-words"]) == ("14,500", "壹万肆仟伍佰")
    assert [block[2] for block in units.data["blocks"]] == programme.serials()
    minutes = issued(programme, "meeting_minutes")[0]
    assert [name for name, *_ in minutes.data["experts"]] == [
        f"演示expert_{n}" for n in ("one", "two", "three")
    ]
    assert minutes.audience == "office"
    assert deliveries(programme, minutes.id) == set()
    assert keep_waiting(programme.app.executor, 20) == 13


def test_an_objection_leaves_a_record_that_names_nobody(programme: Programme) -> None:
    programme.on("2025-08-01")
    programme.given_released_notice()
    programme.when_published("2025-09-29")
    programme.on("2025-10-10")
    case_id = programme.when_comment("部分地块已在其他机制登记。")
    programme.hand_in("classify_comment", "maker", case_id=case_id, action="objection")
    programme.hand_in("investigate", "clerk", case_id=case_id)
    programme.on("2025-10-22")
    programme.hand_in("decide_objection", "leader", case_id=case_id, action="upheld_fatal")

    (record,) = issued(programme, "comment_record")
    assert record.data["text"] == "部分地块已在其他机制登记。"
    assert record.audience == "office"
    assert "张三" not in str(record.data)
    assert programme.receipts[0] == said(record, "回执号")
    (result,) = issued(programme, "notice_result")
    assert (result.data["objections"], result.data["result"]) == ("1", "异议成立，不予通过")
    assert programme.receipts[0] not in str(result.data)
    (decision,) = issued(programme, "end_decision")
    assert decision.data["what"] == "公示期间异议成立"
    assert keep_waiting(programme.app.executor, 20) == 8
