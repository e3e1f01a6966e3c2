"""The engine's own failures: whatever they are, nothing of the step remains.

A caller that cannot answer one leaves an incident. This module must never know who calls.
"""

from __future__ import annotations

from workflow_app.engine.model import BusinessError
from workflow_app.kernel.errors import JcerError


class EngineFault(JcerError):
    """The diagram, its data or its depth do not let the case go on."""


class ExpressionFault(EngineFault):
    """An expression is not allowed, or does not evaluate on this data."""

    def __init__(self, message: str, *, code: str = "bad_expression") -> None:
        super().__init__(code, message)


class DecisionFault(EngineFault):
    """A decision table has no answer, or more than one."""


class DiagramFault(EngineFault):
    """A file cannot be read as a diagram or decision table."""


class UnhandledBusinessError(EngineFault):
    """A service or a linked case refused with a code no boundary event catches."""

    def __init__(self, element_id: str, error: BusinessError) -> None:
        super().__init__(
            "unhandled_business_error",
            f"环节“{element_id}”返回业务错误 {error.code}，流程图没有处理它的边界事件，请联系流程管理员",
            details={"element": element_id, "error": error.code},
        )
        self.error = error
