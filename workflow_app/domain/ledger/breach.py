"""What the nightly proof finds (docs/domain.md §5). Must never know: storage, cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Breach:
    """Something on record that cannot be.

    :param rule: the invariant, ``I1``-``I9``, or ``totals``, ``holdings``, ``history``.
    :param subject: the batch, posting, holding, account, cancellation or certificate it is about.
    :param what: Chinese, one sentence.
    """

    rule: str
    subject: str
    what: str
