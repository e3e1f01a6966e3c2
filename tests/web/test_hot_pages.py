"""What an inbox page asks of the database: a bound, so that nothing is asked twice again.

Counted by SQLite itself, so that a statement counts whoever sends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.web.conftest import Office

PAGE = 17
"""Who looks, the calendar, counts, rows, stages; the preview's task, case, project, story with the key of
who acted, limit with its stops; the frame's bell, incidents and next limit; the transaction itself."""


@pytest.fixture
def filed(office: Office) -> Office:
    """An application waits for its review."""
    office.programme.given_application()
    return office


@contextmanager
def _asked(engine: Engine) -> Iterator[list[str]]:
    """Collect every statement that reaches the database."""
    told: list[str] = []

    def listen(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_trace_callback(told.append)

    engine.dispose()
    event.listen(engine, "checkout", listen)
    try:
        yield told
    finally:
        event.remove(engine, "checkout", listen)
        engine.dispose()


def test_an_inbox_page_asks_for_each_thing_once(filed: Office) -> None:
    clerk = filed.signed_in("clerk")
    clerk.get("/inbox")  # what is compiled and kept once is there now
    with _asked(filed.programme.app.store.engine) as told:
        answer = clerk.get("/inbox")
    assert "形式审查" in answer.text
    asked = [sql for sql in told if not sql.startswith("PRAGMA")]
    assert "BEGIN" in asked, "the listener hears nothing"
    assert len(asked) == len(set(asked)), [sql for sql in asked if asked.count(sql) > 1]
    assert len(asked) <= PAGE, asked


def test_a_row_is_drawn_anew_once_it_changed(filed: Office) -> None:
    """What was drawn is kept by all it hangs on: the claim, the language and the filters show at once."""
    clerk = filed.signed_in("clerk")
    offered = clerk.get("/inbox").text
    task = filed.programme.task("review_application")
    assert clerk.post(f"/tasks/{task.id}/claim", {}).status_code == 302
    claimed = clerk.get("/inbox").text
    assert 'inbox__who--open">待认领' in offered
    assert 'inbox__who--open">待认领' not in claimed
    assert 'class="inbox__who">我<' in claimed
    clerk.client.set_cookie("language", "en")
    english = clerk.get("/inbox?view=mine").text
    assert f'href="/inbox?view=mine&amp;task={task.id}"' in english
    assert '<html lang="en"' in english
    assert "主导航" not in english


@pytest.mark.parametrize("name", ["clerk", "leader"])
def test_the_frame_is_each_persons_own(filed: Office, name: str) -> None:
    """Frames are kept by person and page: nobody sees another's name, and the present page is marked."""
    person = filed.signed_in(name)
    inbox, search = person.get("/inbox").text, person.get("/cases").text
    for page, address in ((inbox, "/inbox"), (search, "/cases")):
        assert f'href="{address}" aria-current="page"' in page
    others = {"clerk": "leader", "leader": "clerk"}[name]
    with filed.app.test_request_context():
        shown = filed.programme.app.actor(filed.programme.people[name], "web").name
        hidden = filed.programme.app.actor(filed.programme.people[others], "web").name
    assert f'<span class="person__name">{shown}</span>' in inbox
    assert f'<span class="person__name">{hidden}</span>' not in inbox + search
