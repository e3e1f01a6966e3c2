"""C: whether each round is published is a parameter (31号令第十九条 by analogy).

The first registration always is, and a round keeps the parameters it began with (I9).
"""

from __future__ import annotations

import pytest

from tests.scenarios.issuing import apply, assessed, assessed_and_published, judged, minted
from tests.scenarios.parameters import given_parameter
from tests.scenarios.programme import Programme
from workflow_app.kernel.errors import InvalidForm

REQUIRED, NOT = "notice_required: true", "notice_required: false"


def given_second_round(programme: Programme) -> None:
    """Batch 1 of 2021-2023 was published and minted under the parameters as they are."""
    programme.given_registered_project("2025-06-09")
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
    assessed_and_published(programme, 44_100, "2025-08-04")
    programme.on("2025-08-12")
    minted(programme, 44_100, 2023)
    programme.on("2026-01-05")


def test_a_round_without_notice_is_minted_on_its_opinion(programme_on_both: Programme) -> None:
    """W notice_required is off. T batch 2 goes from panel to exchange: 3 days from the opinion."""
    programme = programme_on_both
    given_second_round(programme)
    given_parameter(programme, REQUIRED, NOT)
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    programme.on("2026-02-11")
    assessed(programme, 14_800)

    assert [batch["notice_required"] for batch in programme.batches] == [True, False]
    assert judged(programme) == (3, 2)  # the project's, batch 1's; batch 2 was judged and not published
    programme.then_counted("issuance_registration", "02-12", "02-13", "02-14")
    minted(programme, 14_800, 2024)

    second = programme.batches[-1]
    assert (second["state"], second["issued"]) == ("issued", 14_800)
    assert (second["publicised"], second["notice_id"]) == (None, None)
    assert programme.units() == (44_101, 58_900)


def test_no_more_than_the_panel_accepted_is_minted_without_a_notice(programme: Programme) -> None:
    """I5."""
    programme.given_registered_project("2025-06-09")
    given_parameter(programme, REQUIRED, NOT)
    programme.on("2025-07-01")
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
    assessed(programme, 44_000)
    with pytest.raises(InvalidForm) as above:
        minted(programme, 44_100, 2023)
    assert "44,000吨" in above.value.message


def test_a_project_is_published_whatever_the_parameter_says(programme: Programme) -> None:
    """I9: the first registration needs a notice, and so does a first batch that goes with it."""
    given_parameter(programme, REQUIRED, NOT)
    programme.on("2025-04-10")
    programme.given_application(first_batch="combined")
    programme.hand_in("review_application", "clerk")
    apply(programme, "2021-01-01", "2023-12-31", 44_100, "44100.00")
    assert programme.batches[0]["notice_required"] is True
    assessed_and_published(programme, 44_100, "2025-06-09")
    programme.on("2025-06-17")
    programme.hand_in("open_account", "maker")
    programme.hand_in("verify_registration", "checker")
    minted(programme, 44_100, 2023)
    assert programme.batches[0]["publicised"] == 44_100


def test_a_round_keeps_the_parameters_it_began_with(programme: Programme) -> None:
    """I9: pinned parameters decide. W the notice is required again. T batch 2, begun without, needs none."""
    given_second_round(programme)
    given_parameter(programme, REQUIRED, NOT)
    programme.hand_in("request_issuance", "owner")
    apply(programme, "2024-01-01", "2024-12-31", 14_800, "14800.73")
    given_parameter(programme, REQUIRED, f"{REQUIRED} # 恢复")
    assessed(programme, 14_800)
    minted(programme, 14_800, 2024)
    assert programme.batches[-1]["notice_id"] is None

    programme.hand_in("request_issuance", "owner")
    apply(programme, "2025-01-01", "2025-06-30", 7_000, "7000.00")
    given_parameter(programme, REQUIRED, f"{NOT} # 再次关闭")
    assessed(programme, 7_000)
    programme.task("draft_notice")
