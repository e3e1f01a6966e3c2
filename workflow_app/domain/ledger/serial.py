"""Serial numbers of units: what is printed on a block, and how a block is split.

``JX-JCER-{field}-{project}-{batch}-{vintage}-{start}-{end}-{check}`` with the check character of ISO 7064
MOD 37,36 over the body without hyphens. A unit is (project, n), n running on over batches; a block lies
within one calendar year. Must never know: accounts, storage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

from workflow_app.domain.methodology import MethodologyField

_TEXT = re.compile(
    r"JX-JCER-([0-9]{2})-([0-9]{5})-([0-9]{2})-([0-9]{4})-([0-9]{9})-([0-9]{9})-([0-9A-Z])", re.ASCII
)
_MAX_PROJECT, _MAX_BATCH, _MAX_UNIT = 99_999, 99, 999_999_999
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class BadSerial(ValueError):
    """The text is no serial number of this registry; the docstring of ``Serial`` says its form."""


@dataclass(frozen=True, slots=True)
class Serial:
    """A block of units of one project, batch and year: units ``start`` to ``end``, both included.

    :raises BadSerial: a part is outside its range, or the block is empty.
    """

    field: MethodologyField
    project: int
    batch: int
    vintage: int
    start: int
    end: int

    def __post_init__(self) -> None:
        holds = (
            1 <= self.project <= _MAX_PROJECT
            and 1 <= self.batch <= _MAX_BATCH
            and _FIRST_YEAR <= self.vintage <= _LAST_YEAR
            and 1 <= self.start <= self.end <= _MAX_UNIT
        )
        if not holds:
            raise BadSerial(f"not a block of units: {self!r}")

    @classmethod
    def parse(cls, text: str) -> Serial:
        """Read a printed serial number.

        :raises BadSerial: its form, its check character or a part does not hold.
        """
        found = _TEXT.fullmatch(text.strip().upper())
        if found is None:
            raise BadSerial(f"not the form of a serial number: {text[:80]!r}")
        try:
            mod_37_36.validate(text.strip().upper().replace("-", ""))
            field = MethodologyField(found[1])
        except ValidationError:
            raise BadSerial(f"the check character does not hold: {text}") from None
        except ValueError:
            raise BadSerial(f"no such field: {found[1]}") from None
        project, batch, vintage, start, end = (int(found[index]) for index in range(2, 7))
        return cls(field, project, batch, vintage, start, end)

    @property
    def quantity(self) -> int:
        """How many units it holds, tCO2e."""
        return self.end - self.start + 1

    def split(self, quantity: int) -> tuple[Serial, Serial]:
        """Return the first ``quantity`` units and the rest; together they are this block (I2).

        :raises ValueError: a part would be empty.
        """
        if not 0 < quantity < self.quantity:
            raise ValueError(f"cannot split {quantity} off a block of {self.quantity}")
        middle = self.start + quantity
        return replace(self, end=middle - 1), replace(self, start=middle)

    def overlaps(self, other: Serial) -> bool:
        """Tell whether the two share a unit."""
        same = (self.field, self.project) == (other.field, other.project)
        return same and self.start <= other.end and other.start <= self.end

    def __str__(self) -> str:
        body = (
            f"JX-JCER-{self.field.value}-{self.project:05d}-{self.batch:02d}-{self.vintage:04d}"
            f"-{self.start:09d}-{self.end:09d}"
        )
        return f"{body}-{mod_37_36.calc_check_digit(body.replace('-', ''))}"
