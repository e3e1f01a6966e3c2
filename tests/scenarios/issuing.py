"""Issuance as the scenarios speak of it: a round applied for, assessed, published and minted."""

from __future__ import annotations

from typing import Any

from tests.scenarios.programme import Programme
from tests.support.calculation import forest_rows


def apply(programme: Programme, start: str, end: str, asked: int, calculated: str, **changes: Any) -> None:
    """The owner hands in forms 3 and 4 for a period; its last year bears all but a tonne a year."""
    years = range(int(start[:4]), int(end[:4]) + 1)
    vintages = [{"year": year, "tonnes": 1} for year in years]
    vintages[-1]["tonnes"] = asked - (len(vintages) - 1)
    form: dict[str, Any] = {
        "monitoring_period": {"start": start, "end": end},
        "requested_tonnes": asked,
        "calculation_parameters": forest_rows(calculated),
        "vintages": vintages,
    }
    programme.hand_in("apply_issuance", "owner", **{**form, **changes})


def reviewed(programme: Programme) -> None:
    """The round's papers are complete, and three experts agree with every parameter."""
    programme.hand_in("review_issuance", "clerk")
    programme.hand_in("convene_panel", "clerk")
    agreed = [{"verdict": "accept"} for _row in forest_rows("1")]
    for expert in ("expert_one", "expert_two", "expert_three"):
        programme.hand_in("review_by_expert", expert, of=expert, parameter_verdicts=agreed)


def assessed(programme: Programme, accepted: int, **said: Any) -> None:
    """The round is reviewed, and passed by the panel unless it says otherwise."""
    reviewed(programme)
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=accepted, **said)


def assessed_and_published(programme: Programme, accepted: int, day: str) -> None:
    """The round is passed, and published on a day."""
    assessed(programme, accepted)
    programme.hand_in("draft_notice", "maker", public_tonnes=accepted)
    programme.hand_in("release_notice", "leader")
    programme.when_published(day)


def minted(programme: Programme, tonnes: int, year: int) -> None:
    """The exchange's two people register the units."""
    vintages = [{"year": year, "tonnes": tonnes}]
    programme.hand_in("prepare_minting", "maker", mint_tonnes=tonnes, mint_vintages=vintages)
    programme.hand_in("verify_minting", "checker")


def judged(programme: Programme) -> tuple[int, int]:
    """How many opinions there are of the project and its rounds, and how many notices."""
    with programme.app.store.reading() as uow:
        opinions = uow.programme.opinions(programme.project_id)
        return len(opinions), len(uow.programme.notices(programme.project_id))
