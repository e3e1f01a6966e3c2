"""What the exchange answers for, over HTTP: alerts, daily lists and their differences, money, qualification.

R19, R45; docs/domain.md §5. Reporting and reconciling themselves are in ``trading``.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Final, cast

from flask import request
from marshmallow import fields

from workflow_app.commands.market.requests import EnterQualification, SettleDifference
from workflow_app.commands.unit_requests import KeepPaper
from workflow_app.domain.trading.alerts import AlertState
from workflow_app.domain.trading.reports import Remedy
from workflow_app.kernel.errors import InvalidForm, NotFound
from workflow_app.queries import cash, issued_certificates, qualifications, trade_alerts, trade_reports
from workflow_app.queries.accounts import READERS
from workflow_app.queries.cash import CashLine
from workflow_app.queries.issued_certificates import Issued
from workflow_app.queries.qualifications import Exchange
from workflow_app.queries.trade_alerts import Alert
from workflow_app.queries.trade_reports import Difference, Refusal, ReportDay
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, members, named, shape
from workflow_app.web.api.wire import Choice, Day, Taken, Text
from workflow_app.web.desk import reading, require, today
from workflow_app.web.pages import registry_papers

section = Section("exchange", "交易机构与凭证")
LONGEST_LINE: Final = 9
"""Digits of a line's number."""

ALERT: Final = shape(Alert, name="TradeAlert")
DAY: Final = shape(ReportDay)
WHOLE_DAY: Final = named(
    "WholeReportDay", {**members(DAY), "found": many(shape(Difference, name="TradeDifference"))}
)
SETTLED = named(
    "DifferenceSettled",
    {"report_id": fields.String(), "line": fields.Integer(), "remedy": fields.String()},
)
QUALIFIED = named(
    "QualificationEntered",
    {
        "qualification_id": fields.String(),
        "organisation_id": fields.String(),
        "qualified_until": fields.String(),
    },
)

PAPER = named(
    "PaperKept", {"paper_id": fields.String(), "filename": fields.String(), "size": fields.Integer()}
)
UPLOAD: Final = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary", "description": "PDF 或者图片"}},
}


class AlertsSought(Taken):
    """Which alerts."""

    state = Choice("", *(state.value for state in AlertState), load_default="")
    after = Text(32, load_default="")


class After(Taken):
    """Where the last page ended."""

    after = Text(32, load_default="")


class CashSought(Taken):
    """Which entries."""

    state = Choice("", *cash.STATES, load_default="")
    after = Text(32, load_default="")


class CertificatesSought(Taken):
    """Which certificates."""

    q = Text(100, load_default="")
    state = Choice("", "valid", "void", load_default="")
    after = Text(32, load_default="")


class Settling(Taken):
    """How, and what was done."""

    remedy = Choice(*(remedy.value for remedy in Remedy), required=True)
    note = Text(1000, required=True)


class Qualifying(Taken):
    """Of which exchange, on which paper, how long."""

    organisation_id = Text(32, required=True)
    number = Text(100, required=True)
    issuer = Text(100, required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)
    note = Text(1000, load_default="")


@section.read("/trade-alerts", listing(ALERT), query=AlertsSought)
def alerts(query: dict[str, str]) -> dict[str, Any]:
    """异常交易提示，新的在前"""
    require(*READERS)
    found, after = trade_alerts.alerts(reading(), state=query["state"], after=query["after"])
    return {"items": found, "next": after or None}


@section.read("/trade-alerts/<alert_id>", ALERT)
def alert(alert_id: str) -> Any:
    """一条异常交易提示，及其依据"""
    require(*READERS)
    found = trade_alerts.alert_of(reading(), alert_id)
    if found is None:
        raise NotFound("no_such_alert", "没有这条异常交易提示，或者您无权查看")
    return found


@section.read("/exchange/reconciliations", listing(DAY), query=After)
def days(query: dict[str, str]) -> dict[str, Any]:
    """日终清单，后收到的在前；每日以最后一份为准"""
    require(*READERS)
    found, after = trade_reports.days(reading(), after=query["after"])
    return {"items": found, "next": after or None}


@section.read("/exchange/reconciliations/<report_id>", WHOLE_DAY)
def day(report_id: str) -> dict[str, Any]:
    """一份日终清单，及其与台账的差异"""
    require(*READERS)
    found = trade_reports.day_of(reading(), report_id)
    if found is None:
        raise NotFound("no_such_report", "没有这份清单，或者您无权查看")
    told = {name: getattr(found, name) for name in members(DAY)}
    return told | {"found": trade_reports.differences_of(reading(), report_id)}


@section.write("/exchange/reconciliations/<report_id>/differences/<line>", SETTLED, body=Settling)
def settle(body: dict[str, str], report_id: str, line: str) -> Any:
    """记录一条对账差异的处理（复核，非报送本人）"""
    number = int(line) if line.isascii() and line.isdigit() and len(line) <= LONGEST_LINE else 0
    return act(SettleDifference(report_id, number, body["remedy"], body["note"])).values


@section.read("/exchange/refusals", listing(shape(Refusal, name="ReportRefusal")), query=After)
def refusals(query: dict[str, str]) -> dict[str, Any]:
    """被退回的报送，新的在前"""
    require(*READERS)
    found, after = trade_reports.refusals(reading(), after=query["after"], size=50)
    return {"items": found, "next": after or None}


@section.read("/cash-entries", listing(shape(CashLine)), query=CashSought)
def cash_entries(query: dict[str, str]) -> dict[str, Any]:
    """全部出入金登记，新的在前"""
    require(*READERS)
    found, after = cash.entries(reading(), state=query["state"], after=query["after"])
    return {"items": found, "next": after or None}


@section.read("/exchange/qualifications", listing(shape(Exchange, name="QualifiedExchange")))
def exchanges() -> dict[str, Any]:
    """交易机构及其交易资质"""
    require(*READERS)
    return {"items": qualifications.exchanges(reading(), today()), "next": None}


@section.write("/exchange/qualifications", QUALIFIED, body=Qualifying, status=201)
def qualify(body: dict[str, Any]) -> Any:
    """登记交易资质文件（省厅领导）"""
    return act(EnterQualification(**body)).values


@section.write("/registry-papers/<about>/<about_id>", PAPER, status=201, form=UPLOAD)
def keep_paper(about: str, about_id: str) -> Any:
    """附上指令、资质或者委托的文书扫描件（省厅领导）"""
    require("department_leader")
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidForm({"file": ["请选择文件"]})
    return act(KeepPaper(about, about_id, upload.filename, cast(BinaryIO, upload.stream))).values


@section.read("/registry-papers/<paper_id>", media_type="application/octet-stream")
def paper(paper_id: str) -> Any:
    """下载文书扫描件"""
    return registry_papers.download(paper_id)


@section.read(
    "/issued-certificates", listing(shape(Issued, name="IssuedCertificate")), query=CertificatesSought
)
def certificates(query: dict[str, str]) -> dict[str, Any]:
    """已出具的注销凭证，新的在前；受托机构只见自己出具的"""
    found = require(*READERS, "certificate_delegate")
    own = None if found.holds(*READERS) else tuple(found.viewer.organisations("certificate_delegate"))
    listed, after = issued_certificates.certificates(
        reading(), state=query["state"], text=query["q"], issuer_orgs=own, after=query["after"]
    )
    return {"items": listed, "next": after or None}
