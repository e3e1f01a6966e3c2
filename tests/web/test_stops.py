"""中止 and 恢复 from a case's page: asked with reason and notice, refused to whoever may not."""

from __future__ import annotations

from tests.web.conftest import Office


def test_a_clerk_stops_a_limit_and_lets_it_run_on(office: Office) -> None:
    office.programme.given_application()
    limit = office.programme.limit("formal_review")
    clerk = office.signed_in("clerk")
    address = f"/cases/{limit.case_id}/limits/{limit.id}/stop"
    assert address in clerk.get(f"/cases/{limit.case_id}").text

    refused = clerk.post(address, {"step": "stop", "reason": "等待回函", "notice_no": " "})
    assert refused.status_code == 422
    assert "请填写书面通知文号" in refused.text
    assert "等待回函" in refused.text

    said = {"step": "stop", "reason": "等待登记机构回函", "notice_no": "赣环函〔2026〕1号"}
    assert clerk.post(address, said).status_code == 302
    assert office.programme.limit("formal_review").state == "suspended"
    page = clerk.get(f"/cases/{limit.case_id}").text
    assert "赣环函〔2026〕1号" in page
    assert "恢复计时" in page
    assert "尚余 5 天" in clerk.get("/inbox").text

    again = clerk.post(address, said)
    assert again.status_code == 409
    assert "该期限未在计算中" in again.text

    resumed = {"step": "resume", "reason": "已回函", "notice_no": "赣环函〔2026〕2号"}
    assert clerk.post(address, resumed).status_code == 302
    assert office.programme.limit("formal_review").state == "open"


def test_an_applicant_cannot_stop_a_limit(office: Office) -> None:
    office.programme.given_application()
    limit = office.programme.limit("formal_review")
    owner = office.signed_in("owner")
    address = f"/cases/{limit.case_id}/limits/{limit.id}/stop"
    assert owner.get(address).status_code == 403
    assert owner.post(address, {"step": "stop", "reason": "等", "notice_no": "一号"}).status_code == 403
    assert office.programme.limit("formal_review").state == "open"
