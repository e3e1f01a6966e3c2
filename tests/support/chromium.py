"""A real Chromium for the tests, and what each page is asked: no CSP report, no script error, no axe finding.

Debian's ``chromium``, found on PATH. Where there is none, browser tests skip and say so; in CI they fail.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

AXE = Path(__file__).parents[2] / "workflow_app/web/frontend/node_modules/axe-core/axe.min.js"
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


def chromium_path() -> str:
    """Return where Chromium is; without one, skip the test, or fail it where ``CI`` is set."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        reason = "no chromium on PATH (Debian: apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Start Chromium in Chinese, without its own sandbox: tests often run as root."""
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--lang=zh-CN"])
        yield browser
        browser.close()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing: a test's own output is enough."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve ``app`` on a free port of this machine and yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(slots=True)
class Complaints:
    """What the browser complained of while a page lived."""

    policy: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def watch(page: Page) -> Complaints:
    """Collect CSP reports and script errors of ``page`` from now on."""
    found = Complaints()

    def heard(text: str) -> None:
        (found.policy if "Content Security Policy" in text else found.errors).append(text)

    page.on("console", lambda message: heard(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.errors.append(str(error)))
    return found


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_findings(page: Page) -> list[str]:
    """Run axe on ``page`` and return one line for each element it objects to."""
    page.evaluate(_axe_source())
    result = page.evaluate("axe.run()")
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window; 0 when nothing is cut off."""
    wide: int = page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")
    return wide
