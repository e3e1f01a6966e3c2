"""The tables of the public ledger: one definition makes a table's page and its CSV file.

docs/domain.md §5 (public ledger). It must never know how a page or a file is drawn.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from flask import g

from workflow_app.kernel.clock import SHANGHAI
from workflow_app.queries import public_blocks, public_ledger
from workflow_app.queries.reading import Reading
from workflow_app.web import register_tables
from workflow_app.web.addresses import address_of
from workflow_app.web.desk import desk
from workflow_app.web.ledger_columns import Column, Table
from workflow_app.web.texts import _
from workflow_app.web.words import moment

_DIGITS: Final = 11
PRICE_FLAG: Final = "public_trade_price"
"""Whether prices of trades are public (docs/domain.md §5); they are where the parameters do not say."""


def tables() -> dict[str, Table]:
    """Return the tables of the ledger by their names in addresses."""
    price = _price_public()
    project_url = lambda row: f"/projects/{row.project_number}"  # noqa: E731 - a column's own
    project = (
        Column(_("项目编号"), lambda row: row.project_number, "mono", project_url),
        Column(_("项目"), lambda row: row.project),
    )
    money = (
        Column(_("单价（元）"), lambda row: yuan(row.price_cents), "num"),
        Column(_("金额（元）"), lambda row: yuan(row.amount_cents), "num"),
    )
    return {
        "projects": register_tables.projects(),
        "batches": Table(
            _("签发批次"),
            _("还没有签发过减排量"),
            (
                *project,
                Column(_("期次"), lambda row: row.sequence, "num"),
                Column(_("减排量起止"), lambda row: f"{row.period_start} {_('至')} {row.period_end}"),
                Column(_("签发量（t）"), lambda row: row.issued, "num"),
                *(
                    Column(bucket_name(name), lambda row, name=name: row.parts.get(name, 0), "num")  # type: ignore[misc]
                    for name in (
                        "available",
                        "frozen",
                        "disputed",
                        "held",
                        "pending",
                        "cancelled",
                        "reversed",
                    )
                ),
                Column(_("登记日期"), lambda row: row.issued_at.astimezone(SHANGHAI).date(), "day"),
                Column(
                    _("核对"),
                    lambda row: (
                        (_("相符") if row.holds else _("不符，正在查明"))
                        + ("・" + _("有更正") if row.corrected else "")
                    ),
                ),
            ),
            public_ledger.batches,
        ),
        "serials": Table(
            _("序列号"),
            _("还没有签发过减排量"),
            (
                Column(
                    _("序列号"),
                    lambda row: row.serial,
                    "mono",
                    lambda row: address_of("public_ledger.page", q=row.serial),
                ),
                Column(_("项目"), lambda row: row.project, "", project_url),
                Column(_("年份"), lambda row: str(row.vintage), "num"),
                Column(_("数量（t）"), lambda row: row.quantity, "num"),
                Column(_("状态"), lambda row: bucket_name(row.bucket)),
                Column(_("持有人"), lambda row: row.holder),
            ),
            _serials,
        ),
        "notices": register_tables.notices(),
        "trades": Table(
            _("成交"),
            _("还没有成交"),
            (
                Column(_("成交日期"), lambda row: row.at.astimezone(SHANGHAI).date(), "day"),
                Column(_("成交编号"), lambda row: row.number),
                Column(_("方式"), lambda row: mode_name(row.mode)),
                *project,
                Column(_("转让方"), lambda row: row.seller),
                Column(_("受让方"), lambda row: row.buyer),
                Column(_("数量（t）"), lambda row: row.quantity, "num"),
                *(money if price else ()),
            ),
            public_ledger.trades,
        ),
        "cancellations": Table(
            _("注销与凭证"),
            _("还没有注销"),
            (
                Column(_("注销日期"), lambda row: row.at.astimezone(SHANGHAI).date(), "day"),
                *project,
                Column(_("数量（t）"), lambda row: row.quantity, "num"),
                Column(_("用途"), lambda row: row.purpose),
                Column(_("持有人"), lambda row: row.holder),
                Column(_("受益主体"), lambda row: row.beneficiary),
                Column(
                    _("凭证编号"),
                    lambda row: row.certificate or _("凭证待签发"),
                    "",
                    lambda row: (
                        address_of("verification.certificate", number=row.certificate)
                        if row.certificate
                        else ""
                    ),
                ),
                Column(_("已作废凭证"), lambda row: "、".join(row.voided) or "—"),
            ),
            public_ledger.cancellations,
        ),
        "methodologies": register_tables.methodologies(),
    }


def shown(column: Column, row: Any) -> str:
    """Return what stands in a cell of the page."""
    value = column.value(row)
    if isinstance(value, int):
        return f"{value:,}"
    return moment(value) if isinstance(value, datetime) else str(value if value is not None else "—")


def written(column: Column, row: Any) -> str | int:
    """Return what stands in a cell of the file."""
    value = column.value(row)
    if isinstance(value, int):
        return value
    if column.kind == "num":
        return str(value).replace(",", "")
    return moment(value) if isinstance(value, datetime) else str(value if value is not None else "")


def yuan(cents: int) -> str:
    """Return an amount of money as it is written."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def mode_name(mode: str) -> str:
    """Return the word for a way of transfer."""
    return {
        "listing": _("挂牌定价"),
        "negotiated": _("协议"),
        "auction": _("竞价"),
        "reported": _("交易机构报送"),
    }.get(mode, mode)


def kind_name(kind: str) -> str:
    """Return the word for a station on a block's way."""
    return {
        "mint": _("登记签发"),
        "freeze": _("挂单冻结"),
        "release": _("解除冻结"),
        "transfer": _("转让成交"),
        "hold_cancellation": _("申请注销"),
        "cancel": _("注销"),
        "return_cancellation": _("注销申请退回"),
        "dispute": _("争议锁定"),
        "undispute": _("解除锁定"),
        "reverse": _("核减"),
        "succession": _("非交易过户"),
    }.get(kind, kind)


def _serials(opened: Reading, after: str, _size: int) -> tuple[list[Any], str]:
    project_id, _dot, unit = after.partition(".")
    blocks, more = public_blocks.all_blocks(opened, (project_id, unit_number(unit)) if project_id else None)
    return blocks, f"{more[0]}.{more[1]}" if more else ""


def bucket_name(name: str) -> str:
    """Return the word for a state of units."""
    return {
        "available": _("业主可用"),
        "frozen": _("冻结"),
        "disputed": _("争议锁定"),
        "held": _("买方持有"),
        "pending": _("待注销"),
        "cancelled": _("已注销"),
        "reversed": _("已核减"),
    }.get(name, name)


def _price_public() -> bool:
    kept = g.get("public_price")
    if kept is None:
        kept = g.public_price = (
            desk().parameters(desk().effective_version()).flags.get(PRICE_FLAG, True) is not False
        )
    return bool(kept)


def unit_number(text: str) -> int:
    """Return the number of a unit an address names; 0 where it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
