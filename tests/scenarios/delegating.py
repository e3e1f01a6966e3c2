"""An application its owner's agent hands in, with the mandate it needs (R29)."""

from __future__ import annotations

from tests.scenarios.programme import Programme


def given_delegated(programme: Programme, until: str = "2025-04-30") -> None:
    """The agent applies for the owner today, under a mandate that runs until a day."""
    today = programme.today.isoformat()
    programme.given_application(
        "agent",
        applicant_is_owner=False,
        applicant_uscc="91360100DEM0000573",
        owner_name="演示owner",
        owner_place="赣州市",
        owner_representative="章演示",
        owner_uscc="12360725DEM0000141",
        mandate="m1",
        mandate_until=until,
        owner_signature={"name": "章演示", "date": today, "seal": True},
    )
