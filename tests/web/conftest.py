"""The office under test: a programme on a fresh database, served by the real application."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.scenarios.conftest import market, p1_template  # noqa: F401  # P1 with its units and buyers
from tests.scenarios.programme import Programme
from workflow_app.web.app import create_app

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Office:
    """A programme and its pages."""

    programme: Programme
    app: Flask

    def visitor(self) -> Visitor:
        """Somebody who has not signed in."""
        return Visitor(self.app.test_client())

    def signed_in(self, name: str) -> Visitor:
        """A person of the programme, signed in with one click of the sandbox."""
        visitor = self.visitor()
        answer = visitor.post(f"/signin/as/{self.programme.people[name]}")
        assert answer.status_code == 302, answer.text
        return visitor


@dataclass
class Visitor:
    """A browser without scripts: it sends the token of the last page it saw."""

    client: FlaskClient
    token: str = ""

    def get(self, path: str, **options: object) -> TestResponse:
        """Open a page."""
        return self._seen(self.client.get(path, **options))

    def post(self, path: str, data: Mapping[str, object] | None = None, **options: object) -> TestResponse:
        """Send a form with its token."""
        if not self.token:
            self.get("/signin")
        sent = {"csrf_token": self.token, **(data or {})}
        answer = self.client.post(path, data=sent, **options)
        return self._seen(answer)

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html" and (found := TOKEN.search(answer.text)):
            self.token = found[1]
        elif answer.status_code == 302 and "/signin/as" in answer.request.path:
            self.token = ""
        return answer


@pytest.fixture
def office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """An office with its people and one filed pilot."""
    programme = Programme.opened(sqlite_url, tmp_path, "2026-11-02")
    yield Office(programme, create_app(programme.app))
    programme.then_history_holds()
    programme.app.store.engine.dispose()
