"""Back-test: a version is run on what closed cases recorded; exactly those counted by hand differ."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.scenarios import moving
from tests.scenarios.programme import Programme
from tests.support.edited import edited
from workflow_app.bootstrap import build
from workflow_app.commands.backtest.design import Design
from workflow_app.commands.backtest.recorded import acts
from workflow_app.commands.backtest.requests import BackTest
from workflow_app.commands.backtest.running import Rerun
from workflow_app.commands.executor import Executor
from workflow_app.commands.versions import shipped
from workflow_app.config import Config
from workflow_app.engine.model import LiveCase
from workflow_app.kernel.clock import FixedClock, legal_date
from workflow_app.kernel.errors import Forbidden, InvalidForm, Refused
from workflow_app.sandbox.play import HANDED_OVER
from workflow_app.store.rebuild import replay

ELIGIBILITY = "decisions/eligibility.dmn"
PARAMETERS = "parameters.yaml"


def said_of(programme: Programme, files: dict[str, bytes] | None = None, **options: Any) -> dict[str, Any]:
    """What a back-test of the version in force with these files says, as plain JSON."""
    values = programme.do("administrator", BackTest(files=files or {}, **options)).values
    plain: dict[str, Any] = json.loads(json.dumps(values))
    return plain


def changed(path: str, before: str, after: str) -> dict[str, bytes]:
    """A shipped file with one passage changed."""
    text = shipped()[path].decode()
    assert text.count(before) == 1
    return {path: text.replace(before, after).encode()}


def number(programme: Programme, process: str) -> str:
    """The number of the project's case of a process."""
    with programme.app.store.reading() as uow:
        (case,) = uow.cases.of_project(programme.project_id, process)
    return case.number


def given_decided_applications(programme: Programme) -> list[str]:
    """Four applications: two trade in green certificates, two do not; the two that do, by their numbers."""
    programme.on("2026-03-02")
    numbers = []
    for which, green in enumerate((True, False, True, False)):
        programme.given_application(project_name=f"第{which + 1}片林子（演示）", green_certificate=green)
        if green:
            programme.hand_in("sign_ineligibility", "leader")
            numbers.append(number(programme, "project_application"))
        else:
            programme.hand_in("review_application", "clerk")
    return numbers


def test_one_changed_rule_flips_exactly_the_cases_it_decided(programme: Programme) -> None:
    """W green certificates were admitted. T of four applications the two refused for them, and no other."""
    numbers = given_decided_applications(programme)
    table = shipped()[ELIGIBILITY].decode()
    rule = next(r for r in re.findall(r"<rule .*?</rule>", table, re.DOTALL) if "绿色电力证书" in r)
    admitted = rule.replace("<text>False</text></outputEntry>", "<text>True</text></outputEntry>", 1)

    said = said_of(programme, {ELIGIBILITY: table.replace(rule, admitted).encode()})

    assert said["processes"] == ["project_application"]
    assert (said["cases"], said["differing"], said["totals"]) == (4, 2, {"decision": 2})
    assert {one["number"] for one in said["items"]} == set(numbers)
    for one in said["items"]:
        (difference,) = one["differences"]
        assert (difference["kind"], difference["subject"]) == ("decision", "eligibility")
        assert difference["before"] == difference["after"] == ["green_certificate_excluded"]


def test_a_rule_that_takes_anothers_place_is_named(programme: Programme) -> None:
    """W the eligible rule takes certificates and their own does not. T before and after name both."""
    given_decided_applications(programme)
    table = shipped()[ELIGIBILITY].decode()
    for entry, was, to in (
        ("green_certificate_excluded_green_power", "False", "True"),
        ("eligible_project_green_certificate", "False", ""),
    ):
        old = f'<inputEntry id="{entry}"><text>{was}</text>'
        assert old in table
        table = table.replace(old, f'<inputEntry id="{entry}"><text>{to}</text>')

    said = said_of(programme, {ELIGIBILITY: table.encode()})

    assert said["totals"] == {"decision": 2}
    assert {(*d["before"], *d["after"]) for one in said["items"] for d in one["differences"]} == {
        ("green_certificate_excluded", "eligible_project")
    }


def test_a_shorter_limit_flips_exactly_the_one_met_too_late_for_it(programme_on_both: Programme) -> None:
    """W formal review had three working days. T of reviews on days 2 and 4 only the later had missed it."""
    programme = programme_on_both
    programme.on("2025-04-10")
    programme.given_application(project_name="第1片林子（演示）")
    programme.on("2025-04-14")  # Monday, the second working day
    programme.hand_in("review_application", "clerk")
    programme.given_application(project_name="第2片林子（演示）")
    programme.on("2025-04-18")  # Friday, the fourth
    programme.hand_in("review_application", "clerk")
    late = number(programme, "project_application")

    said = said_of(programme, changed(PARAMETERS, "name: 形式审查, n: 5", "name: 形式审查, n: 3"))

    assert said["totals"] == {"deadline": 1, "moved": 1}
    by_kind = {d["kind"]: (one["number"], d) for one in said["items"] for d in one["differences"]}
    assert by_kind["deadline"][0] == late
    assert by_kind["deadline"][1]["before"] == ["2025-04-22T00:00+08:00", "met"]
    assert by_kind["deadline"][1]["after"] == ["2025-04-18T00:00+08:00", "missed"]
    assert by_kind["moved"][1]["after"] == ["2025-04-16T00:00+08:00", "met"]


def test_a_longer_limit_leaves_open_what_its_timer_took_away(programme: Programme) -> None:
    """W formal review had eight days. T the application deemed accepted on the sixth still waited."""
    programme.on("2025-04-01")
    programme.given_application()
    programme.on("2025-04-30")
    deemed = number(programme, "project_application")

    said = said_of(programme, changed(PARAMETERS, "name: 形式审查, n: 5", "name: 形式审查, n: 8"))

    (one,) = said["items"]
    (difference,) = one["differences"]
    assert (one["number"], difference["kind"], difference["subject"]) == (deemed, "deadline", "formal_review")
    assert (difference["before"][1], difference["after"][1]) == ("missed", "open")


def test_a_new_task_asks_for_what_was_never_given(programme: Programme) -> None:
    """W a review that was drawn under one id is drawn under another. T then gone, now asked."""
    given_decided_applications(programme)
    text = edited()["processes/project_application.bpmn"].decode()
    renamed = re.sub(r"\breview_application\b", "look_at_application", text)

    said = said_of(programme, {"processes/project_application.bpmn": renamed.encode()})

    assert said["totals"] == {"asked": 2}
    (first, second) = [d for one in said["items"] for d in one["differences"]]
    assert first["element"] == second["element"] == "look_at_application"
    assert "review_application" in first["before"]
    assert "look_at_application" in first["after"]


def test_a_second_reviewer_asks_for_what_was_never_given(programme: Programme) -> None:
    """W a second review is drawn after the first. T the two accepted applications lack it, no other case."""
    given_decided_applications(programme)

    said = said_of(programme, edited(project_application=moving.with_second_review))

    assert said["totals"] == {"asked": 2}
    for one in said["items"]:
        (difference,) = one["differences"]
        assert difference["element"] == "second_review"
        assert "application_acceptance" in difference["before"]
        assert one["names"]["second_review"] == "复审"


def test_a_case_that_was_moved_runs_as_it_ran_since(programme: Programme) -> None:
    """W an application was moved to a version with a second review and accepted. T no difference on it."""
    programme.on("2025-04-10")
    programme.given_application()
    target = moving.second_review(programme)
    moving.moved(programme, target)
    programme.hand_in("review_application", "clerk")
    programme.hand_in("second_review", "leader")

    said = said_of(programme, version=target, processes=("project_application",))

    assert (said["cases"], said["items"], said["left_out"]) == (1, [], {})


def test_a_call_of_another_process_is_named(programme: Programme) -> None:
    """W the lifecycle calls an objection where it called the application. T the ended project differs."""
    programme.on("2026-03-02")
    programme.given_application(green_certificate=True)
    programme.hand_in("sign_ineligibility", "leader")
    lifecycle = "processes/project_lifecycle.bpmn"

    said = said_of(
        programme, changed(lifecycle, 'calledElement="project_application"', 'calledElement="objection"')
    )

    (one,) = said["items"]
    (difference,) = one["differences"]
    assert (one["process_id"], difference["kind"]) == ("project_lifecycle", "path")
    assert (difference["before"], difference["after"]) == (["project_application"], ["objection"])


def test_a_field_a_form_newly_asks_for_is_named_and_no_value(programme: Programme) -> None:
    """W the application asks for one more field. T every application lacks it; nothing filled in is told."""
    given_decided_applications(programme)
    form = shipped()["forms/project_application.yaml"].decode()
    known = "      - {name: project_address,"
    added = "      - {name: parcel_code, label: 林班号, type: text, required: true, max_length: 20}\n"
    assert form.count(known) == 1

    said = said_of(programme, {"forms/project_application.yaml": form.replace(known, added + known).encode()})

    assert said["totals"] == {"asked": 4}
    assert {d["after"][0] for one in said["items"] for d in one["differences"]} == {"parcel_code"}
    assert "林子" not in json.dumps(said, ensure_ascii=False)


def test_a_table_without_an_answer_stops_the_case(programme: Programme) -> None:
    """W no rule takes a certificate any more. T those cases could not go on."""
    given_decided_applications(programme)
    table = shipped()[ELIGIBILITY].decode()
    rule = next(r for r in re.findall(r"<rule .*?</rule>\s*", table, re.DOTALL) if "绿色电力证书" in r)

    said = said_of(programme, {ELIGIBILITY: table.replace(rule, "").encode()})

    assert said["totals"] == {"stopped": 2}


def test_nothing_changed_nothing_is_run(programme: Programme) -> None:
    """W the version in force is tested on itself. T no process changed, so no case is run."""
    given_decided_applications(programme)
    said = said_of(programme)
    assert (said["processes"], said["cases"], said["items"]) == ([], 0, [])


def test_what_is_left_out_is_said(programme: Programme) -> None:
    """W one case at most. T one is run, and the others are counted."""
    given_decided_applications(programme)
    said = said_of(programme, processes=("project_application",), limit=1)
    assert (said["cases"], said["left_out"]) == (1, {"limit": 3})
    with pytest.raises(InvalidForm):
        said_of(programme, limit=0)


def test_a_back_test_ends_when_its_time_is_up(programme: Programme) -> None:
    """W every look at the clock takes ten seconds and thirty are given. T two cases run, two are left."""
    given_decided_applications(programme)
    start = datetime(2026, 11, 24, tzinfo=UTC)
    ticks = (start + timedelta(seconds=10 * number) for number in itertools.count())
    tools = replace(programme.app.tools, host_now=lambda: next(ticks))
    administrator = programme.app.actor(programme.people["administrator"], "web")
    request = BackTest(processes=("project_application",), seconds=30)

    said = Executor(programme.app.store, tools).execute(request, administrator).values

    assert (said["cases"], said["left_out"]) == (2, {"time": 2})


def test_only_a_process_administrator_tests(programme: Programme) -> None:
    """W anybody else asks. T refused; and a version that cannot be read is no traceback."""
    for who in ("leader", "clerk", "operator", "auditor", "owner"):
        with pytest.raises(Forbidden):
            programme.do(who, BackTest())
    for path in (ELIGIBILITY, "forms/panel.yaml", PARAMETERS):
        with pytest.raises(Refused):
            said_of(programme, {path: b"<no"})


def test_every_closed_case_of_the_sandbox_runs_as_it_ran(sandbox_config: Config) -> None:
    """W the sandbox's own version is tested on all its closed cases. T no difference, no variable differs."""
    app = build(sandbox_config, FixedClock(HANDED_OVER))
    with app.store.reading() as uow:
        before = replay(uow.connection)
        closed = list(uow.cases.closed())
        processes = tuple({process for _, process, _ in closed})
        (administrator, *_) = uow.people.users(legal_date(HANDED_OVER), role="process_admin")
        design = Design.of(app.tools.versions.files(closed[0][0]))
        for _, _, case_id in closed:
            case = uow.cases.get(case_id)
            rerun = Rerun(design, case)
            for act in acts(uow, case):
                if act.kind != "case_cancelled":
                    rerun.act(act)
            assert isinstance(rerun.live, LiveCase)
            ended = json.loads(rerun.live.header)["variables"]
            assert ended == json.loads(case.header)["variables"], case.number

    actor = app.actor(administrator.id, "web")
    said = app.execute(BackTest(processes=processes, limit=2_000, seconds=120), actor).values

    assert said["items"] == []
    assert said["cases"] == len(closed) >= 60
    assert said["left_out"] == {}
    with app.store.reading() as uow:
        assert replay(uow.connection) == before
    app.store.engine.dispose()
