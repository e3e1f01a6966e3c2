"""What a server process loads before its first page: nothing that only some acts or databases need."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from workflow_app import config
from workflow_app.bootstrap import build

FIRST_PAGE: Final = """
import json, sys
from workflow_app.serving import application, rest
pages = application()
answer = pages.test_client().get("/signin")
rest(pages)
print(json.dumps([answer.status_code, sorted(sys.modules)]))
"""
NEEDED_LATER: Final = {
    "alembic",  # changing the schema
    "psycopg",  # PostgreSQL
    "holidays",  # years without a notice
    "typst",  # papers
    "sqlalchemy.orm",
    "workflow_app.sandbox",
    "workflow_app.store.migrations",
}


def test_the_first_page_needs_no_other_database_no_migration_and_no_estimate(tmp_path: Path) -> None:
    environment = {
        "JCER_VAR": str(tmp_path),
        "JCER_SECRET": "s" * 40,
        "JCER_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
    }
    app = build(config.read(environment))
    app.initialise()
    app.store.close()

    started = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", FIRST_PAGE],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    )

    status, loaded = json.loads(started.stdout)
    assert status == 200
    assert {"flask", "workflow_app.web.app"} <= set(loaded)
    assert NEEDED_LATER.isdisjoint(loaded)
