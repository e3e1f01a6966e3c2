"""The statistics as tables: what each page section shows is what its CSV holds, to the cell.

355号二, 五（三）. Counts and tonnes come from the queries; here they get their names. Must never read a
record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflow_app.domain.cancellation import Purpose, SubType
from workflow_app.domain.methodology import MethodologyField
from workflow_app.domain.parties import LegalForm
from workflow_app.queries.absorption import Buyers, Use
from workflow_app.queries.programme_statistics import Flow, Standing, Tonnes, summed
from workflow_app.queries.public_units import Identity
from workflow_app.web.charts import share
from workflow_app.web.texts import _
from workflow_app.web.words import field_name

Cell = str | int
IN_HAND = frozenset(
    {
        "formal_review",
        "correction",
        "accepted",
        "assessment",
        "revision",
        "recheck",
        "notice_pending",
        "public_notice",
        "objection",
        "registration_pending",
    }
)
"""States of a project somebody works on."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the statistics.

    :param heads: the first ``words`` columns are text, the others numbers.
    :param total: the last line, if its numbers add up.
    :param bars: for each row the length of its bar in percent, or empty.
    """

    key: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    words: int = 1
    bars: tuple[float, ...] = ()
    tags: tuple[str, ...] = ()


def count(found: Iterable[Standing], states: frozenset[str]) -> int:
    """Return how many projects are in one of the states."""
    return sum(one.projects for one in found if one.state in states)


def annual(found: Iterable[Standing], states: frozenset[str]) -> Decimal:
    """Return what the projects in one of the states expect a year, tCO2e."""
    return sum((one.annual for one in found if one.state in states), Decimal(0))


def fields(flows: Sequence[Flow], standings: Sequence[Standing], methods: Mapping[str, int]) -> Table:
    """Return the table by field, the six of the notice and others (R3), the prioritised marked (R4)."""
    tonnes = summed(flows, lambda flow: flow.field)
    rows, tags = [], []
    for one in MethodologyField:
        own = [standing for standing in standings if standing.field == one.value]
        rows.append(
            (
                f"{one.value} {field_name(one.value)}",
                methods.get(one.value, 0),
                count(own, frozenset({"registered"})),
                count(own, IN_HAND),
                int(annual(own, frozenset({"registered"}))),
                *_cells(tonnes.get(one.value, Tonnes())),
            )
        )
        tags.append(_("优先") if one.prioritised else "")
    heads = (_("领域"), _("方法学"), _("已登记项目"), _("在办项目"), _("预计年均（t）"), *_tonnes_heads())
    return _summed(Table("fields", _("按领域"), heads, tuple(rows), tags=tuple(tags)))


def counties(flows: Sequence[Flow], standings: Sequence[Standing], names: Mapping[str, str]) -> Table:
    """Return the table by county, the most tonnes first; only counties with a project handed in."""
    tonnes = summed(flows, lambda flow: flow.division)
    codes = sorted(
        {*tonnes, *(one.division for one in standings)},
        key=lambda code: (-tonnes.get(code, Tonnes()).registered, code),
    )
    rows = []
    for code in codes:
        own = [one for one in standings if one.division == code]
        rows.append(
            (
                names.get(code, code) or _("未填"),
                count(own, frozenset({"registered"})),
                count(own, IN_HAND),
                *_cells(tonnes.get(code, Tonnes())),
            )
        )
    heads = (_("县（市、区）"), _("已登记项目"), _("在办项目"), *_tonnes_heads())
    return _summed(Table("counties", _("按县（市、区）"), heads, tuple(rows)))


def months(flows: Sequence[Flow], until: str) -> Table:
    """Return the table by month from the first posting to ``until``, with the running net total."""
    tonnes = summed(flows, lambda flow: flow.month)
    rows, running = [], 0
    for month in _months(min(tonnes), until) if tonnes else ():
        own = tonnes.get(month, Tonnes())
        running += own.net
        rows.append((month, *_cells(own), running))
    heads = (_("月份"), *_tonnes_heads(), _("累计净额（t）"))
    return Table("months", _("按月"), heads, tuple(rows))


def units(identity: Identity, names: Mapping[str, str]) -> Table:
    """Return where the registered units are now (I1)."""
    rows = tuple((names.get(bucket, bucket), tonnes) for bucket, tonnes in identity.parts)
    bars = tuple(share(tonnes, identity.issued) for _bucket, tonnes in identity.parts)
    heads = (_("状态"), _("减排量（t）"))
    return _summed(Table("units", _("已登记减排量现在何处"), heads, rows, bars=bars))


def uses(found: Sequence[Use]) -> Table:
    """Return what was cancelled for what (R21, R41)."""
    total = sum(one.tonnes for one in found)
    rows = tuple(
        (
            Purpose(one.purpose).label,
            SubType(one.sub_type).label if one.sub_type else "—",
            one.cancellations,
            one.tonnes,
        )
        for one in found
    )
    heads = (_("用途"), _("场景"), _("笔数"), _("减排量（t）"))
    bars = tuple(share(one.tonnes, total) for one in found)
    return _summed(Table("uses", _("注销用途"), heads, rows, words=2, bars=bars))


def buyers(found: Sequence[Buyers]) -> Table:
    """Return who bought, by legal form (R40); amounts in yuan."""
    rows = tuple(
        (
            LegalForm(one.legal_form).label if one.legal_form else "—",
            one.buyers,
            one.trades,
            one.tonnes,
            one.cents // 100,
        )
        for one in found
    )
    heads = (_("购买方"), _("户数"), _("成交笔数"), _("减排量（t）"), _("金额（元）"))
    return _summed(Table("buyers", _("购买方构成"), heads, rows))


def _cells(tonnes: Tonnes) -> tuple[int, int, int, int]:
    return tonnes.registered, tonnes.sold, tonnes.cancelled, tonnes.reversed


def _tonnes_heads() -> tuple[str, str, str, str]:
    return _("登记（t）"), _("成交（t）"), _("注销（t）"), _("核减（t）")


def _summed(table: Table) -> Table:
    """Return a table with its last line."""
    columns = range(table.words, len(table.heads))
    sums = (sum(int(row[column]) for row in table.rows) for column in columns)
    total: tuple[Cell, ...] = (
        (_("合计"), *("" for _word in range(table.words - 1)), *sums) if table.rows else ()
    )
    return Table(table.key, table.title, table.heads, table.rows, total, table.words, table.bars, table.tags)


def _months(first: str, last: str) -> Iterable[str]:
    year, month = int(first[:4]), int(first[5:])
    while f"{year}-{month:02d}" <= last:
        yield f"{year}-{month:02d}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004
