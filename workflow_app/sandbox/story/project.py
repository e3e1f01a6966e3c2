"""What the sandbox tells of one project: who, what, where, how much, and what it applies for."""

from __future__ import annotations

from dataclasses import dataclass

from workflow_app.sandbox.story.owners import Party
from workflow_app.sandbox.story.techniques import Technique


@dataclass(frozen=True, slots=True)
class Project:
    """One project.

    :param filing: key of the pilot filing it rests on.
    :param bureau: key of the bureau of its prefecture.
    :param scale: area or capacity with its unit, as the summary prints it.
    :param annual: tCO2e a year; ``total`` over the crediting period.
    :param login: account that applies; ``agent`` is who applies for the owner, if anybody.
    """

    key: str
    name: str
    owner: Party
    login: str
    methodology: str
    methodology_name: str
    field: str
    technique: Technique
    filing: str
    bureau: str
    county: str
    address: str
    scale: str
    factor: str
    annual: int
    start: str
    crediting: tuple[str, str]
    agent: Party | None = None
    plots: int = 12
    green_certificate: bool = False

    @property
    def total(self) -> int:
        """Tonnes over the crediting period."""
        years = int(self.crediting[1][:4]) - int(self.crediting[0][:4])
        return self.annual * (years + (1 if self.crediting[0][5:] == "01-01" else 0))
