"""What may stand out about a trade, and what may be found out about it (R19 「严防交易炒作和交易乱象」).

An alert stops nothing: it is for people to look into, once. Must never know: storage, decision tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class AlertKind(StrEnum):
    """Why a trade stands out: the outputs of the decision table ``abnormal_trade``."""

    PRICE_FAR = "price_far"
    REPEATED_PAIR = "repeated_pair"
    LARGE_SHARE = "large_share"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _KINDS[self]


class AlertState(StrEnum):
    """Where an alert stands; ``REPORTED`` to the department, which may correct or order."""

    OPEN = "open"
    CLEARED = "cleared"
    REPORTED = "reported"

    @property
    def label(self) -> str:
        """The Chinese name, as pages show it."""
        return _STATES[self]


_KINDS: Final[Mapping[AlertKind, str]] = {
    AlertKind.PRICE_FAR: "价格偏离",
    AlertKind.REPEATED_PAIR: "同一双方反复交易",
    AlertKind.LARGE_SHARE: "单日大额买入",
}
_STATES: Final[Mapping[AlertState, str]] = {
    AlertState.OPEN: "待核查",
    AlertState.CLEARED: "已排除",
    AlertState.REPORTED: "已报省厅",
}
