"""A retried upload is one upload; the same key with another file is another request."""

from __future__ import annotations

import io

import pytest

from tests.scenarios.programme import Programme
from workflow_app.commands.requests import Attach, Result, StartCase
from workflow_app.kernel.errors import Conflict


def test_another_file_under_the_same_key_is_not_taken_for_the_first(programme: Programme) -> None:
    """W a retry sends the same file. T one effect. W the key comes with other bytes. T it is refused."""
    programme.on("2025-04-10")
    programme.given_filed_pilot()
    started = programme.do("owner", StartCase("project_lifecycle", {"title": "项目"}))
    programme.project_id = str(started.values["project_id"])
    task = programme.task("submit_application")
    owner = programme.app.actor(programme.people["owner"], "web")

    def sent(body: bytes) -> Result:
        request = Attach(task.id, "start_proof", "证明.pdf", io.BytesIO(body))
        return programme.app.execute(request, owner, "one-key")

    first = sent(b"%PDF-1.4 a")
    assert sent(b"%PDF-1.4 a").values == first.values
    with pytest.raises(Conflict):
        sent(b"%PDF-1.4 b")
