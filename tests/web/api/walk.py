"""The programme walked over HTTP: every act is a call with the token of the person who does it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from tests.scenarios.programme import PDF
from tests.web.api.conftest import Callers
from workflow_app.store.repositories.inbox import InboxTask


@dataclass
class Walk:
    """A project on its way, and the callers who move it on."""

    api: Callers
    project_id: str = ""
    case_id: str = ""

    def __post_init__(self) -> None:
        self.programme = self.api.office.programme
        self.programme.uploads = self._upload  # type: ignore[method-assign]  # files go over HTTP too

    def started(self, who: str, process: str, title: str) -> None:
        """Open a case."""
        answer = self.api[who].post("/cases", {"process_id": process, "fields": {"title": title}})
        assert answer.status_code == 201, answer.text
        said = answer.get_json()
        self.case_id = said["case_id"]
        if said["project_id"]:
            self.project_id = self.programme.project_id = said["project_id"]

    def found(self, element: str, who: str) -> dict[str, Any]:
        """The person's one task of an element, as their inbox shows it."""
        answer = self.api[who].get(f"/inbox?element={element}")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.get_json()["items"]
        assert len(items) == 1, (element, who, items)
        return items[0]

    def handed_in(self, element: str, who: str, **changes: Any) -> dict[str, Any]:
        """Hand in the form of a task; returns what was answered."""
        item = self.found(element, who)
        shown = self.api[who].get(f"/tasks/{item['id']}")
        assert shown.status_code == 200, shown.text
        with self.programme.app.store.reading() as uow:
            task = uow.inbox.find(item["id"])
        assert task is not None
        filled = self.programme.answer_to(task, who, **changes)
        body = {"answers": filled, "expected_revision": shown.get_json()["case"]["revision"]}
        answer = self.api[who].post(f"/tasks/{item['id']}/complete", body)
        assert answer.status_code == 200, (element, answer.text)
        said: dict[str, Any] = answer.get_json()
        return said

    def filed_pilot(self) -> None:
        """A pilot county files, and is filed."""
        self.started("pilot", "pilot_filing", "崇义县试点备案")
        bureau = self.programme.organisations["bureau"]
        self.handed_in("submit_filing", "pilot", organising_bureau=bureau)
        self.handed_in("review_filing", "clerk")
        with self.programme.app.store.reading() as uow:
            self.programme.filing_id = uow.programme.filings("filed")[0]["id"]

    def assessed_project(self) -> None:
        """Applied, accepted and passed by its panel."""
        self.started("owner", "project_lifecycle", "崇义县国有林场森林经营碳汇（演示）")
        self.handed_in("submit_application", "owner")
        self.handed_in("review_application", "clerk")
        self.handed_in("convene_panel", "clerk")
        for expert in ("expert_one", "expert_two", "expert_three"):
            self.handed_in("review_by_expert", expert)
        self.handed_in("hold_meeting", "clerk")
        self.handed_in("give_opinion", "expert_one")

    def published_notice(self) -> str:
        """Drafted by the exchange, released by the leader, published by a second person; returns its id."""
        self.handed_in("draft_notice", "maker")
        self.handed_in("release_notice", "leader")
        self.handed_in("publish_notice", "checker")
        (one,) = self.api.nobody.get("/notices").get_json()["items"]
        return str(one["id"])

    def _upload(self, task: InboxTask, who: str, path: str, name: str = "材料.pdf") -> str:
        data = {"field": path, "file": (io.BytesIO(PDF), name)}
        answer = self.api[who].post(f"/tasks/{task.id}/attachments", data=data)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["attachment_id"])
