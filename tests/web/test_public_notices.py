"""公示 and 提意见 as anybody sees them: nothing before it is published, nothing that is the office's own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.conftest import Office
from workflow_app.web import comment_guard

SAID = "边界图东侧第 12 小班与罗坪镇公益林界线不一致，属于异议。"


def published(office: Office) -> str:
    """A notice published on a Friday, looked at on the Monday; returns its address."""
    office.programme.given_released_notice()
    office.programme.when_published("2026-11-20")
    office.programme.on("2026-11-23")
    return f"/notices/{office.programme.notice['id']}"


def test_a_notice_that_is_only_drafted_is_not_found(office: Office) -> None:
    office.programme.given_passed_panel()
    office.programme.hand_in("draft_notice", "maker")
    listed = office.visitor().get("/notices?state=all").text
    assert "关于崇义县国有林场森林经营碳汇项目的公示" not in listed
    case = office.programme.cases("public_notice")[0]
    assert office.visitor().get(f"/notices/{case.id}").status_code == 404
    assert office.visitor().get("/notices/" + "0" * 32).status_code == 404


def test_the_page_shows_the_closing_time_and_its_count(office: Office) -> None:
    page = office.visitor().get(published(office)).text
    assert "2026-11-27 周五 24:00" in page
    assert "今天是第 1 天，剩 4 个工作日" in page
    for cell in ("发布", "至 11-22", "第 5 天", "24:00 截止"):
        assert cell in page
    assert "12-02 前" in page  # three working days after the closing day


def test_a_year_without_notice_is_said_to_be_an_estimate(office: Office) -> None:
    office.programme.given_released_notice()
    office.programme.when_published("2026-12-28")
    page = office.visitor().get(f"/notices/{office.programme.notice['id']}").text
    assert "2027-01-05 周二 24:00" in page
    assert "为预估" in page


def test_only_the_public_copies_can_be_had(office: Office) -> None:
    address = published(office)
    visitor = office.visitor()
    notice = office.programme.notice
    (public,) = notice["body"]["public_files"]
    copy = visitor.get(f"{address}/materials/{public}")
    assert copy.status_code == 200
    assert copy.data.startswith(b"%PDF")
    assert copy.headers["Content-Disposition"].startswith("attachment")
    assert copy.headers["Cache-Control"] == "public, max-age=3600"
    again = visitor.client.get(
        f"{address}/materials/{public}", headers={"If-None-Match": copy.headers["ETag"]}
    )
    assert again.status_code == 304
    with office.programme.app.store.reading() as uow:
        others = [
            row.id
            for case in office.programme.cases()
            for row in uow.forms.attachments(case_id=case.id)
            if row.id != public
        ]
    assert others
    assert {visitor.get(f"{address}/materials/{one}").status_code for one in others} == {404}


def test_no_page_of_the_public_shows_what_is_the_offices_own(office: Office) -> None:
    address = published(office)
    office.programme.when_comment(SAID)
    number = office.programme.receipts[0]
    visitor = office.visitor()
    pages = [
        visitor.get(path).text
        for path in (
            "/",
            "/notices",
            address,
            "/projects",
            "/methodologies",
            "/filings",
            "/rules",
            "/working-days",
        )
    ]
    private = (
        "张三",  # the contact of the application, and who commented
        "13800000428",
        "contact@example.com",
        "横水镇演示路1号",
        "章演示",  # legal representative and signatory
        "演示clerk",
        "演示expert_one",
        "演示maker",
        number,
        SAID,
    )
    for page in pages:
        main = page.split("<main", 1)[1]
        assert not [secret for secret in private if secret in main]


def test_a_comment_gets_a_receipt_and_is_shown_under_it_alone(office: Office) -> None:
    address = published(office)
    visitor = office.visitor()
    visitor.get(address)
    answer = visitor.post(f"{address}/comments", {"text": SAID, "name": "王小林", "contact": "13870000428"})
    assert answer.status_code == 303
    receipt = visitor.get(answer.location).text
    assert SAID in receipt
    assert "王*" in receipt
    assert "王小林" not in receipt
    assert "13870000428" not in receipt
    assert visitor.get(answer.location).headers["Cache-Control"] == "no-store"
    number = answer.location.rsplit("/", 1)[1]
    typed = number.lower().replace("-", " - ")
    assert visitor.get("/receipts", query_string={"number": typed}).location.endswith(number)
    case = office.programme.cases("objection")
    assert len(case) == 1


def test_the_author_is_stored_as_ciphertext_only(office: Office) -> None:
    address = published(office)
    visitor = office.visitor()
    visitor.get(address)
    visitor.post(f"{address}/comments", {"text": SAID, "name": "王小林", "contact": "13870000428"})
    with office.programme.app.store.reading() as uow:
        (row,) = uow.programme.comments(office.programme.notice["id"])
    assert "王小林" not in str(row["author"])
    assert "13870000428" not in str(row["author"])
    assert row["author"]


def test_the_same_form_sent_twice_is_one_comment(office: Office) -> None:
    address = published(office)
    visitor = office.visitor()
    visitor.get(address)
    sent: dict[str, object] = {"text": SAID, "idempotency_key": "one-form"}
    first, second = visitor.post(f"{address}/comments", sent), visitor.post(f"{address}/comments", sent)
    assert first.location == second.location
    assert len(office.programme.cases("objection")) == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"text": "  "}, "请填写意见内容"),
        ({"text": "长" * 5001}, "意见不得超过 5000 字，您填写了 5001 字"),
        ({"text": SAID, "name": "名" * 101}, "不得超过 100 字"),
        ({"text": SAID, "website": "http://spam.example"}, "此栏应留空"),
    ],
)
def test_a_refused_comment_comes_back_with_its_words(
    office: Office, sent: dict[str, object], says: str
) -> None:
    address = published(office)
    visitor = office.visitor()
    visitor.get(address)
    answer = visitor.post(f"{address}/comments", {"contact": "13870000428", **sent})
    assert answer.status_code == 422
    assert says in answer.text
    assert str(sent["text"]).strip() in answer.text
    assert 'value="13870000428"' in answer.text
    assert office.programme.cases("objection") == []


def test_too_many_comments_are_slowed_down_without_losing_a_word(office: Office) -> None:
    address = published(office)
    visitor = office.visitor()
    visitor.get(address)
    allowed = int(comment_guard.COMMENTS[0].amount)
    answers = [visitor.post(f"{address}/comments", {"text": f"意见{n}"}) for n in range(allowed + 1)]
    assert [answer.status_code for answer in answers] == [303] * allowed + [429]
    assert f"意见{allowed}" in answers[-1].text
    assert "提交过于频繁" in answers[-1].text
    assert len(office.programme.cases("objection")) == allowed


def test_a_comment_after_the_closing_is_taken_as_a_lead_and_told_so(office: Office) -> None:
    address = published(office)
    office.programme.on("2026-11-30")
    visitor = office.visitor()
    assert "作为线索处理" in visitor.get(address).text
    answer = visitor.post(f"{address}/comments", {"text": SAID})
    receipt = visitor.get(answer.location).text
    assert "公示期满后收到，作为线索处理" in receipt
    with office.programme.app.store.reading() as uow:
        (row,) = uow.programme.comments(office.programme.notice["id"])
    assert row["late"]
    assert row["received_at"] - office.programme.notice["closes_at"] > timedelta(days=2)


def test_the_answer_is_published_and_the_result_of_the_notice(office: Office) -> None:
    address = published(office)
    case_id = office.programme.when_comment(SAID)
    office.programme.hand_in("classify_comment", "maker", case_id=case_id)
    office.programme.hand_in("investigate", "clerk", case_id=case_id)
    office.programme.hand_in(
        "decide_objection", "leader", case_id=case_id, public_reply="经核查界线以小班图为准。"
    )
    office.programme.on("2026-11-30")
    page = office.visitor().get(address).text
    assert "经核查界线以小班图为准。" in page
    assert "不成立" in page
    assert SAID not in page
    assert "异议不成立" in page  # the announced result
    receipt = office.visitor().get(f"/receipts/{office.programme.receipts[0]}").text
    assert "经核查界线以小班图为准。" in receipt
    closed = office.visitor().get("/notices?state=closed").text
    assert "关于崇义县国有林场森林经营碳汇项目的公示" in closed
    assert "关于崇义县国有林场森林经营碳汇项目的公示" not in office.visitor().get("/notices").text


def test_an_unknown_receipt_is_said_to_be_unknown(office: Office) -> None:
    answer = office.visitor().get("/receipts/YJ-0000-0000")
    assert answer.status_code == 404
    assert "没有这个回执编号" in answer.text


def test_guessing_receipts_is_slowed_down(office: Office) -> None:
    visitor = office.visitor()
    allowed = int(comment_guard.LOOKUPS[0].amount)
    answers = [visitor.get(f"/receipts/YJ-0000-{n:04d}").status_code for n in range(allowed + 1)]
    assert answers == [404] * allowed + [429]
