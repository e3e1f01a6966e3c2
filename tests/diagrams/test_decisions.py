"""What the shipped decision tables decide, over every combination of what an applicant can declare."""

from __future__ import annotations

from importlib.resources import files
from itertools import product

import pytest

from workflow_app.engine.decisions import Table, decide, parse_tables
from workflow_app.engine.documents import parse_document
from workflow_app.engine.model import Json

DECLARED = ("mandatory_duty", "within_quota", "other_mechanism", "green_power", "green_certificate")


def table(name: str) -> Table:
    path = files("bpmn").joinpath("decisions", f"{name}.dmn")
    (found,) = parse_tables(parse_document(path.read_bytes()), path.name)
    return found


def outputs(name: str, **values: Json) -> dict[str, Json]:
    return dict(decide(table(name), "element", values).outputs)


@pytest.mark.parametrize("declared", list(product([False, True], repeat=len(DECLARED))))
@pytest.mark.parametrize("route", ["jcer", "international"])
@pytest.mark.parametrize("opened", [False, True])
def test_one_excluded_circumstance_is_enough(declared: tuple[bool, ...], route: str, opened: bool) -> None:
    answers: dict[str, Json] = dict(zip(DECLARED, declared, strict=True))
    found = outputs("eligibility", **answers, route=route, international_methodologies=opened)
    assert found["eligible"] is (not any(declared) and (route == "jcer" or opened))
    assert str(found["ineligible_clause"]).startswith("355号") is (not found["eligible"])


def test_the_clause_is_that_of_the_circumstance() -> None:
    answers: dict[str, Json] = {**dict.fromkeys(DECLARED, False), "green_certificate": True}
    found = outputs("eligibility", **answers, route="jcer", international_methodologies=False)
    assert found["ineligible_clause"] == "355号附件一：不参与绿色电力证书交易"


@pytest.mark.parametrize("kind", ["jcer", "ccer", "international"])
def test_a_methodology_leads_where_the_notice_says(kind: str) -> None:
    assert outputs("methodology_routing", methodology_kind=kind) == {"route": kind}


@pytest.mark.parametrize(("own", "mandate"), [(True, False), (False, True)])
@pytest.mark.parametrize(("field", "search"), [("01", False), ("06", True), ("99", False)])
def test_an_agent_brings_the_owners_mandate(own: bool, mandate: bool, field: str, search: bool) -> None:
    found = str(
        outputs("material_checklist", applicant_is_owner=own, project_type=field)["required_materials"]
    )
    materials = found.split(",")
    assert materials[:3] == ["project_application", "project_design_document", "start_proof"]
    assert ("mandate" in materials) is mandate
    assert ("green_certificate_search" in materials) is search
