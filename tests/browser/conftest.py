"""A programme served to a real Chromium, and pages that watch for complaints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.scenarios.conftest import market, p1_template  # noqa: F401  # P1 with its units and buyers
from tests.scenarios.market import Market
from tests.scenarios.programme import Programme
from tests.support.chromium import DESKTOP, Complaints, served, watch
from workflow_app.web.app import create_app


@dataclass
class Site:
    """A programme, its address, and browsers that look at it."""

    programme: Programme
    base: str
    opened: Callable[..., Page]
    complaints: list[Complaints]

    def page(self, who: str = "", *, viewport: ViewportSize | None = None, scripts: bool = True) -> Page:
        """A fresh browser window, with somebody of the programme signed in where one is named."""
        page = self.opened(viewport or DESKTOP, scripts)
        self.complaints.append(watch(page))
        if who:
            page.goto(f"{self.base}/signin")
            page.click(f"form[action='/signin/as/{self.programme.people[who]}'] button")
            page.wait_for_url(lambda address: "/signin" not in address)
        return page


@pytest.fixture
def site(browser: Browser, sqlite_url: str, tmp_path: Path) -> Iterator[Site]:
    """The programme on 2026-11-02 with one filed pilot; no browser may have complained of the policy."""
    programme = Programme.opened(sqlite_url, tmp_path, "2026-11-02")
    with looked_at(programme, browser) as made:
        yield made
    programme.then_history_holds()
    programme.app.store.engine.dispose()


@pytest.fixture
def trading(browser: Browser, market: Market) -> Iterator[Site]:  # noqa: F811  # the fixture's name
    """P1's market: its owner with 44,100 tonnes, three buyers with money, one natural person."""
    market.given_person("丁", "1000")
    with looked_at(market.programme, browser) as made:
        yield made


@contextmanager
def looked_at(programme: Programme, browser: Browser) -> Iterator[Site]:
    """Serve a programme to browsers, none of which may have complained of the policy when it is over."""
    with served(create_app(programme.app)) as base, ExitStack() as contexts:

        def opened(viewport: ViewportSize, scripts: bool) -> Page:
            context = browser.new_context(
                viewport=viewport,
                locale="zh-CN",
                java_script_enabled=scripts,
            )
            contexts.callback(context.close)
            return context.new_page()

        made = Site(programme, base, opened, [])
        yield made
        assert [text for heard in made.complaints for text in heard.policy] == []
