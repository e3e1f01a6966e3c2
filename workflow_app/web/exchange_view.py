"""What the exchange's pages show in colours and words: states of orders, ways of dealing, measures of alerts.

R19, R38. It decides no act; it must never know a command.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from workflow_app.domain.trading.orders import Mode, yuan
from workflow_app.queries.trade_alerts import Alert
from workflow_app.queries.trade_board import REPORTED, REPORTED_LABEL
from workflow_app.web.texts import _

ORDER_TONES: Final[Mapping[str, str]] = {
    "open": "accent",
    "pending": "ochre",
    "matched": "ochre",
    "completed": "accent",
    "failed": "ochre",
}
ALERT_TONES: Final[Mapping[str, str]] = {"open": "ochre", "reported": "outline"}
MODES: Final = tuple((mode.value, mode.label) for mode in Mode)
WAYS: Final = (*MODES, (REPORTED, REPORTED_LABEL))
"""Ways a trade came about: the modes of transfer, and the exchange's own system."""


def money(cents: int) -> str:
    """Return cents as people read them: ``1,234.50``."""
    return yuan(cents)


def day(text: str) -> date | None:
    """Return the legal date typed into an address; ``None`` where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def evidence(alert: Alert) -> list[tuple[str, str]]:
    """Return what an alert rests on, label and value, in the order people ask."""
    facts = alert.facts
    found: list[tuple[str, str]] = []
    if alert.kind == "price_far":
        found.append((_("本笔单价"), f"{money(facts['price_cents'])} {_('元')}"))
        reference = facts.get("reference_cents")
        found.append((_("近 90 日成交均价"), f"{money(reference)} {_('元')}" if reference else "—"))
        found.append((_("偏离"), f"{facts['value']}%"))
    elif alert.kind == "repeated_pair":
        found.append((_("近 30 日同一双方成交"), _("%(number)s 笔", number=facts["value"])))
        found.append((_("合计数量"), f"{facts['tonnes']:,} tCO₂e"))
    elif alert.kind == "large_share":
        found.append((_("当日买入"), f"{facts['tonnes']:,} tCO₂e"))
        found.append((_("项目已登记减排量"), f"{facts['issued']:,} tCO₂e"))
        found.append((_("占比"), f"{facts['value']}%"))
    rules = facts.get("rule")
    found.append((_("判定规则"), "、".join(rules) if isinstance(rules, list) else "—"))
    return found


def measured(alert: Alert) -> str:
    """Return an alert's figure in a few words, for a list."""
    value: Any = alert.facts.get("value")
    if alert.kind == "price_far":
        return _("偏离均价 %(number)s%%", number=value)
    if alert.kind == "repeated_pair":
        return _("30 日内 %(number)s 笔", number=value)
    return _("占已登记量 %(number)s%%", number=value)
