"""成交确认书: every trade of the market is confirmed in writing to both its parties (附件二（二）)."""

from __future__ import annotations

from tests.scenarios.market import Market
from tests.scenarios.papers import deliveries, issued, said
from workflow_app.commands.documents import keep_waiting
from workflow_app.commands.requests import OpenDocument


def test_each_trade_is_confirmed_to_both_its_parties(market_on_both: Market) -> None:
    market = market_on_both
    programme = market.programme
    listing = market.offered("listing", 3_000, "45.00")
    done = market.takes("乙", listing, 2_000).values

    (paper,) = issued(programme, "trade_confirmation")
    assert paper.number == done["confirmation_number"] == "赣碳成〔2025〕1号"
    assert paper.subject_id == done["trade_id"]
    assert said(paper, "转让方") == f"演示owner（{market.numbers['owner']}）"
    assert said(paper, "受让方") == "婺源演示景区"
    assert said(paper, "单价") == "45.00元／吨"
    assert str(said(paper, "转让方式")).startswith("挂牌定价转让（GP-2025-")
    assert said(paper, "成交金额") == "90,000.00元（大写：玖万元整）"
    assert [row[2] for row in paper.data["blocks"]] == done["serials"]
    assert [row[:2] for row in paper.data["blocks"]] == [["2021", "2,000"]]
    assert (paper.data["issuer"], paper.data["recipient"]) == ("演示exchange", "交易双方")
    organisations = programme.organisations
    assert deliveries(programme, paper.id) == {
        ("in_app", f"role:owner:{organisations['owner']}", "placed"),
        ("in_app", f"role:buyer:{organisations['乙']}", "placed"),
    }
    assert programme.do("乙", OpenDocument(paper.id)).values["opened"] is True
    assert programme.do("甲", OpenDocument(paper.id)).values["opened"] is False


def test_agreements_and_auctions_are_confirmed_block_by_block(market: Market) -> None:
    market.takes("乙", market.offered("listing", 2_000, "45.00"), 2_000)
    market.reviewed(market.agreed("甲", 10_000, "38.50"))
    auction = market.offered("auction", 5_000, "40.00")
    market.bids("丙", auction, 5_000, "41.20")
    market.bidding_closes(auction)

    papers = issued(market.programme, "trade_confirmation")
    assert [paper.number for paper in papers] == [f"赣碳成〔2025〕{n}号" for n in (1, 2, 3)]
    modes = [str(said(paper, "转让方式")).partition("（")[0] for paper in papers]
    assert modes == ["挂牌定价转让", "协议交易", "竞价"]
    assert [row[:2] for row in papers[2].data["blocks"]] == [["2021", "2,500"], ["2022", "2,500"]]
    assert keep_waiting(market.programme.app.executor, 40) >= len(papers)


def test_a_natural_buyer_is_named_in_the_file_and_nowhere_else(market: Market) -> None:
    """R40; 个人信息保护法第六条: the frozen data holds ciphertext."""
    market.given_person("丁", "1000")
    market.takes("丁", market.offered("listing", 10, "45.00"), 10)

    (paper,) = issued(market.programme, "trade_confirmation")
    assert "演示丁" not in str(paper.data)
    with market.programme.app.store.reading() as uow:
        opened = dict(uow.personal.open_all(dict(paper.data))["facts"])
    assert opened["受让方"] == "演示丁"
    assert ("in_app", f"user:{market.programme.people['丁']}", "placed") in deliveries(
        market.programme, paper.id
    )
