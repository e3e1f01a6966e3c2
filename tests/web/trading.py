"""The market as a browser without scripts meets it: P1's owner, three buyers with money, and their pages."""

from __future__ import annotations

from dataclasses import dataclass

from tests.scenarios.market import Market
from tests.web.conftest import Office, Visitor
from workflow_app.commands.requests import SYSTEM, AssignRole


@dataclass
class Trading:
    """A market and its pages."""

    market: Market
    office: Office

    def signed_in(self, name: str) -> Visitor:
        """Somebody of the market, signed in."""
        return self.office.signed_in(name)

    def given_role(self, name: str, role: str, organisation: str) -> None:
        """Somebody of the programme is given a post more."""
        programme = self.market.programme
        post = AssignRole(programme.people[name], role, programme.organisations[organisation])
        programme.app.execute(post, SYSTEM)
