"""From a registered project to a certificate anybody can check: the steps of the registry's journey in pages.

附件一（二）, 附件二. Who acts and what they type; what a page must then say. The buyer is a natural person
on a phone (R40).
"""

from __future__ import annotations

import json

import pytest

from tests.browser.walk import Walk
from tests.support.calculation import forest_rows
from workflow_app.adapters import signed_pdf

TONNES = 14_800
VINTAGES = [{"year": 2024, "tonnes": TONNES}]
EXPERTS = ("expert_one", "expert_two", "expert_three")
IDENTITY = "360101199001010011"
SOLD = 5
PRICE = "45.00"
RESTORATION = {
    "cancel_tonnes": SOLD,
    "cancellation_purpose": "substitute_restoration",
    "restoration_reference": "（2026）赣0102民初演示5号",
    "restoration_authority": "南昌市东湖区演示人民法院",
    "restoration_obligor": "丁演示",
    "restoration_document": ["r1"],
}


def apply_for_the_first_batch(walk: Walk) -> None:
    """Accepted, the owner hands forms 3 and 4 and the monitoring report in, on a phone."""
    page = walk.open("owner", f"/my/projects/{walk.programme.project_id}")
    page.click(".btn-block")
    page.wait_for_url("**/tasks/*")
    walk.look(page)
    worked_out_by_the_system = dict.fromkeys(
        ("calculation_kind", "baseline_total", "project_total", "leakage_total", "emission_reductions")
    )
    rows = forest_rows("14800.73")
    walk.hand_in("owner", "apply_issuance", calculation_parameters=rows, **worked_out_by_the_system)


def judge_both(walk: Walk) -> None:
    """The clerk finds the forms complete; the experts judge every parameter; one opinion on both."""
    walk.does("clerk", "形式审查", "review_issuance")
    walk.does("clerk", "组建专家组", "convene_panel")
    agreed = [{"verdict": "accept"} for _row in forest_rows("1")]
    for expert in EXPERTS:
        walk.does(expert, "专家独立评审", "review_by_expert", parameter_verdicts=agreed)
    walk.does("clerk", "召开评估会", "hold_meeting")
    walk.does("expert_one", "出具专家组意见", "give_opinion", accepted_tonnes=TONNES)


def mint(walk: Walk) -> None:
    """Maker and checker register the units: a serial from 1 to 14,800."""
    walk.does("maker", "办理减排量登记", "prepare_minting", mint_tonnes=TONNES, mint_vintages=VINTAGES)
    walk.does("checker", "复核减排量登记", "verify_minting")
    assert walk.programme.units() == (1, TONNES)


def open_an_account(walk: Walk) -> None:
    """丁 applies on a phone; the exchange verifies the identity code, a second person opens the account."""
    page = walk.open("ding", "/my/accounts")
    page.click("main a[href='/accounts/apply'] >> nth=0")
    page.wait_for_url("**/accounts/apply")
    walk.look(page)
    page.locator("label", has=page.locator("input[value=natural_person]")).click()
    page.select_option("#holder", walk.programme.people["ding"])
    page.fill("#identity_code", IDENTITY)
    page.click("text=提交申请")
    page.wait_for_selector("text=开户申请已提交")
    walk.look(page)
    assert IDENTITY not in page.content()
    account = page.url.split("/accounts/")[1].split("?")[0]
    page = walk.open("maker", f"/accounts/{account}")
    page.fill("#identity_code", IDENTITY)
    page.click(f'form[action="/accounts/{account}/verify"] button[type=submit]')
    page.wait_for_selector("text=已核验，待复核开立")
    walk.look(page)
    page = walk.open("checker", f"/accounts/{account}")
    page.click('button[name=decision][value="approve"]')
    page.wait_for_selector("text=账户已开立")
    walk.look(page)
    pay_in(walk, account, "300.00")


def pay_in(walk: Walk, account: str, yuan: str) -> None:
    """Money that reached the exchange: one person enters it, another posts it."""
    page = walk.open("maker", f"/accounts/{account}")
    form = page.locator(f'form[action="/accounts/{account}/cash"]')
    form.locator("[name=kind]").select_option("deposit")
    form.locator("[name=amount]").fill(yuan)
    form.locator("[name=reference]").fill("银行回单-0001")
    form.locator("button[type=submit]").click()
    page.wait_for_selector("text=已登记，待复核入账")
    walk.look(page)
    page = walk.open("checker", f"/accounts/{account}")
    page.locator(f'form[action^="/accounts/{account}/cash/"] button[value="approve"]').click()
    page.wait_for_selector("text=已入账")
    walk.look(page)


def offer(walk: Walk) -> None:
    """The owner lists a hundred tonnes from what it holds."""
    page = walk.open("owner", "/my/holdings")
    assert "14,800" in page.inner_text("main")
    page.click("main button[name=mode][value=listing]")
    page.wait_for_url("**/tasks/*")
    walk.look(page)
    walk.hand_in("owner", "offer_units", offer_tonnes=100, offer_price=PRICE)
    walk.open("owner", "/my/trading")


def buy(walk: Walk) -> None:
    """丁 finds the listing in the market and buys five tonnes; units and money change hands at once."""
    page = walk.open("ding", "/market")
    page.click("main table a >> nth=0")
    page.wait_for_url("**/market/*")
    walk.look(page)
    page.fill("#quantity", str(SOLD))
    page.click("text=下一步：核对金额")
    page.wait_for_selector("text=应付 225.00 元")
    walk.look(page)
    page.click("text=确定购买")
    page.wait_for_selector("text=成交")
    walk.look(page)
    held = walk.open("ding", "/my/holdings")
    assert "不得二次转让" in held.inner_text("main")
    assert "JX-JCER-01-00001-01-2024-000000001-000000005-" in held.inner_text("main")
    assert held.locator("main button[name=mode]").count() == 0


def cancel(walk: Walk) -> None:
    """丁 cancels them for a court's substitute restoration; the exchange verifies; they are gone for good."""
    page = walk.open("ding", "/my/holdings")
    page.click("main a[href^='/my/cancellations/new']")
    page.wait_for_url("**/my/cancellations/new*")
    walk.look(page)
    page.locator("main input[name=units]").first.check()
    page.click("text=填写注销申请")
    page.wait_for_url("**/tasks/*")
    walk.look(page)
    walk.hand_in("ding", "apply_cancellation", **RESTORATION)
    walk.does("checker", "核验注销申请", "verify_cancellation")


def certify(walk: Walk) -> str:
    """The department issues the certificate; 丁 sees it; returns its code."""
    walk.does("leader", "出具凭证", "issue_by_department")
    page = walk.open("ding", "/my/cancellations?view=certificates")
    code = page.locator("main a[href^='/verify/']")
    return str(code.get_attribute("href")).removeprefix("/verify/")


def check_the_paper(walk: Walk, code: str) -> None:
    """丁 downloads the certificate: it is signed, whole, and says the code; one flipped byte is found out."""
    page = walk.person("ding")
    with page.expect_download() as waiting:
        page.click("main a[download]")
    content = waiting.value.path().read_bytes()
    public = signed_pdf.own_key(walk.programme.app.config.master_key).public_key()
    keys = {signed_pdf.key_id(public): public}
    assert signed_pdf.check(content, keys)
    spoilt = bytearray(content)
    spoilt[len(spoilt) // 2] ^= 1
    with pytest.raises(signed_pdf.NotSigned):
        signed_pdf.check(bytes(spoilt), keys)


def ask_the_register(walk: Walk, code: str) -> None:
    """Anybody, not signed in, types the code: it stands, for five tonnes; the person is masked.

    What the square code of the paper leads to is the same page, and the API says the same.
    """
    page = walk.open("public", "/verify")
    page.fill("[name=code]", code)
    page.get_by_role("button", name="核验").click()
    page.wait_for_url(f"**/verify/{code}")
    walk.look(page)
    said = page.inner_text("main")
    assert "有效" in said
    assert f"{SOLD} tCO₂e" in said
    assert "丁*" in said
    assert "丁演示" not in page.content()
    told = page.request.get(f"{walk.site.base}/api/v1/certificates/{code}").json()
    assert (told["state"], told["quantity"]) == ("valid", SOLD)
    assert "丁演示" not in json.dumps(told, ensure_ascii=False)
    walk.open("public", "/register/cancellations")
