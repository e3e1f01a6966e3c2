"""正文三: who files a pilot, with which evidence, and who looks on (R5-R9, R15, R16)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import SYSTEM, CreateOrganisation, StartCase, SuspendFiling
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused
from workflow_app.queries import case_file
from workflow_app.queries.sight import Viewer

CONSENT = {
    "filing_kind": "provincial_soe",
    "unit_name": "赣林演示集团",
    "unit_uscc": "91360000DEM000110R",
    "organising_bureau": None,
    "consulted_departments": None,
    "consultation_files": None,
    "consent_number": "赣国资规划〔2024〕18号",
    "consent_date": "2024-12-20",
    "consent_file": "g3",
}


def started(programme: Programme, who: str, **fields: Any) -> str:
    asked = StartCase("pilot_filing", {"title": "试点备案（演示）", **fields})
    return str(programme.do(who, asked).values["case_id"])


def filings(programme: Programme, state: str = "filed") -> list[Any]:
    with programme.app.store.reading() as uow:
        return list(uow.programme.filings(state))


def test_a_county_files_with_its_consultation_and_is_returned_until_it_is_right(programme: Programme) -> None:
    bureau = programme.organisations["bureau"]
    case_id = started(programme, "pilot", bureau_org=bureau)
    with pytest.raises(InvalidForm) as refused:
        programme.hand_in(
            "submit_filing", "pilot", case_id=case_id, organising_bureau=bureau, consultation_files=None
        )
    assert "consultation_files" in refused.value.errors
    programme.hand_in("submit_filing", "pilot", case_id=case_id, organising_bureau=bureau)
    lacking = [{"result": "pass"}, {"result": "pass"}, {"result": "fail", "remark": "分工不明确"}]
    programme.hand_in(
        "review_filing",
        "clerk",
        case_id=case_id,
        action="returned",
        checks=lacking,
        filing_opinion="请写明部门分工。",
    )
    assert filings(programme) == []
    programme.hand_in("submit_filing", "pilot", case_id=case_id, organising_bureau=bureau)
    programme.hand_in("review_filing", "clerk", case_id=case_id)
    (filed,) = filings(programme)
    assert filed["kind"] == "county"


def test_a_provincial_enterprise_brings_the_consent(programme: Programme) -> None:
    case_id = started(programme, "pilot", filing_kind="provincial_soe")
    for missing in ("consent_number", "consent_date", "consent_file"):
        with pytest.raises(InvalidForm) as refused:
            programme.hand_in("submit_filing", "pilot", case_id=case_id, **{**CONSENT, missing: None})
        assert missing in refused.value.errors
    programme.hand_in("submit_filing", "pilot", case_id=case_id, **CONSENT)
    programme.hand_in("review_filing", "clerk", case_id=case_id)
    (filed,) = filings(programme)
    assert filed["kind"] == "provincial_soe"


def test_a_municipal_enterprise_files_through_its_bureau(programme: Programme) -> None:
    programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    bureau = programme.organisations["bureau"]
    municipal = {
        "filing_kind": "municipal_soe",
        "unit_name": "赣江演示环保",
        "unit_uscc": "91360100DEM0001024",
        "organising_bureau": bureau,
        "consulted_departments": None,
        "consultation_files": None,
        "bureau_letter": "g4",
    }
    own = started(programme, "pilot", filing_kind="municipal_soe", bureau_org=bureau)
    with pytest.raises(Refused) as refused:
        programme.hand_in("submit_filing", "pilot", case_id=own, **municipal)
    assert refused.value.code == "bureau_submits"
    assert refused.value.article == "355号正文三"
    through = started(programme, "bureau_officer", filing_kind="municipal_soe")
    programme.hand_in("submit_filing", "bureau_officer", case_id=through, **municipal)
    programme.hand_in("review_filing", "clerk", case_id=through)
    (filed,) = filings(programme)
    assert filed["kind"] == "municipal_soe"


def reads(programme: Programme, who: str, case_id: str) -> bool:
    """Whether a person finds a case."""
    actor = programme.app.actor(programme.people[who], "web")
    viewer = Viewer(actor.user_id or "", actor.roles, actor.organisation_id)
    with programme.app.reading() as reading:
        return case_file.case(reading, viewer, case_id) is not None


def test_the_organising_bureau_reads_its_area_and_writes_nothing(programme: Programme) -> None:
    """The bureau that organised a filing sees it and what rests on it; another bureau does not."""
    programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    elsewhere = CreateOrganisation("演示另一局", "", "prefecture_bureau")
    programme.organisations["elsewhere"] = str(
        programme.app.execute(elsewhere, SYSTEM).values["organisation_id"]
    )
    programme.given_person("other_officer", "elsewhere", "prefecture_bureau")
    bureau = programme.organisations["bureau"]
    case_id = started(programme, "pilot", bureau_org=bureau)
    assert reads(programme, "bureau_officer", case_id)
    assert not reads(programme, "other_officer", case_id)
    with pytest.raises(Forbidden):
        programme.hand_in("submit_filing", "bureau_officer", case_id=case_id, organising_bureau=bureau)


def test_a_project_is_read_in_the_area_whose_filing_it_rests_on(programme: Programme) -> None:
    """The bureau the filing names, and the pilot unit, read a project once it is handed in; neither acts."""
    programme.given_person("bureau_officer", "bureau", "prefecture_bureau")
    programme.given_filed_pilot()
    (filed,) = filings(programme)
    assert filed["bureau_org"] == programme.organisations["bureau"]
    draft = programme.do("owner", StartCase("project_lifecycle", {"title": "尚未提交"})).values["case_id"]
    programme.given_application()
    case_id = programme.task("review_application").case_id
    for who in ("bureau_officer", "pilot"):
        assert reads(programme, who, case_id)
        assert not reads(programme, who, str(draft))
        with pytest.raises(Forbidden):
            programme.hand_in("review_application", who)


def test_no_project_rests_on_a_filing_that_is_suspended(programme: Programme) -> None:
    programme.given_filed_pilot()
    programme.do("leader", SuspendFiling(programme.filing_id, "整改期间"))
    with pytest.raises(InvalidForm) as refused:
        programme.given_application()
    assert "pilot_filing" in refused.value.errors
