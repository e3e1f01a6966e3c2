"""Every operation a diagram may name, in one tuple a reader can see."""

from __future__ import annotations

from typing import Final

from handlers import (
    cancellation,
    complaint,
    correction,
    expert_assessment,
    formal_review,
    issuance,
    pilot_evaluation,
    pilot_filing,
    public_notice,
    registration,
    trading,
)
from handlers.contract import Handler

HANDLERS: Final[tuple[Handler, ...]] = (
    *pilot_filing.HANDLERS,
    *pilot_evaluation.HANDLERS,
    *formal_review.HANDLERS,
    *expert_assessment.HANDLERS,
    *public_notice.HANDLERS,
    *registration.HANDLERS,
    *issuance.HANDLERS,
    *cancellation.HANDLERS,
    *correction.HANDLERS,
    *complaint.HANDLERS,
    *trading.HANDLERS,
)

BY_OPERATION: Final = {handler.operation: handler for handler in HANDLERS}

if len(BY_OPERATION) != len(HANDLERS):
    raise RuntimeError("two handlers share an operation")
