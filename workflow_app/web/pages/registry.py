"""The pages of the product, one blueprint a subject, in one tuple a reader can see."""

from __future__ import annotations

from flask import Blueprint

from workflow_app.web.pages import (
    account,
    applicant,
    apply,
    calendar,
    cases,
    definitions,
    files,
    guide,
    inbox,
    incidents,
    messages,
    people,
    preferences,
    projects,
    public_home,
    public_notices,
    public_register,
    rules,
    sandbox,
    signin,
    stops,
    tasks,
    working_days,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    signin.blueprint,
    preferences.blueprint,
    sandbox.blueprint,
    inbox.blueprint,
    tasks.blueprint,
    files.blueprint,
    cases.blueprint,
    stops.blueprint,
    projects.blueprint,
    incidents.blueprint,
    messages.notices,
    messages.outbox,
    calendar.blueprint,
    people.blueprint,
    account.blueprint,
    definitions.blueprint,
    guide.blueprint,
    applicant.blueprint,
    apply.blueprint,
    public_home.blueprint,
    public_notices.blueprint,
    public_register.blueprint,
    rules.blueprint,
    working_days.blueprint,
)
