"""The main journey through pages alone: from a blank form to a certificate anybody can check.

Application → assessment → notice → registration → sale → cancellation → certificate → public verification
(355号附件一、二), project and first batch in one notice. Everybody works in a browser of their own: offices
at 1440, applicant, buyer and public on a phone at 390. Every page on the way is held to the floor: no axe
finding, nothing cut off, no report of the policy, no script error. Time moves only by the sandbox's own
visible control.
"""

from __future__ import annotations

import pytest

from tests.browser import registry_steps as registry
from tests.browser.conftest import Site
from tests.browser.walk import Walk
from tests.support.form_answers import checklist
from workflow_app.commands.ledger_proof import prove_book
from workflow_app.commands.requests import SYSTEM, AssignRole, CreateUser

TITLE = "崇义县国有林场森林经营碳汇（演示）"
SAID = "希望在罗坪镇张贴公示，方便没有网络的村民查看。"
REPLIED = "感谢建议，已在罗坪镇政府公示栏张贴。"
NUMBER = "JX-JCER-01-00001"
MOST_CLICKS = 12
"""More steps of the clock than there are limits between publication and closing."""


@pytest.fixture
def walk(site: Site) -> Walk:
    """The programme with one filed pilot and one natural person who may buy; nobody at work yet."""
    programme = site.programme
    programme.given_filed_pilot()
    made = programme.app.execute(CreateUser("ding", "丁演示", None, "a password of ding"), SYSTEM)
    programme.people["ding"] = str(made.values["user_id"])
    programme.app.execute(AssignRole(programme.people["ding"], "buyer"), SYSTEM)
    return Walk(site)


@pytest.mark.timeout(1800)
def test_from_a_blank_form_to_a_certificate_anybody_can_check(walk: Walk) -> None:
    apply_and_submit(walk)
    correct_once(walk)
    registry.apply_for_the_first_batch(walk)
    registry.judge_both(walk)
    publish(walk)
    comment_and_answer(walk)
    let_the_notice_run_out(walk)
    register(walk)
    registry.mint(walk)
    read_the_public_record(walk)
    registry.open_an_account(walk)
    registry.offer(walk)
    registry.buy(walk)
    registry.cancel(walk)
    code = registry.certify(walk)
    registry.check_the_paper(walk, code)
    registry.ask_the_register(walk, code)
    with walk.programme.app.store.reading() as uow:
        assert prove_book(uow, walk.programme.app.store.vault).breaches == ()
    errors = [text for heard in walk.site.complaints for text in heard.errors]
    assert errors == []


def apply_and_submit(walk: Walk) -> None:
    """Forms 1 and 2, files and all, on a phone; the first batch is to go with the project."""
    walk.open("public", "/signin")
    page = walk.open("owner", "/my")
    page.click("text=申请项目 >> nth=0")
    walk.look(page)
    page.fill("#title", TITLE)
    page.click("text=建立办件，开始填报")
    page.wait_for_url("**/tasks/*")
    walk.look(page)
    walk.programme.project_id = the_only_project(walk)
    walk.hand_in("owner", "submit_application", first_batch="combined")
    walk.programme.then_state("formal_review")


def the_only_project(walk: Walk) -> str:
    with walk.programme.app.store.reading() as uow:
        (found,) = uow.programme.projects_named(TITLE)
    return str(found["id"])


def correct_once(walk: Walk) -> None:
    """The clerk finds one material wanting; the applicant puts it right; the clerk accepts."""
    wanting = checklist(failed={16: "缺样地编号规则"})
    walk.does(
        "clerk",
        "形式审查",
        "review_application",
        action="incomplete",
        checklist=wanting,
        review_opinion="请补充样地编号规则。",
    )
    walk.programme.then_state("correction")
    page = walk.open("owner", f"/my/projects/{walk.programme.project_id}")
    assert "缺样地编号规则" in page.inner_text("main")
    page.click(".btn-block")
    page.wait_for_url("**/tasks/*")
    walk.look(page)
    walk.hand_in(
        "owner", "correct_application", pdd_monitoring_plan="固定样地，编号CY-001起，每三年复测一次。"
    )
    walk.does("clerk", "形式审查", "review_application")
    walk.programme.then_state("accepted")


def publish(walk: Walk) -> None:
    """The exchange drafts, the leader releases, the exchange's second person publishes."""
    walk.does("maker", "起草公示", "draft_notice", public_tonnes=registry.TONNES)
    walk.does("leader", "核定公示稿", "release_notice")
    walk.does("checker", "发布公示", "publish_notice")
    walk.programme.then_state("public_notice")


def comment_and_answer(walk: Walk) -> None:
    """Somebody comments without signing in; the exchange cannot call it no objection alone."""
    page = walk.open("public", "/notices")
    page.click(".link-list__title")
    page.wait_for_url("**/notices/*")
    walk.look(page)
    page.fill("#text", SAID)
    page.click("#comment-card button[type=submit]")
    page.wait_for_url("**/receipts/YJ-*")
    walk.look(page)
    receipt = page.inner_text(".receipt__number")
    walk.does("maker", "意见分类", "classify_comment", action="comment")
    walk.does("clerk", "确认不属异议", "confirm_downgrade")
    walk.does("clerk", "答复意见", "reply_comment", public_reply=REPLIED)
    assert REPLIED in walk.open("public", f"/receipts/{receipt}").inner_text("main")
    assert REPLIED in walk.open("public", f"/notices/{walk.programme.notice['id']}").inner_text("main")


def let_the_notice_run_out(walk: Walk) -> None:
    """Move the sandbox's clock by its button until the notice has closed."""
    page = walk.open("leader", "/inbox")
    for _click in range(MOST_CLICKS):
        if walk.programme.notice["state"] == "closed":
            break
        before = walk.programme.clock.now()
        page.click(".sandbox-bar form button")
        page.wait_for_selector("text=沙盒时间已到")
        assert walk.programme.clock.now() > before
        walk.look(page)
    walk.programme.then_state("registration_pending")
    assert walk.programme.clock.now() >= walk.programme.notice["closes_at"]


def register(walk: Walk) -> None:
    """Maker and checker of the exchange, within the three working days."""
    walk.does("maker", "注册业主账户", "open_account")
    walk.does("checker", "复核登记信息", "verify_registration")
    walk.programme.then_state("registered")
    assert walk.programme.clock.now() <= walk.programme.limit("registration").due_at


def read_the_public_record(walk: Walk) -> None:
    """Anybody finds the number, at an address that stays; the applicant is led to it."""
    page = walk.open("public", "/projects")
    page.click(f"text={TITLE}")
    page.wait_for_url(f"**/projects/{NUMBER}")
    walk.look(page)
    shown = page.inner_text("main")
    assert NUMBER in shown
    assert TITLE in shown
    closed = walk.open("public", f"/notices/{walk.programme.notice['id']}")
    assert "公示期间未收到异议" in closed.inner_text("main")
    mine = walk.open("owner", f"/my/projects/{walk.programme.project_id}")
    mine.click(f"a[href='/projects/{NUMBER}']")
    mine.wait_for_url(f"**/projects/{NUMBER}")
    walk.look(mine)
