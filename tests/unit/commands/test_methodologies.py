"""The methodology register is filled by the department (R1, R3, R12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.scenarios.programme import JCER_FOREST, Programme
from workflow_app.commands.requests import EndMethodology, EnterMethodology, ReviseMethodology
from workflow_app.kernel.errors import Forbidden, InvalidForm, NotFound, Refused
from workflow_app.store import tables
from workflow_app.store.history import SYSTEM

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


FOREST_REVISED = ReviseMethodology(
    JCER_FOREST, date(2025, 6, 1), "赣环气候〔2025〕1号（演示）", ("CO2", "CH4"), "AR5"
)


def versions(programme: Programme, code: str) -> list[tuple[int, date, date | None]]:
    """Number, first day and end of each version."""
    with programme.app.store.reading() as uow:
        rows = uow.programme.methodology_versions(code)
    return [(row["version"], row["effective_from"], row["effective_until"]) for row in rows]


def test_a_revision_ends_the_version_before_it(programme: Programme) -> None:
    done = programme.do("leader", FOREST_REVISED)
    assert done.values["version"] == 2
    assert versions(programme, JCER_FOREST) == [
        (1, date(2021, 6, 1), date(2025, 6, 1)),
        (2, date(2025, 6, 1), None),
    ]
    with programme.app.store.reading() as uow:
        before = uow.programme.methodology_in_force(JCER_FOREST, date(2025, 5, 31))
        after = uow.programme.methodology_in_force(JCER_FOREST, date(2025, 6, 1))
    assert before is not None
    assert after is not None
    assert (before["version"], after["version"], after["gases"], after["gwp_set"]) == (
        1,
        2,
        ["CO2", "CH4"],
        "AR5",
    )
    with pytest.raises(Refused) as earlier:
        programme.do("leader", replace(FOREST_REVISED, effective_from=date(2025, 5, 1)))
    assert earlier.value.code == "version_not_later"
    with pytest.raises(NotFound):
        programme.do("leader", replace(FOREST_REVISED, code="JCER-99"))


def test_an_ended_methodology_is_no_longer_chosen(programme: Programme) -> None:
    programme.do("leader", EndMethodology(JCER_FOREST, date(2025, 3, 1), "由新方法学代替"))
    programme.on("2025-03-01")
    with pytest.raises(InvalidForm) as refused:
        programme.given_application()
    assert "methodology" in refused.value.errors
    with pytest.raises(Refused):
        programme.do("leader", EndMethodology(JCER_FOREST, date(2025, 4, 1)))


def test_a_project_keeps_the_version_it_applied_under(programme: Programme) -> None:
    """R12, R23. G applied before version 2. W registered after it. T version 1, for good."""
    programme.do("leader", FOREST_REVISED)
    programme.given_registered_project("2025-06-09")  # applied 2025-04-08
    assert programme.project["methodology_version"] == 1
    with pytest.raises(Refused) as pinned:
        _repin(programme, 2)
    assert pinned.value.code == "methodology_pinned"


def _repin(programme: Programme, version: int) -> None:
    with programme.app.store.unit_of_work() as uow:
        uow.programme.change(tables.project, programme.project_id, {"methodology_version": version})
        uow.history.record("changed", "project", SYSTEM, programme.clock.now())
        uow.commit()
