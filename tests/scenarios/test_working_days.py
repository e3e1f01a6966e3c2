"""Scenarios 1-4 of the programme: the limits of publicity and registration on real calendars."""

from __future__ import annotations

from datetime import time

import pytest

from tests.scenarios.programme import Programme


def test_ordinary_week(programme_on_both: Programme) -> None:
    """Published on a Monday: five working days, then three to register."""
    programme = programme_on_both
    programme.on("2025-04-10")
    programme.given_released_notice()

    programme.when_published("2025-06-09")

    programme.then_state("public_notice")
    assert programme.counted("public_notice") == [
        "2025-06-10",
        "2025-06-11",
        "2025-06-12",
        "2025-06-13",
        "2025-06-16",
    ]
    programme.then_due_on("public_notice", "2025-06-16")

    programme.on("2025-06-16", time(23, 59))
    programme.then_state("public_notice")
    programme.on("2025-06-17", time(0))
    programme.then_state("registration_pending")
    assert programme.counted("registration") == ["2025-06-17", "2025-06-18", "2025-06-19"]
    programme.then_due_on("registration", "2025-06-19")

    programme.on("2025-06-18")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    programme.then_state("registered")
    assert programme.project["number"] == "JX-JCER-01-00001"
    assert programme.limit("registration").state == "met"
