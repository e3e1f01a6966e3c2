"""Pilots, deliveries and complaints in a real Chromium: wide and on a phone, axe at zero."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import ViewportSize

from tests.browser.conftest import Site
from tests.scenarios.papers import issued
from tests.scenarios.units import rows
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow
from workflow_app.commands.pilot_requests import CommentOnPilot, EnterActivity
from workflow_app.domain.pilot import Activity
from workflow_app.store import tables

SAID = "监测期内有采伐，请核查登记的减排量是否已经扣除。"


def evaluated(site: Site) -> str:
    """A pilot that was evaluated once; returns the address of its page."""
    programme = site.programme
    programme.given_filed_pilot()
    programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    programme.on("2026-11-12")
    held = Activity("training", "森林经营碳汇计量与监测培训", date(2026, 11, 10), "崇义县横水镇", 2, 86)
    programme.do("pilot", EnterActivity(programme.filing_id, held))
    programme.do("bureau_officer", CommentOnPilot(programme.filing_id, "请组建专家团队。"))
    programme.on("2027-11-09")
    case = str(rows(programme, tables.pilot_filing)[0]["evaluation_case_id"])
    programme.hand_in("draft_evaluation", "clerk", case_id=case)
    programme.hand_in("sign_evaluation", "leader", case_id=case)
    return f"/pilots/{programme.filing_id}"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1440", "390"])
def test_the_pages_of_a_pilot_hold(site: Site, viewport: ViewportSize) -> None:
    pilot = evaluated(site)
    (paper,) = issued(site.programme, "evaluation_report")
    shown = {
        "clerk": ("/pilots", pilot, f"{pilot}/evaluations/1", f"/documents/{paper.id}/deliveries"),
        "leader": (f"{pilot}/suspend", f"{pilot}/terminate"),
        "pilot": (f"{pilot}/mechanism", f"{pilot}/activities/new", f"{pilot}/mechanism/1"),
        "bureau_officer": (pilot, f"{pilot}/comments/new"),
    }
    for who, paths in shown.items():
        page = site.page(who, viewport=viewport)
        for path in paths:
            page.goto(site.base + path)
            page.wait_for_selector("body[data-ready]")
            assert axe_findings(page) == [], path
            assert overflow(page) == 0, path


def test_a_complaint_from_a_phone_gets_its_receipt(site: Site) -> None:
    programme = site.programme
    programme.given_released_notice()
    programme.when_published("2026-11-09")
    programme.on("2026-11-17")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    page = site.page(viewport=PHONE)
    page.goto(f"{site.base}/projects/{programme.project['number']}/complaints/new")
    page.wait_for_selector("body[data-ready]")
    page.fill("#name", "钟演示")
    page.click("text=提交投诉")
    page.wait_for_selector("[data-error-summary]")
    assert page.input_value("#name") == "钟演示"
    assert axe_findings(page) == []
    page.fill("#text", SAID)
    page.click("text=提交投诉")
    page.wait_for_url("**/complaints/TS-*")
    page.wait_for_selector("body[data-ready]")
    assert axe_findings(page) == []
    assert overflow(page) == 0
