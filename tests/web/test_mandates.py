"""续展或撤回委托 on the owner's page and over the API: the owner's alone, and what then follows (R29)."""

from __future__ import annotations

from datetime import date

from tests.scenarios.delegating import given_delegated
from tests.support.form_answers import checklist
from tests.web.api.conftest import Callers, api  # noqa: F401  # the fixture
from tests.web.conftest import Office
from workflow_app.commands.requests import RevokeMandate


def test_the_owner_renews_a_mandate_takes_it_back_and_gives_it_anew(office: Office) -> None:
    given_delegated(office.programme, "2026-12-31")
    address = f"/my/projects/{office.programme.project_id}"
    owner = office.signed_in("owner")
    assert "有效至 2026-12-31" in owner.get(address).text
    assert f"{address}/mandate" in owner.get(address).text
    assert "不能再为本项目办理任何事项" in owner.get(f"{address}/mandate").text

    for until, words in (("", "请填写委托有效期的最后一天"), ("2026-11-01", "委托有效期不得早于今天")):
        refused = owner.post(f"{address}/mandate", {"step": "renew", "until": until})
        assert (refused.status_code, words in refused.text) == (422, True)
    assert owner.post(f"{address}/mandate", {"step": "renew", "until": "2027-06-30"}).status_code == 303
    assert office.programme.project["mandate_until"] == date(2027, 6, 30)

    unsure = owner.post(f"{address}/mandate", {"step": "revoke", "reason": "改由本单位办理"})
    assert (unsure.status_code, "改由本单位办理" in unsure.text) == (422, True)
    empty = owner.post(f"{address}/mandate", {"step": "revoke", "reason": " ", "understood": "true"})
    assert (empty.status_code, "请填写撤回委托的原因" in empty.text) == (422, True)
    assert office.programme.project["mandate_revoked_at"] is None
    sure = {"step": "revoke", "reason": "改由本单位办理", "understood": "true"}
    assert owner.post(f"{address}/mandate", sure).status_code == 303
    assert office.programme.project["mandate_revoked_at"] is not None
    assert "委托已撤回" in owner.get(address).text
    assert owner.post(f"{address}/mandate", sure).status_code == 409
    assert "重新委托" in owner.get(f"{address}/mandate").text

    assert owner.post(f"{address}/mandate", {"step": "renew", "until": "2027-06-30"}).status_code == 303
    assert office.programme.project["mandate_revoked_at"] is None


def test_nobody_else_touches_a_mandate(office: Office) -> None:
    given_delegated(office.programme, "2026-12-31")
    address = f"/my/projects/{office.programme.project_id}"
    assert f"{address}/mandate" not in office.signed_in("agent").get(address).text
    office.programme.given_person("stranger", "pilot", "owner")
    said = {"step": "revoke", "reason": "撤回", "understood": "true"}
    for name, status in (("agent", 403), ("clerk", 403), ("stranger", 404)):
        visitor = office.signed_in(name)
        assert visitor.get(f"{address}/mandate").status_code == status, name
        assert visitor.post(f"{address}/mandate", said).status_code == status, name
    assert office.programme.project["mandate_revoked_at"] is None


def test_who_applied_itself_has_no_mandate_page(office: Office) -> None:
    office.programme.given_application()
    address = f"/my/projects/{office.programme.project_id}"
    owner = office.signed_in("owner")
    assert "撤回委托" not in owner.get(address).text
    assert owner.get(f"{address}/mandate").status_code == 404


def test_a_mandate_over_the_api(api: Callers) -> None:  # noqa: F811
    given_delegated(api.office.programme, "2026-12-31")
    address = f"/projects/{api.office.programme.project_id}/mandate"
    for name, status in (("agent", 403), ("clerk", 403), ("auditor", 403)):
        assert api[name].post(f"{address}/revoke", {"reason": "撤回"}).status_code == status, name
        assert api[name].post(f"{address}/renew", {"until": "2027-01-31"}).status_code == status, name
    assert api["owner"].post(f"{address}/renew", {"until": "2026-11-01"}).status_code == 422
    assert api["owner"].post(f"{address}/renew", {"until": "2027-01-31"}).status_code == 200
    assert api.office.programme.project["mandate_until"] == date(2027, 1, 31)
    assert api["owner"].post(f"{address}/revoke", {"reason": "改由本单位办理"}).status_code == 200
    again = api["owner"].post(f"{address}/revoke", {"reason": "再次撤回"})
    assert (again.status_code, again.get_json()["code"]) == (422, "mandate_revoked")


def test_what_the_agent_does_is_shown_as_the_agents(office: Office) -> None:
    """The owner sees 由代理方办理 and may still act; once the mandate is gone, it waits for the owner."""
    given_delegated(office.programme, "2026-12-31")
    wanting = checklist(failed={16: "缺样地编号规则"})
    office.programme.hand_in(
        "review_application", "clerk", action="incomplete", checklist=wanting, review_opinion="请补齐。"
    )
    task = office.programme.task("correct_application")
    project = f"/my/projects/{office.programme.project_id}"
    for name, words, others in (("owner", "由代理方办理", "待您补正"), ("agent", "待您补正", "由代理方办理")):
        visitor = office.signed_in(name)
        page = visitor.get(project).text
        assert (words in page, others in page) == (True, False), name
        assert f'href="/tasks/{task.id}"' in page
        assert ("由代理方办理" in visitor.get("/inbox").text) == (name == "owner"), name
        assert ("由代理方办理" in visitor.get("/my").text) == (name == "owner"), name
        assert ("待您办理" in visitor.get("/my").text) == (name == "agent"), name
    office.programme.do("owner", RevokeMandate(office.programme.project_id, "改由本单位办理"))
    owner = office.signed_in("owner")
    assert "待您补正" in owner.get(project).text
    assert "由代理方办理" not in owner.get("/inbox").text
    assert "待您办理" in owner.get("/my").text
