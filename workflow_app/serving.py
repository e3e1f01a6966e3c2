"""What a server process runs: the pages over one wired product, and its heartbeat in a thread.

Above the faces, because it holds two of them together. A server loads it by name
(``workflow_app.serving:application()``) once in each of its processes, after it has split. Nothing here
decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from workflow_app import config
from workflow_app.bootstrap import build
from workflow_app.scheduler import Heartbeat
from workflow_app.web.app import create_app

HEART = "heartbeat"
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application() -> Wsgi:
    """Return the WSGI application of this process, with its timers running.

    :raises Refused: the installation is not initialised, or not configured safely.
    """
    product = build(config.read())
    heart = Heartbeat(product)
    heart.start()
    pages = create_app(product)
    pages.extensions[HEART] = heart
    return pages


def rest(pages: Any) -> None:
    """Stop a process's heartbeat: the beat under way is finished, while threads can still be used."""
    pages.extensions[HEART].stop()
