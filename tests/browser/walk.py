"""The people of a journey, each before a browser of their own, and what they do with a page.

Every page somebody gets to see is held to the floor: no axe finding, nothing cut off. Must never know: which
journey is walked.
"""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.browser.typist import fill, press
from tests.support.chromium import DESKTOP, PHONE, axe_findings, overflow

IDENTIFIER = re.compile(r"[0-9a-f]{32}")
ON_A_PHONE = {"owner", "public", "ding"}
"""Who looks at the pages at 390."""


class Walk:
    """The people of the journey, each before their own browser."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.programme = site.programme
        self.seen: set[tuple[object, ...]] = set()
        self._pages: dict[str, Page] = {}

    def person(self, who: str) -> Page:
        """Return somebody's browser, signed in by the sign-in page the first time."""
        if who not in self._pages:
            viewport = PHONE if who in ON_A_PHONE else DESKTOP
            self._pages[who] = self.site.page("" if who == "public" else who, viewport=viewport)
        return self._pages[who]

    def look(self, page: Page) -> None:
        """Hold the page before somebody to the floor; the same page of another case is not judged again."""
        page.wait_for_selector("body[data-ready]")
        address = IDENTIFIER.sub("*", page.url.split("?")[0].split("#")[0])
        side, width = page.locator(".side-panel__actions").count(), page.evaluate("innerWidth")
        view = (address, page.inner_text("h1"), side, width)
        if view not in self.seen:
            assert axe_findings(page) == [], page.url
            assert overflow(page) == 0, page.url
            self.seen.add(view)

    def open(self, who: str, path: str) -> Page:
        """Go to an address and look at what is there."""
        page = self.person(who)
        page.goto(self.site.base + path)
        self.look(page)
        return page

    def take(self, who: str, step: str) -> Page:
        """Pick a task from one's inbox, look at its preview and open it."""
        page = self.open(who, "/inbox")
        page.locator("[data-row]", has=page.get_by_text(step, exact=True)).first.locator("a").click()
        page.wait_for_selector(".side-panel__actions")
        self.look(page)
        page.locator(".side-panel__actions .btn-primary").click()
        page.wait_for_url("**/tasks/*")
        self.look(page)
        assert page.inner_text("h1").startswith(step)
        return page

    def hand_in(self, who: str, element: str, **changes: Any) -> None:
        """Fill in the form that is open before somebody, and press its button."""
        page = self.person(who)
        task = self.programme.task(element, of=who if element == "review_by_expert" else None)
        assert page.url.split("?")[0].endswith(f"/tasks/{task.id}"), page.url
        with self.programme.app.store.reading() as uow:
            version = uow.cases.get(task.case_id).version
        form = self.programme.app.tools.form(version, task.form)
        words = self.programme.words_for(task.form, **changes)
        fill(page, form, words)
        action = next(one for one in form.actions if one.value == words.get("action", form.actions[0].value))
        press(page, action.value)
        if action.confirm:
            page.wait_for_selector("input[name=confirmed]", state="attached")
            self.look(page)
            page.click(f'main button[name=action][value="{action.value}"]')
        page.wait_for_selector(f"text=已办结：{task.name}")
        self.look(page)

    def does(self, who: str, step: str, element: str, **changes: Any) -> None:
        """Take a task from the inbox and hand it in."""
        self.take(who, step)
        self.hand_in(who, element, **changes)
