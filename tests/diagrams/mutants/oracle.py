"""What 355号 says of a history of acts, in plain Python, article by article, from its text.

No rule of ``bpmn/statute`` and nothing of ``engine/paths`` is read here. A history is what
:mod:`tests.diagrams.mutants.play` wrote; each function is asked of every act and answers with what is
wrong, or nothing. Branches are no evidence here: what people and services did is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.diagrams.mutants import oracle_project, oracle_rest
from tests.diagrams.mutants.play import Act

JUDGES = (*oracle_project.JUDGES, *oracle_rest.JUDGES)


def breaches(history: Sequence[Act]) -> Iterator[str]:
    """Yield what is unlawful in a history, first things first."""
    for index, act in enumerate(history):
        for judge in JUDGES:
            said = judge(history[:index], act)
            if said:
                yield f"{judge.__name__}: {said}"


def limits_lawful(notice: int, registration: int) -> bool:
    """Whether the two limits of 355号 are kept: 不少于5个工作日, 在3个工作日内.

    :param notice: working days of a notice; ``registration``: of a registration.
    """
    return notice >= 5 and registration <= 3
