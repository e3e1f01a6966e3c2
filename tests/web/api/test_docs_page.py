"""The reference page in a real browser: it draws every address, and the strict policy stops nothing of it."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.web.api.conftest import Callers


class Quiet(WSGIRequestHandler):
    """Says nothing of what it serves."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # the library's signature
        """Say nothing."""


@pytest.mark.browser
def test_the_reference_page_draws_every_address(browser: Browser, api: Callers) -> None:
    document = api.nobody.get("/openapi.json").get_json()
    wanted = sum(len(set(found) & {"get", "post"}) for found in document["paths"].values())
    server = make_server("127.0.0.1", 0, api.office.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page()
    said: list[str] = []
    try:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"http://127.0.0.1:{server.server_port}/api/v1/docs")
        expect(page.locator(".opblock")).to_have_count(wanted)  # drawn section by section
    finally:
        page.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert said == []
