"""A holiday notice of a scenario: proposed by the process administrator, approved by the leader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from calendars.typed_toml import read_toml
from workflow_app.commands.calendar_requests import (
    DecideCalendarProposal,
    PreviewCalendarNotice,
    ProposeCalendarNotice,
)

if TYPE_CHECKING:
    from tests.scenarios.programme import Programme


def loaded(programme: Programme, toml: str, *, dry_run: bool = False) -> Mapping[str, Any]:
    """Put a notice in force, or only look at it; return what it changes."""
    (typed,) = read_toml(toml)
    if dry_run:
        leader = programme.app.actor(programme.people["leader"], "web")
        return programme.app.calendar_effect(PreviewCalendarNotice(typed), leader).values
    proposed = programme.do("administrator", ProposeCalendarNotice(typed)).values
    decided = DecideCalendarProposal(str(proposed["proposal_id"]), approve=True)
    return cast("Mapping[str, Any]", programme.do("leader", decided).values["effect"])
