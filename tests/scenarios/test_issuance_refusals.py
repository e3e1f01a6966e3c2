"""What a round of issuance is refused for: a third party that is none, a notice above its own opinion."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.deploying import deploy
from tests.scenarios.issuing import apply, assessed
from tests.scenarios.programme import Programme
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import InvalidForm, JcerError
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables
from workflow_app.store.history import Who


def _asked(programme: Programme) -> None:
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")


def test_a_third_party_that_is_the_consultant_is_refused_where_the_parameter_says_so(
    programme: Programme,
) -> None:
    """G verifier_independence: refuse. W the third party advised the owner. T nothing is received."""
    flags = shipped()["parameters.yaml"].decode()
    strict = flags.replace("verifier_independence: flag", "verifier_independence: refuse")
    assert strict != flags
    deploy(programme, {"parameters.yaml": strict.encode()}, "从严审核")
    programme.consultant = "绿衡演示咨询（江西）有限公司"
    _asked(programme)
    third = {
        "verifier_name": "绿衡演示咨询(江西)有限公司",
        "verifier_contact": "李演示",
        "verifier_email": "verifier@example.com",
        "verifier_phone": "0791-86860000",
    }
    with pytest.raises(JcerError) as refused:
        apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00", **third)
    assert refused.value.code == "verifier_not_independent"
    assert programme.batches == []
    other = third | {"verifier_name": "赣衡演示审定有限公司"}
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00", **other)
    assert len(programme.batches) == 1


def test_another_subjects_later_opinion_lends_a_notice_no_tonnes(programme: Programme) -> None:
    """I5. G the round's own opinion accepts 14,400 t, a later one of the project 149,700. T its own counts.

    The shipped lifecycle runs one round at a time, so that no such opinion is later; another diagram may not.
    """
    _asked(programme)
    apply(programme, "2021-01-01", "2021-12-31", 14_500, "14500.00")
    assessed(programme, 14_400)
    later = programme.clock.now() + timedelta(minutes=1)
    with programme.app.store.unit_of_work() as uow:
        uow.programme.add(
            tables.panel_opinion,
            {
                "id": new_id(),
                "project_id": programme.project_id,
                "result": "passed",
                "accepted_tonnes": 149_700,
                "findings": {},
                "revision_round": 0,
                "signed_at": later,
            },
        )
        uow.history.record("added", f"project:{programme.project_id}", Who(None), later)
        uow.commit()
    with pytest.raises(InvalidForm) as above:
        programme.hand_in("draft_notice", "maker", public_tonnes=14_401)
    assert "public_tonnes" in above.value.errors
    programme.hand_in("draft_notice", "maker", public_tonnes=14_400)
