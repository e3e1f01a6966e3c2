"""The programme as a test speaks of it: who acts, what is handed in, what is then due.

Everything goes through commands, on the shipped diagrams, under a clock that stands still until
it is moved. After each test the history's chain must verify and the live tables must be what the
events alone rebuild.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from calendars.periods import Due
from tests.scenarios import holiday_notices
from tests.support.form_answers import answer
from workflow_app.adapters.identity import LocalIdentity
from workflow_app.bootstrap import App, build
from workflow_app.commands.requests import (
    PUBLIC,
    SYSTEM,
    AssignRole,
    Attach,
    CompleteTask,
    CreateOrganisation,
    CreateUser,
    DeclareConflict,
    EnterMethodology,
    MoveClock,
    Request,
    Result,
    StartCase,
    SubmitComment,
    WithdrawProject,
)
from workflow_app.config import Config
from workflow_app.engine.form_model import FILE_TYPES, Field
from workflow_app.kernel.clock import SHANGHAI, FixedClock
from workflow_app.queries import case_file, case_tasks, form_facts
from workflow_app.store.chain import verify
from workflow_app.store.history import SYSTEM as SYSTEM_WHO
from workflow_app.store.rebuild import compare
from workflow_app.store.repositories.cases import CaseRow
from workflow_app.store.repositories.deadlines import DeadlineRow
from workflow_app.store.repositories.inbox import InboxTask

MORNING = time(10)
JCER_FOREST = "赣环气候〔2021〕17号"
CCER_BIOGAS = "CCER-15-001-V01"
PDF = b"%PDF-1.4 demo"


def at(day: str, hour: time = MORNING) -> datetime:
    """Return an instant by its Shanghai date (and hour)."""
    return datetime.combine(date.fromisoformat(day), hour, SHANGHAI).astimezone(UTC)


def built(url: str, folder: Path, clock: FixedClock) -> App:
    """The product on a database, under a clock that stands still."""
    config = Config(
        database_url=url,
        secret="test" * 10,
        master_key=bytes(range(32)),
        files=folder / "files",
        var=folder,
    )
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return build(config, clock=clock, identity=LocalIdentity(quick))


@dataclass
class Programme:
    """The programme under test."""

    app: App
    clock: FixedClock
    organisations: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    filing_id: str = ""
    project_id: str = ""
    receipts: list[str] = field(default_factory=list)
    consultant: str = ""

    # --- the world

    @classmethod
    def opened(cls, url: str, folder: Path, day: str = "2025-01-02") -> Programme:
        """A programme with its organisations, people, methodologies and one filed pilot."""
        clock = FixedClock(at(day))
        app = built(url, folder, clock)
        app.initialise()
        programme = cls(app, clock)
        programme._settle_people()
        return programme

    def _settle_people(self) -> None:
        for name, kind, uscc in (
            ("department", "department", ""),
            ("bureau", "prefecture_bureau", ""),
            ("pilot", "pilot_unit", ""),
            ("exchange", "exchange", "91360000DEM000129N"),
            ("owner", "owner", "12360725DEM0000141"),
            ("agent", "agent", "91360100DEM0000573"),
            ("institute", "expert_body", ""),
        ):
            until = date(2030, 12, 31) if kind == "exchange" else None
            entered = CreateOrganisation(f"演示{name}", uscc, kind, qualified_until=until)
            self.organisations[name] = self._said(entered, "organisation_id")
        for name, organisation, role in (
            ("clerk", "department", "department_clerk"),
            ("leader", "department", "department_leader"),
            ("second_clerk", "department", "department_clerk"),
            ("maker", "exchange", "exchange_maker"),
            ("checker", "exchange", "exchange_checker"),
            ("owner", "owner", "owner"),
            ("agent", "agent", "agent"),
            ("pilot", "pilot", "pilot_unit"),
            ("expert_one", "institute", "expert"),
            ("expert_two", "institute", "expert"),
            ("expert_three", "institute", "expert"),
            ("administrator", "department", "process_admin"),
            ("second_administrator", "department", "process_admin"),
            ("operator", "department", "system_admin"),
            ("auditor", "department", "auditor"),
        ):
            self.given_person(name, organisation, role)
        for code, name, kind, of, day in (
            (JCER_FOREST, "江西省森林经营碳汇项目方法学（试行）", "jcer", "01", date(2021, 6, 1)),
            (CCER_BIOGAS, "规模化猪场粪污沼气回收利用工程", "ccer", "02", date(2024, 1, 1)),
            ("JCER-演示-06", "分布式光伏（演示）", "jcer", "06", date(2024, 8, 1)),
        ):
            self.app.execute(EnterMethodology(code, name, kind, of, day), SYSTEM)

    def given_person(self, name: str, organisation: str, role: str) -> str:
        """Enter a person with one role."""
        organisation_id = self.organisations[organisation]
        made = CreateUser(name, f"演示{name}", organisation_id, f"a password of {name}")
        user_id = self._said(made, "user_id")
        self.people[name] = user_id
        self.also_holds(name, role)
        return user_id

    def also_holds(self, name: str, role: str) -> None:
        """Give a person one more role, at their organisation where the role has a scope."""
        with self.app.store.reading() as uow:
            organisation_id = uow.people.user(self.people[name]).organisation_id
        self.app.execute(AssignRole(self.people[name], role, organisation_id), SYSTEM)

    def given_filed_pilot(self) -> None:
        """A pilot county that has filed."""
        started = self.do("pilot", StartCase("pilot_filing", {"title": "崇义县试点备案"}))
        case_id = str(started.values["case_id"])
        bureau = self.organisations["bureau"]
        self.hand_in("submit_filing", "pilot", case_id=case_id, organising_bureau=bureau)
        self.hand_in("review_filing", "clerk", case_id=case_id)
        with self.app.store.reading() as uow:
            self.filing_id = uow.programme.filings("filed")[0]["id"]

    def given_conflict(self, expert: str, organisation: str, since: str = "2024-01-01") -> None:
        """An expert is tied to an organisation."""
        tie = DeclareConflict(
            self.people[expert], self.organisations[organisation], "受聘咨询", date.fromisoformat(since)
        )
        self.do("clerk", tie)

    def exchange_qualified_until(self, day: str) -> None:
        """The exchange's qualification ends on a day."""
        with self.app.store.unit_of_work() as uow:
            changes = {"qualified_until": date.fromisoformat(day)}
            uow.people.change_organisation(self.organisations["exchange"], changes)
            uow.history.record("organisation_changed", "organisation:exchange", SYSTEM_WHO, self.clock.now())
            uow.commit()

    # --- acting

    def do(self, who: str, request: Request, key: str | None = None) -> Result:
        """Carry out a request as a person."""
        return self.app.execute(request, self.app.actor(self.people[who], "web"), key)

    def _said(self, request: Request, name: str) -> str:
        return str(self.app.execute(request, SYSTEM).values[name])

    def on(self, day: str, hour: time = MORNING) -> None:
        """Move the clock to a day; what falls due on the way fires on the way."""
        self.app.execute(MoveClock(to=at(day, hour)), SYSTEM)

    def wake_late(self, day: str, hour: time = MORNING) -> None:
        """Let time pass while no scheduler runs."""
        self.clock.set(at(day, hour))

    def task(self, element: str, *, case_id: str | None = None, of: str | None = None) -> InboxTask:
        """The open task of an element, in this project or in one case.

        :param of: whose, where several people have one each.
        """
        found = [
            task
            for task in self.open_tasks(case_id)
            if task.element_id == element and of in (None, _name_of(self, task.assignee_id))
        ]
        assert len(found) == 1, (
            f"{element}: {[(t.element_id, t.candidates) for t in self.open_tasks(case_id)]}"
        )
        return found[0]

    def open_tasks(self, case_id: str | None = None) -> list[InboxTask]:
        """Every open task of the project, or of one case."""
        with self.app.store.reading() as uow:
            cases = [case_id] if case_id else [case.id for case in uow.cases.of_project(self.project_id)]
            return [task for each in cases for task in uow.inbox.of_case(each)]

    def hand_in(
        self, element: str, who: str, *, case_id: str | None = None, of: str | None = None, **changes: Any
    ) -> Result:
        """Hand in the form of an open task: a valid answer with these changes."""
        task = self.task(element, case_id=case_id, of=of)
        return self.do(who, CompleteTask(task.id, self.answer_to(task, who, **changes)))

    def answer_to(self, task: InboxTask, who: str, **changes: Any) -> dict[str, Any]:
        """A valid answer to a task's form, its files uploaded, its people the programme's."""
        filled = self.words_for(task.form, **changes)
        with self.app.store.reading() as uow:
            case = uow.cases.get(task.case_id)
        form = self.app.tools.form(case.version, task.form)
        for each in form.fields():
            if each.name in filled:
                filled[each.name] = self._with_files(task, who, each, each.name, filled[each.name])
        return filled

    def words_for(self, form: str, **changes: Any) -> dict[str, Any]:
        """A valid answer to a form but for its files, which are still to be uploaded."""
        return answer(form, **{**self._usual(form), **changes})

    def _with_files(self, task: InboxTask, who: str, each: Field, path: str, value: Any) -> Any:
        if each.type == "rows" and isinstance(value, list):
            return [
                {
                    name: self._with_files(task, who, column, f"{path}-{index}-{name}", part)
                    if (column := next((c for c in each.rows if c.name == name), None)) is not None
                    else part
                    for name, part in row.items()
                }
                for index, row in enumerate(value)
            ]
        if each.type not in FILE_TYPES or not value:
            return value
        ids = [self.uploads(task, who, path) for _ in (value if isinstance(value, list) else [value])]
        return ids if isinstance(value, list) else ids[0]

    def uploads(self, task: InboxTask, who: str, path: str, name: str = "材料.pdf") -> str:
        """Upload a file to a field; returns its id."""
        done = self.do(who, Attach(task.id, path, name, io.BytesIO(PDF)))
        return str(done.values["attachment_id"])

    def _usual(self, form: str) -> dict[str, Any]:
        """What a valid answer takes from this programme: its people, its pilot, its day."""
        today = self.today.isoformat()
        signed = {"name": "章演示", "date": today, "seal": True}
        experts = [self.people[name] for name in ("expert_one", "expert_two", "expert_three")]
        applied = {
            "methodology": JCER_FOREST,
            "pilot_filing": self.filing_id,
            "application_signature": signed,
            "technical_service": self.consultant or None,
        }
        usual: dict[str, dict[str, Any]] = {
            "project_application": applied,
            "application_correction": applied,
            "pilot_filing": {"filing_signature": signed},
            "panel": {"experts": experts, "chair": experts[0]},
            "assessment_meeting": {"attendance": experts, "meeting_date": today},
            "panel_opinion": {
                "signatures": [{"expert": expert, "agrees": True} for expert in experts],
                "opinion_date": today,
            },
            "revision_response": {"revision_signature": signed},
            "ineligibility_decision": {"decision_date": today},
            "issuance_application": {"application_signature": signed},
            "issuance_correction": {"application_signature": signed},
        }
        return usual.get(form, {})

    # --- given

    def given_application(self, who: str = "owner", **changes: Any) -> Result:
        """An applicant opens a project and hands in the application."""
        if not self.filing_id:
            self.given_filed_pilot()
        fields: dict[str, Any] = {"title": "崇义县国有林场森林经营碳汇（演示）"}
        if who == "agent":
            fields["owner_org"] = self.organisations["owner"]
        self.project_id = str(self.do(who, StartCase("project_lifecycle", fields)).values["project_id"])
        return self.hand_in("submit_application", who, **changes)

    def given_accepted_project(self) -> None:
        """Applied, and accepted after formal review."""
        self.given_application()
        self.hand_in("review_application", "clerk")

    def given_convened_panel(self, **changes: Any) -> None:
        """An accepted project whose experts have reviewed it."""
        self.given_accepted_project()
        self.hand_in("convene_panel", "clerk", **changes)
        for expert in ("expert_one", "expert_two", "expert_three"):
            self.hand_in("review_by_expert", expert, of=expert)

    def given_passed_panel(self) -> None:
        """An accepted project the panel has passed."""
        self.given_convened_panel()
        self.hand_in("hold_meeting", "clerk")
        self.hand_in("give_opinion", "expert_one")

    def given_released_by_no_one(self) -> None:
        """Another project whose notice is only drafted."""
        with self.app.store.reading() as uow:
            known = len(uow.programme.projects_named(self.project["name"]))
        self.given_application(project_name=f"第{known + 1}片林子（演示）")
        self.hand_in("review_application", "clerk")
        self.hand_in("convene_panel", "clerk")
        for expert in ("expert_one", "expert_two", "expert_three"):
            self.hand_in("review_by_expert", expert, of=expert)
        self.hand_in("hold_meeting", "clerk")
        self.hand_in("give_opinion", "expert_one")
        self.hand_in("draft_notice", "maker")

    def given_released_notice(self) -> None:
        """A passed project whose notice the leader released."""
        self.given_passed_panel()
        self.hand_in("draft_notice", "maker")
        self.hand_in("release_notice", "leader")

    def given_registered_project(self, published: str) -> None:
        """A project published on a day and registered as soon as it may be."""
        self.on(f"{published[:4]}-{int(published[5:7]) - 2:02d}-08")
        self.given_released_notice()
        self.when_published(published)
        self.on((self.notice["closes_at"].astimezone(SHANGHAI)).date().isoformat())
        self.hand_in("open_account", "maker")
        self.hand_in("verify_registration", "checker")
        self.then_state("registered")

    # --- when

    def when_published(self, day: str, hour: time = MORNING) -> None:
        """The exchange publishes the notice on a day."""
        self.on(day, hour)
        self.hand_in("publish_notice", "checker")

    def when_comment(self, text: str = "部分地块已在其他机制登记。") -> str:
        """Somebody of the public comments; returns the comment's case."""
        comment = SubmitComment(self.notice["id"], text, "张三", "13800000428")
        said = self.app.execute(comment, PUBLIC).values
        self.receipts.append(str(said["receipt"]))
        with self.app.store.reading() as uow:
            row = uow.programme.comment(str(said["comment_id"]))
        assert row is not None
        return str(row["case_id"])

    def when_withdrawn(self, who: str = "owner") -> Result:
        """The applicant withdraws."""
        return self.do(who, WithdrawProject(self.project_id, "另行安排"))

    def when_notice_loaded(self, toml: str, *, dry_run: bool = False) -> Mapping[str, Any]:
        """A State Council notice is loaded."""
        return holiday_notices.loaded(self, toml, dry_run=dry_run)

    # --- then

    @property
    def today(self) -> date:
        """The legal date."""
        return self.clock.now().astimezone(SHANGHAI).date()

    @property
    def project(self) -> dict[str, Any]:
        """The project's record."""
        with self.app.store.reading() as uow:
            row = uow.programme.project(self.project_id)
        assert row is not None
        return row

    @property
    def notice(self) -> dict[str, Any]:
        """The project's last notice."""
        with self.app.store.reading() as uow:
            return uow.programme.notices(self.project_id)[-1]

    @property
    def batches(self) -> list[dict[str, Any]]:
        """The project's batches, oldest first."""
        with self.app.store.reading() as uow:
            return list(uow.programme.batches(self.project_id))

    def _minted(self) -> list[dict[str, Any]]:
        with self.app.store.reading() as uow:
            posting = uow.ledger.posted(f"mint:{self.batches[-1]['id']}")
            assert posting is not None
            return [line for line in uow.ledger.lines(posting["id"]) if line["quantity"] > 0]

    def units(self) -> tuple[int, int]:
        """First and last unit of the last batch."""
        lines = self._minted()
        return lines[0]["first_unit"], lines[-1]["last_unit"]

    def serials(self) -> list[str]:
        """The serials of the last batch, a vintage each."""
        return [line["serial"] for line in self._minted()]

    def balance(self) -> int:
        """Tonnes available on the owner's account."""
        with self.app.store.reading() as uow:
            account = uow.programme.account(self.organisations["owner"], "owner")
            assert account is not None
            held = uow.ledger.balances(account["id"])
        return sum(tonnes for (_, bucket), tonnes in held.items() if bucket == "available")

    def limit(self, rule: str) -> DeadlineRow:
        """The project's last limit of a rule."""
        with self.app.store.reading() as uow:
            rows = [
                row
                for case in uow.cases.of_project(self.project_id)
                for row in uow.deadlines.of_case(case.id)
                if row.rule == rule
            ]
        return max(rows, key=lambda row: row.started_at)

    def has_limit(self, rule: str) -> bool:
        """Whether a limit of this rule was ever set."""
        with self.app.store.reading() as uow:
            return any(
                row.rule == rule
                for case in uow.cases.of_project(self.project_id)
                for row in uow.deadlines.of_case(case.id)
            )

    def then_counted(self, rule: str, *days: str) -> None:
        """These days of a limit are counted, and no others (``MM-DD``)."""
        due = Due.from_json(self.limit(rule).trail)
        assert tuple(day.date.isoformat()[5:] for day in due.trail if day.n) == days

    def to_next_day_of(self, day: str) -> None:
        """Move the clock to the first instant after a day."""
        after = date.fromisoformat(day) + timedelta(days=1)
        self.on(after.isoformat(), time(0))

    def then_due_on(self, rule: str, day: str) -> None:
        """A limit ends at 24:00 of a day."""
        end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(0), SHANGHAI)
        assert self.limit(rule).due_at == end.astimezone(UTC), self.limit(rule).due_at.astimezone(SHANGHAI)

    def then_state(self, state: str) -> None:
        """The project stands at a state."""
        assert self.project["state"] == state

    def facts_for(self, element: str, case_id: str | None = None) -> Mapping[str, Any]:
        """What an open task's form is filled in with, and what its read-only fields show."""
        task_id = self.task(element, case_id=case_id).id
        with self.app.reading() as reading:
            task = case_tasks.task(reading, task_id)
            assert task is not None
            case = case_file.any_case(reading, task.case_id)
            assert case is not None
            return form_facts.facts(reading, case, task)

    def cases(self, process: str | None = None) -> list[CaseRow]:
        """The project's cases, oldest first."""
        with self.app.store.reading() as uow:
            found = uow.cases.of_project(self.project_id)
        return [case for case in found if process in (None, case.process_id)]

    def events(self, stream: str) -> list[Any]:
        """The events of a stream."""
        with self.app.store.reading() as uow:
            return list(uow.history.stream(stream))

    def then_history_holds(self) -> None:
        """Every chain verifies, and the live tables are what the events rebuild."""
        with self.app.store.reading() as uow:
            broken = verify(uow.connection, self.app.store.vault)
            rebuilt = compare(uow.connection, uow.personal)
        assert not broken.breaches, broken.breaches
        assert not rebuilt.differences, rebuilt.differences
        assert sum(rebuilt.rows.values()) > 0


def _name_of(programme: Programme, user_id: str | None) -> str | None:
    return next((name for name, known in programme.people.items() if known == user_id), None)
