"""Callers of the API: each person of the programme with a personal token."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from limits import parse_many
from werkzeug.test import TestResponse

from tests.web.conftest import Office
from workflow_app.commands.requests import CreateApiToken

KEYS = itertools.count(1)
API = "/api/v1"


@dataclass
class Caller:
    """A program that acts for one person, or for nobody."""

    client: FlaskClient
    secret: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **options: Any) -> TestResponse:
        """Read."""
        return self.client.get(API + path, headers=self._headers(), **options)

    def post(self, path: str, body: Any = None, key: str | None = None, **options: Any) -> TestResponse:
        """Act, under a key of its own unless one is given."""
        headers = self._headers() | {"Idempotency-Key": key or f"key-{next(KEYS)}"}
        if "data" not in options:
            options["json"] = {} if body is None else body
        return self.client.post(API + path, headers=headers, **options)

    def _headers(self) -> dict[str, str]:
        known = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return known | self.headers


class Callers:
    """Everybody, each with a token made once."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._known: dict[str, Caller] = {}

    def __getitem__(self, name: str) -> Caller:
        if name not in self._known:
            made = self.office.programme.do(name, CreateApiToken("test"))
            secret = str(made.values["secret"])
            self._known[name] = Caller(self.office.app.test_client(), secret)
        return self._known[name]

    @property
    def nobody(self) -> Caller:
        """A caller without a token."""
        return Caller(self.office.app.test_client())


@pytest.fixture
def api(office: Office) -> Callers:
    """The API of an office with one filed pilot; nobody is slowed down."""
    wide = tuple(parse_many("100000 per minute"))
    office.app.config.update(API_PER_PERSON=wide, API_PER_ADDRESS=wide)
    return Callers(office)
