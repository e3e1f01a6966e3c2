"""The sections of the API in one tuple a reader can see, and their installation."""

from __future__ import annotations

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from limits import parse_many

from workflow_app.web.api import (
    account,
    accounts,
    administration,
    backtests,
    calendar,
    calendar_notices,
    cancellations,
    cases,
    certificates,
    corrections,
    decisions,
    design,
    document,
    exchange,
    holdings,
    inbox,
    leaving,
    market,
    methodologies,
    migrations,
    organisations,
    papers,
    pilots,
    projects,
    public,
    statute,
    tasks,
    trading,
)
from workflow_app.web.api.entry import PER_ADDRESS, PER_PERSON
from workflow_app.web.api.section import Section

SECTIONS: tuple[Section, ...] = (
    account.section,
    inbox.section,
    tasks.section,
    cases.section,
    papers.section,
    projects.section,
    pilots.section,
    accounts.section,
    holdings.section,
    cancellations.section,
    certificates.section,
    corrections.section,
    public.section,
    calendar.section,
    calendar_notices.section,
    methodologies.section,
    administration.section,
    migrations.section,
    backtests.section,
    decisions.section,
    statute.section,
    organisations.section,
    leaving.section,
    design.section,
    market.section,
    trading.section,
    exchange.section,
)
PERSON_PACE = "1200 per minute"
"""How often one person may call, in host time and per process."""
ADDRESS_PACE = "240 per minute"
"""How often one address may call without a sign-in."""


def install_api(app: Flask) -> None:
    """Open ``/api/v1`` on ``app``."""
    app.config.setdefault(PER_PERSON, tuple(parse_many(PERSON_PACE)))
    app.config.setdefault(PER_ADDRESS, tuple(parse_many(ADDRESS_PACE)))
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False  # Chinese as it is written
    for section in SECTIONS:
        app.register_blueprint(section)
    document.install(app, SECTIONS)
