"""One project on stage: the stretches of its way that most projects of the sandbox share.

Each stretch yields the moments it waits for, so that all projects go forward under one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow_app.commands.requests import PUBLIC, SubmitComment
from workflow_app.sandbox.stage import Answer, Stage, at
from workflow_app.sandbox.story import office
from workflow_app.sandbox.story.applications import application
from workflow_app.sandbox.story.issuance import batch
from workflow_app.sandbox.story.project import Project

Timeline = Iterator[datetime]
ALL_EXPERTS = ("expert1", "expert2", "expert3")


@dataclass
class Teller:
    """One project on stage."""

    stage: Stage
    project: Project
    experts: tuple[str, ...] = ALL_EXPERTS
    project_id: str = field(default="")

    def act(self, element: str, who: str, **answer: Any) -> None:
        """Hand in the open task of an element of this project."""
        self.stage.hand_in(self.stage.cases(self.project_id), element, who, answer)

    @property
    def panel(self) -> tuple[str, ...]:
        """The panel's user ids, the chair first."""
        return tuple(self.stage.people[login] for login in self.experts)

    def apply(self, first_batch: str = "separate") -> None:
        """Open the project and hand in the application.

        :param first_batch: ``combined`` where the first batch goes with the project through one notice.
        """
        stage, project = self.stage, self.project
        fields = {"title": project.name, "bureau_org": stage.bodies[project.bureau]}
        if project.agent is not None:
            fields["owner_org"] = stage.bodies[project.owner.body]
        opened = stage.opened(project.login, "project_lifecycle", **fields)
        self.project_id = stage.projects[project.key] = str(opened.values["project_id"])
        form = application(project, stage.filings[project.filing], stage.today, first_batch=first_batch)
        self.act("submit_application", project.login, **form)

    def accept(self) -> None:
        """Formal review: complete."""
        self.act(
            "review_application",
            "jingban",
            action="complete",
            checklist=self.stage.passed("formal_review", "checklist"),
            review_opinion="材料齐全，符合规范性要求，予以受理。",
            cross_registry_search=office.SEARCHED,
        )

    def assessed(self, convened: str, reviewed: tuple[str, ...], met: str, parameters: int = 0) -> Timeline:
        """Panel, independent reviews (of so many parameters of Form 4 too) and meeting."""
        yield at(convened, "10:30")
        self.act("convene_panel", "jingban", **office.panel(self.panel, met))
        for number, (expert, day) in enumerate(zip(self.experts, reviewed, strict=False)):
            yield at(day, "15:20")
            scores = (22 - number, 21, 20 + number, 23)
            self.act("review_by_expert", expert, **office.review(scores=scores, parameters=parameters))
        if len(reviewed) == len(self.experts):
            yield at(met, "16:30")
            self.act(
                "hold_meeting", "jingban", **office.meeting(self.panel, self.stage.today, self.project.name)
            )

    def passed(self, day: str, tonnes: int | None = None) -> Timeline:
        """The panel passes a batch's tonnes, or the project at its crediting period's total."""
        yield at(day, "11:00")
        opinion = office.opinion(self.panel, self.stage.today, tonnes or self.project.total)
        self.act("give_opinion", self.experts[0], **opinion)

    def publicised(
        self,
        drafted: str,
        released: str,
        published: str,
        draft: Callable[[Project], Answer] = office.notice_draft,
    ) -> Timeline:
        """Draft, release and publication of the project's notice, or of what else is drafted."""
        yield at(drafted, "09:40")
        self.act("draft_notice", "jiaoyi1", **draft(self.project))
        yield at(released, "15:00")
        self.act("release_notice", "chuzhang", **office.release())
        yield at(published)
        self.act("publish_notice", "jiaoyi2", **office.publication())

    def registered(self, opened: str, verified: str) -> Timeline:
        """Account and registration within three working days."""
        yield at(opened, "09:30")
        self.act("open_account", "jiaoyi1", **office.account(self.project.owner, self.project.owner.contact))
        yield at(verified, "14:30")
        checks = self.stage.passed("registration_check", "checks")
        self.act("verify_registration", "jiaoyi2", action="approve", checks=checks)

    def requested(self, asked: str) -> Timeline:
        """The owner asks for the next batch."""
        yield at(asked, "09:00")
        self.act("request_issuance", self.project.login, action="issue")

    def batch_applied(
        self, applied: str, reviewed: str, vintages: Mapping[int, int], worked: Mapping[str, Any]
    ) -> Timeline:
        """The owner hands forms 3 and 4 in; the department finds them complete."""
        yield at(applied, "10:30")
        form = batch(self.project, vintages, worked, self.stage.today)
        self.act("apply_issuance", self.project.login, **form)
        yield at(reviewed, "15:10")
        checklist = self.stage.passed("issuance_review", "checklist")
        self.act("review_issuance", "jingban", action="complete", checklist=checklist)

    def minted(self, prepared: str, verified: str, vintages: Mapping[int, int]) -> Timeline:
        """The exchange's two people register a batch's units."""
        yield at(prepared, "15:10")
        self.act("prepare_minting", "jiaoyi1", **office.minting(vintages))
        yield at(verified, "16:20")
        checks = self.stage.passed("minting_check", "checks")
        self.act("verify_minting", "jiaoyi2", action="approve", checks=checks)

    def notice_id(self) -> str:
        """The project's last notice."""
        with self.stage.app.store.reading() as uow:
            return str(uow.programme.notices(self.project_id)[-1]["id"])

    def comment(self, text: str, name: str, phone: str) -> str:
        """Somebody of the public comments; returns the comment's case."""
        sent = SubmitComment(self.notice_id(), text, name, phone)
        comment_id = str(self.stage.app.execute(sent, PUBLIC).values["comment_id"])
        with self.stage.app.store.reading() as uow:
            row = uow.programme.comment(comment_id)
        if row is None:
            raise LookupError(f"comment {comment_id} is not on record")
        return str(row["case_id"])
