"""The application as the command line opens it: this installation's configuration, a current schema."""

from __future__ import annotations

from workflow_app import config
from workflow_app.bootstrap import App, build
from workflow_app.kernel.errors import Refused
from workflow_app.store.migrate import schema_is_current


def opened() -> App:
    """Return the application of this installation.

    :raises Refused: it was not initialised, or its database is of another version.
    """
    app = build(config.read())
    if not schema_is_current(app.store.engine):
        raise Refused("schema_not_current", "数据库尚未初始化或版本不符：请先运行 jcer init")
    return app
