"""An expert reads what they are to judge (R31, docs/domain.md §6): what was handed in, of their cases."""

from __future__ import annotations

from sqlalchemy import select

from tests.scenarios import issuing
from tests.scenarios.programme import Programme
from workflow_app.queries.sight import Viewer, visible_cases
from workflow_app.store import tables


def _seen(programme: Programme, who: str) -> dict[str, int]:
    """How many cases of each process somebody sees of the project."""
    actor = programme.app.actor(programme.people[who], "web")
    viewer = Viewer(programme.people[who], actor.roles, actor.organisation_id)
    query = select(tables.case_file.c.process_id).where(
        visible_cases(viewer), tables.case_file.c.project_id == programme.project_id
    )
    with programme.app.store.reading() as uow:
        found = list(uow.connection.execute(query).scalars())
    return {process: found.count(process) for process in found}


def test_an_appointed_expert_reads_the_application_and_each_batch(programme_on_both: Programme) -> None:
    """W appointed. T forms 1 and 2 are there to be read, later forms 3 and 4; nothing else."""
    programme = programme_on_both
    programme.on("2025-04-10")
    programme.given_accepted_project()
    assert _seen(programme, "expert_one") == {}
    programme.hand_in("convene_panel", "clerk")
    assert _seen(programme, "expert_one") == {"project_application": 1, "expert_assessment": 1}
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one")
    programme.hand_in("draft_notice", "maker")
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-09")
    programme.on("2025-06-17")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    programme.hand_in("request_issuance", "owner")
    issuing.apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")
    seen = _seen(programme, "expert_two")
    assert seen.pop("expert_assessment") == 2
    assert "project_application" in seen
    assert seen.keys() <= {"project_application", "issuance", "issuance_application"}
    assert seen.keys() & {"issuance", "issuance_application"}


def test_an_expert_reads_nothing_of_a_project_others_judge(programme: Programme) -> None:
    programme.on("2025-04-10")
    programme.given_accepted_project()
    programme.given_person("expert_four", "institute", "expert")
    programme.hand_in("convene_panel", "clerk")
    assert _seen(programme, "expert_four") == {}
