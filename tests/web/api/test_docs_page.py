"""The reference page in a real browser: it draws every address, and the strict policy stops nothing of it."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Browser, Page
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
        page.wait_for_selector(".opblock")
        drawn = addresses_drawn(page)
    finally:
        page.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(drawn) == wanted
    assert said == []


def addresses_drawn(page: Page) -> set[str]:
    """Every address that comes to be drawn on the way down: a long page draws only what is in sight."""
    drawn: set[str] = set()
    at = -1.0
    while at != (at := page.evaluate(GO_ON)):
        drawn |= set(page.evaluate("[...document.querySelectorAll('.opblock')].map(each => each.id)"))
    return drawn


GO_ON = """async () => {
    scrollBy(0, innerHeight / 3);
    for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
    return scrollY;
}"""
"""A third of a window further down, four frames later; returns where that is."""
