"""The registers of projects, notices and methodologies as tables: a page and a CSV file each.

What is behind a line has an address of its own; these lists lead there. It must never know how a page or a
file is drawn.
"""

from __future__ import annotations

from typing import Any

from workflow_app.kernel.clock import SHANGHAI
from workflow_app.queries import public_notices, public_programme, public_register
from workflow_app.queries.reading import Reading
from workflow_app.web import offers, paging
from workflow_app.web.addresses import address_of
from workflow_app.web.ledger_columns import Column, Table
from workflow_app.web.texts import _
from workflow_app.web.words import field_name


def projects() -> Table:
    """Return the register of projects."""
    counties = offers.labels().get("counties", {})
    return Table(
        _("项目"),
        _("还没有登记过项目"),
        (
            Column(_("项目编号"), lambda row: row.number, "mono", lambda row: f"/projects/{row.number}"),
            Column(_("项目"), lambda row: row.name),
            Column(_("业主"), lambda row: row.owner),
            Column(_("县（市、区）"), lambda row: counties.get(row.division, row.division)),
            Column(_("领域"), lambda row: field_name(row.field)),
            Column(
                _("方法学"),
                lambda row: row.methodology_code,
                "",
                lambda row: f"/methodologies/{row.methodology_code}",
            ),
            Column(_("已签发（t）"), lambda row: row.issued, "num"),
            Column(_("登记日期"), lambda row: row.registered_at.astimezone(SHANGHAI).date(), "day"),
        ),
        lambda reading, after, size: _listed(public_register.projects(reading, after=after, size=size)),
    )


def notices() -> Table:
    """Return the register of public notices."""
    return Table(
        _("公示"),
        _("还没有公示"),
        (
            Column(
                _("公示编号"),
                lambda row: row.number or "—",
                "",
                lambda row: address_of("public_notices.notice", notice_id=row.id),
            ),
            Column(_("标题"), lambda row: row.title),
            Column(_("项目业主"), lambda row: row.owner),
            Column(_("公示机构"), lambda row: row.publisher),
            Column(_("数量（t）"), lambda row: row.tonnes, "num"),
            Column(_("发布日期"), lambda row: row.published_at.astimezone(SHANGHAI).date(), "day"),
            Column(_("截止"), lambda row: row.closes_at),
            Column(_("结果"), _result),
        ),
        _notices,
    )


def methodologies() -> Table:
    """Return the register of methodologies."""
    return Table(
        _("方法学"),
        _("还没有公布方法学"),
        (
            Column(_("编号"), lambda row: row.code, "mono", lambda row: f"/methodologies/{row.code}"),
            Column(_("名称"), lambda row: row.name + (_("（演示）") if row.demo else "")),
            Column(_("类别"), lambda row: row.kind.upper()),
            Column(_("领域"), lambda row: field_name(row.field)),
            Column(_("文号"), lambda row: row.document),
            Column(_("公布日期"), lambda row: row.published_on, "day"),
            Column(_("已登记项目"), lambda row: row.projects, "num"),
        ),
        lambda reading, _after, _size: (list(public_programme.methodologies(reading)), ""),
    )


def _notices(reading: Reading, after: str, size: int) -> tuple[list[Any], str]:
    found, more = public_notices.notices(reading, after=paging.read(after), size=size)
    return list(found), paging.written(more) if more else ""


def _listed(found: tuple[tuple[Any, ...], str]) -> tuple[list[Any], str]:
    return list(found[0]), found[1]


def _result(row: Any) -> str:
    if row.state == "open":
        return _("公示中")
    return {
        "unopposed": _("无异议"),
        "dismissed": _("异议不成立"),
        "upheld_fixable": _("异议成立，修改后再公示"),
        "upheld_fatal": _("异议成立，不予通过"),
    }.get(row.outcome or "", _("已终止") if row.state == "terminated" else _("异议处理中"))
