"""What becomes of a project's units on stage: offered, sold, cancelled for a purpose, found to be too many.

Every stretch names its project by its story; who acts is whose act it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow_app.commands.market.requests import PlaceBid, StartTransfer, TakeListing
from workflow_app.commands.unit_requests import OpenCancellation, OpenCorrection
from workflow_app.sandbox.papers import paper
from workflow_app.sandbox.stage import Answer, Stage, at
from workflow_app.sandbox.story.holders import number
from workflow_app.sandbox.story.project import Project
from workflow_app.sandbox.story.teller import Timeline


@dataclass(frozen=True, slots=True)
class Units:
    """The units of one project on stage."""

    stage: Stage
    project: Project

    @property
    def project_id(self) -> str:
        """The project's id, once it was applied for."""
        return self.stage.projects[self.project.key]

    # --- sales

    def offered(self, mode: str, tonnes: int, price: str, **more: Any) -> str:
        """The owner offers units for transfer; returns the order."""
        stage, owner = self.stage, self.project.login
        started = stage.do(owner, StartTransfer(self.project_id, mode))
        case_id = str(started.values["case_id"])
        answer = {"offer_tonnes": tonnes, "offer_price": price, "no_resale": True, **more}
        stage.hand_in((case_id,), "offer_units", owner, {"action": "offer", **answer})
        return str(self._order(case_id)["id"])

    def taken(self, order: str, who: str, tonnes: int) -> None:
        """A buyer takes of a listing."""
        self.stage.do(who, TakeListing(order, tonnes))

    def bid(self, order: str, who: str, tonnes: int, price: str) -> None:
        """A buyer bids under seal."""
        self.stage.do(who, PlaceBid(order, tonnes, price))

    def proposed(self, buyer: str, tonnes: int, price: str) -> str:
        """The owner proposes a transfer to a buyer by its account's number; returns the order."""
        told = f"{self.project.owner.name}转让{tonnes:,}吨，单价{price}元。购买方不得二次转让。"
        return self.offered(
            "negotiated",
            tonnes,
            price,
            buyer_account=number(self.stage, self.stage.accounts[buyer]),
            agreement=[paper("减排量转让协议", self.project.name, told)],
        )

    def agreed(self, order: str, buyer: str, confirmed: str, reviewed: str) -> Timeline:
        """The buyer confirms what was proposed, and the exchange settles it."""
        case = (str(self._order_row(order)["case_id"]),)
        yield at(confirmed, "10:40")
        self.stage.hand_in(case, "confirm_transfer", buyer, {"action": "agree", "no_resale": True})
        yield at(reviewed, "15:20")
        checks = self.stage.passed("transfer_review", "checks")
        self.stage.hand_in(case, "review_transfer", "jiaoyi2", {"action": "approve", "checks": checks})

    def _order(self, case_id: str) -> Mapping[str, Any]:
        with self.stage.app.store.reading() as uow:
            found = uow.trading.order_of_case(case_id)
        if found is None:
            raise LookupError(f"case {case_id} made no order")
        return found

    def _order_row(self, order: str) -> Mapping[str, Any]:
        with self.stage.app.store.reading() as uow:
            return uow.trading.order(order)

    # --- cancellation

    def cancelled(
        self, who: str, tonnes: int, purpose: Answer, days: tuple[str, str, str], issuer: str
    ) -> Timeline:
        """A holder applies, the exchange verifies, and the certificate is issued: one day each.

        :param purpose: purpose, evidence and beneficiary of the application.
        :param issuer: ``pingzheng``, who is delegated, or ``chuzhang``, the department.
        """
        stage = self.stage
        applied, verified, issued = days
        yield at(applied, "10:20")
        opened = stage.do(who, OpenCancellation(stage.accounts[who], self.project_id))
        case = (str(opened.values["case_id"]),)
        answer = {
            "action": "submit",
            "cancel_tonnes": tonnes,
            "beneficiary_kind": "holder",
            "cancellation_declaration": True,
            **purpose,
        }
        stage.hand_in(case, "apply_cancellation", who, answer)
        yield at(verified, "11:00")
        checks = stage.passed("cancellation_check", "checks")
        stage.hand_in(case, "verify_cancellation", "jiaoyi2", {"action": "approve", "checks": checks})
        yield at(issued, "16:00")
        element = "issue_by_department" if issuer == "chuzhang" else "issue_by_delegate"
        stage.hand_in(case, element, issuer, {"action": "issue", "certificate_confirmed": True})

    # --- correction

    def corrected(self, tonnes: int, said: Mapping[str, str], days: tuple[str, str, str, str]) -> Timeline:
        """Found and locked, investigated, decided, carried out: one day each.

        :param said: ``grounds``, ``findings``, ``statement`` and ``reasons``, as they are written down.
        """
        stage = self.stage
        found, investigated, decided, executed = days
        yield at(found, "09:40")
        case = (str(stage.do("jingban", OpenCorrection(self.project_id)).values["case_id"]),)
        with stage.app.store.reading() as uow:
            batch = str(uow.programme.batches(self.project_id)[0]["id"])
        finding = {
            "correction_kind": "over_issuance",
            "correction_batch": batch,
            "correction_tonnes": tonnes,
            "correction_grounds": said["grounds"],
            "finding_files": [paper("核查线索登记表", said["grounds"])],
        }
        stage.hand_in(case, "register_finding", "jingban", finding)
        yield at(investigated, "15:30")
        proposal = {
            "investigation_findings": said["findings"],
            "owner_statement": said["statement"],
            "investigation_files": [paper("复测记录", said["findings"])],
            "correction_proposal": "confirmed",
            "proposed_tonnes": tonnes,
            "correction_proposal_reasons": said["reasons"],
        }
        stage.hand_in(case, "investigate_finding", "jingban", proposal)
        yield at(decided, "10:00")
        decision = {
            "action": "confirmed",
            "confirmed_tonnes": tonnes,
            "correction_reasons": said["reasons"],
        }
        stage.hand_in(case, "decide_correction", "chuzhang", decision)
        yield at(executed, "14:40")
        stage.hand_in(case, "execute_correction", "jiaoyi2", {"action": "execute", "execution_checked": True})
