"""首期一并办理: project and batch 1 in one opinion and one notice (附件一（二）（三）, 附件二（一）).

The dates and tonnes are P1's of docs/domain.md §7.
"""

from __future__ import annotations

from tests.scenarios.issuing import apply, assessed_and_published, judged, minted, reviewed
from tests.scenarios.programme import Programme

FIRST = {2021: 14_500, 2022: 14_700, 2023: 14_900}
VINTAGES = [{"year": year, "tonnes": tonnes} for year, tonnes in FIRST.items()]


def given_combined(programme: Programme) -> None:
    """P1 applied on 2025-04-10 for both at once, and is accepted."""
    programme.on("2025-04-10")
    programme.given_application(first_batch="combined")
    programme.hand_in("review_application", "clerk")


def given_first_application(programme: Programme) -> None:
    """And hands in forms 3 and 4 for 2021-2023: 44,100 t."""
    given_combined(programme)
    programme.on("2025-04-21")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)


def given_published(programme: Programme) -> None:
    """One opinion, one notice of both, on 2025-06-09."""
    given_first_application(programme)
    assessed_and_published(programme, 44_100, "2025-06-09")


def registered(programme: Programme) -> None:
    """The exchange's two people open the account and register the project."""
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")


def states(programme: Programme) -> tuple[str, list[str]]:
    """The project's state and its batches'."""
    return programme.project["state"], [batch["state"] for batch in programme.batches]


def test_project_and_first_batch_go_together(programme_on_both: Programme) -> None:
    """W P1 is published 2025-06-09 with B1. T both registered on 06-18, by 06-19: 44,100 t; B2 goes alone."""
    programme = programme_on_both
    given_combined(programme)
    programme.then_state("accepted")
    programme.on("2025-04-21")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00", vintages=VINTAGES)
    assert states(programme) == ("accepted", ["formal_review"])
    reviewed(programme)
    assert states(programme) == ("assessment", ["assessment"])
    programme.hand_in("hold_meeting", "clerk")
    programme.hand_in("give_opinion", "expert_one", accepted_tonnes=44_100)
    assert states(programme) == ("notice_pending", ["notice_pending"])
    programme.hand_in("draft_notice", "maker", public_tonnes=44_100)
    programme.hand_in("release_notice", "leader")
    programme.when_published("2025-06-09")
    assert states(programme) == ("public_notice", ["public_notice"])
    programme.then_counted("public_notice", "06-10", "06-11", "06-12", "06-13", "06-16")

    programme.on("2025-06-18")
    programme.then_due_on("registration", "2025-06-19")
    registered(programme)
    assert states(programme) == ("registered", ["registration_pending"])
    programme.then_due_on("issuance_registration", "2025-06-19")  # R37: one limit for both
    programme.hand_in("prepare_minting", "maker", mint_tonnes=44_100, mint_vintages=VINTAGES)
    programme.hand_in("verify_minting", "checker")

    assert states(programme) == ("registered", ["issued"])
    assert (programme.units(), programme.balance()) == ((1, 44_100), 44_100)
    assert judged(programme) == (1, 1)
    assert programme.serials()[0].startswith("JX-JCER-01-00001-01-2021-000000001-000014500-E")

    programme.on("2026-01-05")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    assessed_and_published(programme, 14_800, "2026-02-11")
    programme.on("2026-02-28")
    minted(programme, 14_800, 2024)
    assert programme.units() == (44_101, 58_900)
    assert judged(programme) == (2, 2)
    programme.task("request_issuance")
