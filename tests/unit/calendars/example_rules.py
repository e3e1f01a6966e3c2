"""The rules the tests count with; the two limits of the notice itself, and a few service limits."""

from __future__ import annotations

from datetime import date, datetime, time

from calendars.periods import Rule
from calendars.trail import SHANGHAI

PUBLIC_NOTICE = Rule(
    id="public_notice", name="公示", n=5, direction="min", basis="355号附件一（三）", kind="statutory"
)
REGISTRATION = Rule(
    id="registration",
    name="开户并登记",
    n=3,
    direction="max",
    basis="355号附件二（一）",
    kind="statutory",
    warn_before=1,
)
CORRECTION_NOTICE = Rule(
    id="formal_review", name="形式审查", n=5, basis="服务规则（参照行政许可法第三十二条）", kind="promised"
)
OBJECTION = Rule(id="objection", name="异议处理", n=10, basis="服务规则", kind="promised")


def at(day: str, clock: str = "10:00") -> datetime:
    """Return the instant of ``clock`` in Shanghai on ``day``."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), SHANGHAI)
