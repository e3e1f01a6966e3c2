"""What the market's pages show of an order: its facts in words, the most asked for first."""

from __future__ import annotations

from workflow_app.domain.trading.orders import Mode, yuan
from workflow_app.queries.orders import Order
from workflow_app.web.texts import _
from workflow_app.web.words import limit_end, moment

Fact = tuple[str, ...]


def facts(order: Order) -> tuple[Fact, ...]:
    """Return an order's facts: label, value, and ``mono`` for codes."""
    auction = order.mode == Mode.AUCTION
    told: list[Fact] = [
        (_("底价") if auction else _("单价"), f"{yuan(order.cents)} {_('元/t')}"),
        (_("可成交"), f"{order.available:,} t") if order.standing else (_("已成交"), f"{order.sold:,} t"),
        (_("数量"), f"{order.quantity:,} t"),
        (_("截止"), limit_end(order.closes_at)),
    ]
    if order.standing:
        told.append((_("已成交"), f"{order.sold:,} t"))
        told.append((_("年份"), "、".join(str(year) for year in order.vintages)))
    else:
        told.append((_("结束"), moment(order.ended_at)))
    period = _("第 %(number)s 期", number=order.batch) if order.batch else _("不限，从最早年份起")
    told += [(_("期次"), period), (_("转让方"), order.seller)]
    if order.buyer:
        told.append((_("购买方"), order.buyer))
    begun = (_("报价开始"), moment(order.opens_at)) if auction else (_("提出"), moment(order.created_at))
    return (*told, begun, (_("项目编号"), order.project_number, "mono"))
