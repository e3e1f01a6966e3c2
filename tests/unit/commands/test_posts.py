"""任职 by the legal day, through commands: permission turns with the day; overlaps are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from tests.scenarios.programme import Programme, at
from workflow_app.commands.people_requests import (
    CloseOrganisation,
    EndPost,
    RenameOrganisation,
    ReopenOrganisation,
)
from workflow_app.commands.requests import AssignRole, CreateApiToken, CreateOrganisation, RevokeRole
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused
from workflow_app.queries import organisations, people

TODAY = date(2025, 1, 2)
DAY = timedelta(days=1)
MIDNIGHT, LATE = time(0), time(23, 59, 59)


@pytest.fixture
def programme(database_url: str, tmp_path: Path) -> Iterator[Programme]:
    """The programme, on each database."""
    opened = Programme.opened(database_url, tmp_path, TODAY.isoformat())
    yield opened
    opened.then_history_holds()
    opened.app.store.close()


def roles(programme: Programme, name: str) -> set[str]:
    return {role for role, _ in programme.app.actor(programme.people[name], "web").roles}


def posts(programme: Programme, name: str) -> dict[str, str]:
    with programme.app.store.reading() as uow:
        return {post.role: post.id for post in uow.people.posts(programme.people[name])}


def test_a_post_begins_and_ends_with_the_day_in_shanghai(programme: Programme) -> None:
    first, last = TODAY + DAY, TODAY + 2 * DAY
    made = programme.do(
        "operator", AssignRole(programme.people["clerk"], "department_leader", None, first, last)
    )
    assert made.values["post_id"]
    seen = []
    for day, hour in ((TODAY, LATE), (first, MIDNIGHT), (last, LATE), (last + DAY, MIDNIGHT)):
        programme.clock.set(at(day.isoformat(), hour))
        with programme.app.reading() as reading:
            signed_in = people.signed_in(reading, programme.people["clerk"])
            assert signed_in is not None
            assert signed_in.holds("department_leader") == ("department_leader" in roles(programme, "clerk"))
        seen.append("department_leader" in roles(programme, "clerk"))
    assert seen == [False, True, True, False]


def test_a_token_has_the_posts_of_the_day_it_is_used(programme: Programme) -> None:
    secret = str(programme.do("clerk", CreateApiToken("对账")).values["secret"])
    end = EndPost(programme.people["clerk"], posts(programme, "clerk")["department_clerk"], TODAY + DAY)
    programme.do("operator", end)
    programme.clock.set(at((TODAY + DAY).isoformat(), LATE))
    assert programme.app.actor_of_token(secret).holds("department_clerk")
    programme.clock.set(at((TODAY + 2 * DAY).isoformat(), MIDNIGHT))
    assert not programme.app.actor_of_token(secret).holds("department_clerk")


def test_an_overlapping_post_is_refused_and_a_following_one_is_not(programme: Programme) -> None:
    clerk = programme.people["clerk"]
    held = programme.organisations["department"]
    with pytest.raises(Refused) as refused:
        programme.do("operator", AssignRole(clerk, "department_clerk", held, TODAY + 30 * DAY))
    assert refused.value.code == "post_overlaps"
    post = posts(programme, "clerk")["department_clerk"]
    programme.do("operator", EndPost(clerk, post, TODAY + 29 * DAY))
    programme.do("operator", AssignRole(clerk, "department_clerk", held, TODAY + 30 * DAY))
    with pytest.raises(Refused) as moved:
        programme.do("operator", EndPost(clerk, post, TODAY + 30 * DAY))
    assert moved.value.code == "post_overlaps"


def test_roles_that_do_not_go_together_may_follow_one_another(programme: Programme) -> None:
    """Somebody may be a clerk until May and an auditor from June; on no day both."""
    clerk = programme.people["clerk"]
    end = TODAY + 29 * DAY
    with pytest.raises(Refused) as both:
        programme.do("operator", AssignRole(clerk, "auditor", None, end + DAY))
    assert both.value.code == "incompatible_roles"
    post = posts(programme, "clerk")["department_clerk"]
    programme.do("operator", EndPost(clerk, post, end))
    programme.do("operator", AssignRole(clerk, "auditor", None, end + DAY))
    with pytest.raises(Refused) as longer:
        programme.do("operator", EndPost(clerk, post, None))
    assert longer.value.code == "incompatible_roles"


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (TODAY - DAY, None, "valid_from"),
        (TODAY + 2 * DAY, TODAY + DAY, "valid_to"),
    ],
)
def test_the_days_of_a_post_have_to_hold(
    programme: Programme, first: date, last: date | None, field: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        programme.do(
            "operator", AssignRole(programme.people["leader"], "department_clerk", None, first, last)
        )
    assert field in refused.value.errors


def test_who_may_set_the_end_of_a_post(programme: Programme) -> None:
    post = posts(programme, "clerk")["department_clerk"]
    with pytest.raises(Forbidden):
        programme.do("leader", EndPost(programme.people["clerk"], post, TODAY))
    mine = posts(programme, "operator")["system_admin"]
    with pytest.raises(Refused) as own:
        programme.do("operator", EndPost(programme.people["operator"], mine, TODAY))
    assert own.value.code == "own_role"
    with pytest.raises(InvalidForm):
        programme.do("operator", EndPost(programme.people["clerk"], post, TODAY - DAY))


def test_what_is_offered_to_a_role_is_offered_to_who_holds_it_that_day(programme: Programme) -> None:
    """Hand-over offers, and the panel's experts: by the day as well."""
    end = EndPost(programme.people["expert_three"], posts(programme, "expert_three")["expert"], TODAY)
    programme.do("operator", end)
    with programme.app.store.reading() as uow:
        today = {user.id for user in uow.people.users(TODAY, role="expert")}
        tomorrow = {user.id for user in uow.people.users(TODAY + DAY, role="expert")}
    assert today - tomorrow == {programme.people["expert_three"]}
    clerk = programme.people["second_clerk"]
    programme.do("operator", EndPost(clerk, posts(programme, "second_clerk")["department_clerk"], TODAY))
    for day, offered in ((TODAY, True), (TODAY + DAY, False)):
        programme.clock.set(at(day.isoformat()))
        with programme.app.reading() as reading:
            found = people.colleagues(reading, ["role:department_clerk"], programme.people["clerk"])
        assert (clerk in {one.id for one in found}) is offered


def test_an_organisation_keeps_what_it_was_called(programme: Programme) -> None:
    owner = programme.organisations["owner"]
    programme.clock.set(at("2025-03-03"))
    asked = RenameOrganisation(owner, "演示林业集团", "登记机关变更通知", date(2025, 3, 1))
    programme.do("operator", asked)
    with programme.app.reading() as reading:
        found = organisations.names(reading, owner)
        now = organisations.one(reading, owner)
    assert now is not None
    assert now.name == "演示林业集团"
    assert [(one.name, one.valid_from, one.valid_to) for one in found] == [
        ("演示林业集团", date(2025, 3, 1), None),
        ("演示owner", TODAY, date(2025, 2, 28)),
    ]
    with pytest.raises(InvalidForm) as early:
        programme.do("operator", RenameOrganisation(owner, "又一名", "误", date(2025, 2, 1)))
    assert "valid_from" in early.value.errors
    with pytest.raises(InvalidForm):
        programme.do("operator", RenameOrganisation(owner, "又一名", "误", date(2025, 3, 4)))
    with pytest.raises(Forbidden):
        programme.do("clerk", RenameOrganisation(owner, "又一名", "误"))


def test_an_organisation_is_closed_once_nothing_stands_under_it(programme: Programme) -> None:
    made = programme.do("operator", CreateOrganisation("临时单位", "", "owner"))
    body = programme.organisations["body"] = str(made.values["organisation_id"])
    programme.do("operator", AssignRole(programme.people["owner"], "owner", body))
    with pytest.raises(Refused) as used:
        programme.do("operator", CloseOrganisation(body, "合并"))
    assert (used.value.code, used.value.details) == ("organisation_in_use", {"posts": 1})
    programme.do("operator", RevokeRole(programme.people["owner"], "owner", body))
    programme.do("operator", CloseOrganisation(body, "合并"))
    with pytest.raises(Refused) as closed:
        programme.do("operator", AssignRole(programme.people["owner"], "owner", body))
    assert closed.value.code == "organisation_closed"
    programme.do("operator", ReopenOrganisation(body, "误停"))
    programme.do("operator", AssignRole(programme.people["owner"], "owner", body))
    with pytest.raises(Refused) as people_there:
        programme.do("operator", CloseOrganisation(programme.organisations["exchange"], "合并"))
    assert people_there.value.details == {"posts": 2, "people": 2}
    assert legal_date(programme.clock.now()) == TODAY
