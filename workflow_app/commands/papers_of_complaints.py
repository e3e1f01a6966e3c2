"""What the answer to a complaint says: what was complained of, what was found and done.

参照31号令第四十一条. It names nobody: whoever holds the receipt reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workflow_app.commands.matter import Matter, facts, whole, written

Given = Mapping[str, Any]
OUTCOMES: Final = {
    "confirmed": "投诉属实，已予更正",
    "dismissed": "经核查不成立，锁定的减排量已解除锁定",
    "not_taken_up": "不属于减排量更正事项，直接答复",
}


def reply(matter: Matter, given: Given, subject_id: str | None) -> dict[str, Any]:
    """投诉答复书. ``given``: ``outcome`` and the ``answer`` a leader has signed."""
    row = matter.run.uow.complaints.get(str(subject_id)) or {}
    correction = (
        matter.run.uow.cancellations.correction(row["correction_id"]) if row["correction_id"] else None
    )
    confirmed = correction["confirmed"] if correction else None
    return {
        "received-on": written(row["received_at"]),
        "receipt": row["receipt"],
        "text": row["text"],
        "answer": given["answer"],
        "facts": facts(
            ("项目编号", matter.project.get("number")),
            ("涉及的序列号", row["serial"]),
            ("处理结果", OUTCOMES[str(given["outcome"])]),
            ("更正编号", correction["number"] if correction else ""),
            ("核定更正数量", f"{whole(confirmed)}吨二氧化碳当量" if confirmed else ""),
        ),
    }
