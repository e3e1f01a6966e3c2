"""The methodology register is filled by the department (R1, R3, R12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import EnterMethodology
from workflow_app.kernel.errors import Forbidden, InvalidForm

METHANE = EnterMethodology(
    "JCER-02-001-V01",
    "稻田节水灌溉甲烷减排（演示）",
    "jcer",
    "02",
    date(2025, 1, 2),
    gases=("CH4", "N2O"),
    demo=True,
)


@pytest.fixture
def programme(sqlite_url: str, tmp_path: Path) -> Programme:
    """The programme on SQLite."""
    return Programme.opened(sqlite_url, tmp_path)


def test_a_methodology_is_entered_once_with_its_field_gases_and_day(programme: Programme) -> None:
    programme.do("clerk", METHANE)
    with programme.app.store.reading() as uow:
        row = uow.programme.methodology(METHANE.code)
    assert row is not None
    assert (row["kind"], row["field"], row["published_on"]) == ("jcer", "02", date(2025, 1, 2))
    assert row["details"]["gases"] == ["CH4", "N2O"]
    (event,) = programme.events(f"methodology:{METHANE.code}")
    assert event.kind == "methodology_entered"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"gases": ("CO",)}, "gases"),
        ({"gases": ()}, "gases"),
        ({"field": "07"}, "field"),
        ({"kind": "vcs"}, "kind"),
        ({"name": " "}, "code"),
    ],
)
def test_what_the_notice_does_not_know_is_refused(
    programme: Programme, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        programme.do("clerk", replace(METHANE, **changes))  # type: ignore[arg-type]  # the cases are mixed
    assert list(refused.value.errors) == [field]


def test_only_the_department_enters_one(programme: Programme) -> None:
    for who in ("owner", "maker", "administrator", "auditor"):
        with pytest.raises(Forbidden):
            programme.do(who, METHANE)
