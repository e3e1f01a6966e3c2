"""The public ledger, verification and the feed: what anybody may see, and what nobody may."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.scenarios.conftest import issued, issued_once  # noqa: F401  # a project with its units
from tests.scenarios.market import Market
from tests.scenarios.programme import Programme
from tests.scenarios.units import given_buyer, sold, when_cancelled
from tests.web.conftest import Office
from workflow_app.adapters import signed_pdf
from workflow_app.commands.unit_requests import ReissueCertificate
from workflow_app.queries import public_blocks
from workflow_app.queries.reading import Reading
from workflow_app.store import tables
from workflow_app.web import csv_file
from workflow_app.web.app import create_app

ATOM = "{http://www.w3.org/2005/Atom}"
P1 = "JX-JCER-01-00001"
PERSON = "张三丰"


def given_sales(market: Market) -> Office:
    """乙 has 2,000 of a listing, a person 100; 乙 cancelled 2,000 and holds a certificate."""
    market.given_person(PERSON, "9000.00")
    order = market.offered("listing", 2_100, "45.00")
    market.takes("乙", order, 2_000)
    market.takes(PERSON, order, 100)
    return Office(market.programme, create_app(market.programme.app))


@pytest.fixture
def issued_office(issued: Programme) -> Office:  # noqa: F811
    """A buyer cancelled 600 tonnes and the department issued the certificate."""
    buyer = given_buyer(issued, "cement")
    sold(issued, buyer, 600)
    case_id = when_cancelled(issued, "cement", buyer, 600)
    issued.hand_in("issue_by_department", "leader", case_id=case_id)
    return Office(issued, create_app(issued.app))


def downloaded(office: Office, name: str) -> list[list[str]]:
    answer = office.visitor().get(f"/register/{name}.csv")
    assert answer.data.startswith(csv_file.MARK)
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_one_unit_is_found_with_its_state_and_its_way(market: Market) -> None:
    office = given_sales(market)
    page = office.visitor().get(f"/register?q={P1}&unit=1500")
    assert page.status_code == 200
    assert f"{P1}-01-2021-000000001-000002000-7" in page.text
    way = page.text.split('id="way-title"', 1)[1]
    assert way.index("登记签发") < way.index("挂单冻结") < way.index("转让成交")


def test_a_serial_is_mistyped_or_never_existed_or_found(market: Market) -> None:
    office = given_sales(market)
    whole = f"{P1}-01-2021-000000001-000002000-"
    assert "买方持有" in office.visitor().get(f"/register?q={whole}7").text
    mistyped = office.visitor().get(f"/register?q={whole}8")
    assert "末位校验字符" in mistyped.text
    for never in (f"{P1}&unit=44101", f"{P1}-01-2022-000000001-000000009", "JX-JCER-02-00009"):
        answer = office.visitor().get(f"/register?q={never}")
        assert answer.status_code == 404, never
        assert "没有签发过这样的序列号" in answer.text


def test_a_person_stands_masked_and_is_found_under_no_name(market: Market) -> None:
    office = given_sales(market)
    people = market.programme.app.store
    with people.engine.connect() as connection:
        query = tables.user_account.select().where(
            tables.user_account.c.id == market.programme.people[PERSON]
        )
        name = connection.execute(query).one().name
    pages = [office.visitor().get(path).text for path in ("/register/trades", "/register/serials")]
    pages += [
        str(downloaded(office, table)) for table in ("trades", "serials", "batches", "projects", "notices")
    ]
    for text in pages:
        assert name not in text.split("<main", 1)[-1]
    assert f"{name[0]}*" in pages[0]
    answer = office.visitor().get(f"/register?q={name}").text.split("<main", 1)[1]
    assert "自然人不能按姓名查询" in answer


def test_projects_notices_and_methodologies_stand_as_tables_with_their_addresses(market: Market) -> None:
    office = given_sales(market)
    leads = {"projects": f"/projects/{P1}", "notices": "/notices/", "methodologies": "/methodologies/"}
    for name, address in leads.items():
        page = office.visitor().get(f"/register/{name}")
        assert page.status_code == 200, name
        assert f'href="{address}' in page.text, name
    (head, *projects) = downloaded(office, "projects")
    assert [row[head.index("项目编号")] for row in projects] == [P1]
    assert [row[head.index("已签发（t）")] for row in projects] == ["44100"]
    (head, *notices) = downloaded(office, "notices")
    assert {row[head.index("结果")] for row in notices} == {"无异议"}
    (head, *methods) = downloaded(office, "methodologies")
    assert any("演示" in row[head.index("名称")] for row in methods)


def test_the_files_say_what_the_book_says_and_are_kept_by_their_tag(market: Market) -> None:
    office = given_sales(market)
    (head, *serials) = downloaded(office, "serials")
    assert sum(int(row[head.index("数量（t）")]) for row in serials) == 44_100
    (head, batch) = downloaded(office, "batches")
    assert batch[head.index("签发量（t）")] == "44100"
    assert sum(int(batch[head.index(one)]) for one in ("业主可用", "冻结", "买方持有", "已注销")) == 44_100
    (head, *trades) = downloaded(office, "trades")
    assert [row[head.index("金额（元）")] for row in trades] == ["4500.00", "90000.00"]
    first = office.visitor().get("/register/trades.csv")
    again = {"If-None-Match": first.headers["ETag"]}
    assert office.visitor().get("/register/trades.csv", headers=again).status_code == 304
    assert office.visitor().get("/register/nothing.csv").status_code == 404


def test_a_spreadsheet_takes_no_cell_for_a_formula() -> None:
    (_head, line) = csv_file.lines(["a"], [["=1+1", "@x", "-1", "林场", 5]])
    assert line == "'=1+1,'@x,'-1,林场,5\r\n".encode()


def test_a_certificate_answers_with_its_live_state(issued_office: Office) -> None:
    visitor = issued_office.visitor()
    (row,) = certificates_of(issued_office)
    page = visitor.get(f"/verify/{row.code.lower()}")
    assert page.status_code == 200
    for said in ("凭证有效", "600 tCO₂e", row.number, *row.serials):
        assert said in page.text
    asked = visitor.get(f"/verify?code={row.code[:4]}-{row.code[4:]}")
    assert asked.headers["Location"].endswith(f"/verify/{row.code}")
    by_number = visitor.get(f"/register/certificates/{row.number}")
    assert "凭证有效" in by_number.text
    assert row.code not in by_number.text
    assert row.number in visitor.get("/register/cancellations").text


def test_a_void_certificate_stands_beside_the_one_in_its_place(issued_office: Office) -> None:
    (old,) = certificates_of(issued_office)
    issued_office.programme.do("leader", ReissueCertificate(old.id, "受益主体名称有误"), "again")
    (new,) = (row for row in certificates_of(issued_office) if row.state == "valid")
    (head, line) = downloaded(issued_office, "cancellations")
    assert line[head.index("凭证编号")] == new.number
    assert line[head.index("已作废凭证")] == old.number
    assert "凭证已作废" in issued_office.visitor().get(f"/register/certificates/{old.number}").text


@pytest.mark.parametrize("rows", [1, 2, 3, 500])
def test_neighbours_are_one_line_whatever_a_page_holds(
    issued: Programme,  # noqa: F811
    rows: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    buyer, other = given_buyer(issued, "cement"), given_buyer(issued, "steel")
    for account, tonnes in ((other, 50), (buyer, 600), (buyer, 400), (buyer, 30)):
        sold(issued, account, tonnes)
    monkeypatch.setattr(public_blocks, "ROWS", rows)
    seen: list[tuple[int, int]] = []
    after: tuple[str, int] | None = None
    store = issued.app.store
    with closing(Reading(store.engine, store.vault, store.clock.now)) as opened:
        while True:
            blocks, after = public_blocks.all_blocks(opened, after)
            seen += [(block.first, block.last) for block in blocks]
            if after is None:
                break
    if rows > 2:  # the three neighbours lie on one page, though the first page ends among them
        assert seen[:2] == [(1, 50), (51, 1080)]
    covered = [unit for first, last in seen for unit in (first, last)]
    assert covered[0] == 1
    assert all(last + 1 == first for last, first in zip(covered[1:-1:2], covered[2::2], strict=True))


def test_a_wrong_code_is_told_and_codes_are_not_tried_out(issued_office: Office) -> None:
    visitor = issued_office.visitor()
    (row,) = certificates_of(issued_office)
    wrong = visitor.get(f"/verify/{row.code[:-1]}{'2' if row.code[-1] != '2' else '3'}")
    assert (wrong.status_code, "查验码有误" in wrong.text) == (422, True)
    never = visitor.get("/verify/222222222222")
    assert never.status_code in {404, 422}
    statuses = [visitor.get("/verify/222222222222").status_code for _ in range(25)]
    assert statuses[-1] == 429


def test_the_published_key_is_the_one_papers_are_signed_with(issued_office: Office) -> None:
    text = issued_office.visitor().get("/verify/key").text
    own = signed_pdf.own_key(issued_office.programme.app.config.master_key).public_key()
    assert signed_pdf.key_id(signed_pdf.read_public(text)) == signed_pdf.key_id(own)


def test_the_feed_is_atom_and_its_ids_stay(market: Market) -> None:
    office = Office(market.programme, create_app(market.programme.app))
    for path in ("/notices.atom", f"/projects/{P1}/notices.atom"):
        answer = office.visitor().get(path)
        assert answer.mimetype == "application/atom+xml"
        feed = ET.fromstring(answer.data)  # noqa: S314 - our own
        for needed in ("id", "title", "updated"):
            assert feed.findtext(ATOM + needed)
        entries = feed.findall(ATOM + "entry")
        assert entries
        for entry in entries:
            assert (entry.findtext(ATOM + "id") or "").startswith("urn:uuid:")
            assert (entry.findtext(ATOM + "updated") or "").endswith("Z")
            assert entry.find(ATOM + "link").get("href")  # type: ignore[union-attr]
        tag = {"If-None-Match": answer.headers["ETag"]}
        assert office.visitor().get(path, headers=tag).status_code == 304
    assert 'href="/notices.atom"' in office.visitor().get("/notices").text
    assert office.visitor().get("/projects/JX-JCER-01-09999/notices.atom").status_code == 404


def certificates_of(office: Office) -> list[Any]:
    with office.programme.app.store.engine.connect() as connection:
        return list(connection.execute(tables.certificate.select()))
