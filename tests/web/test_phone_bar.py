"""A phone's bar: at most five places, and whoever is signed in always finds 我的 last."""

from __future__ import annotations

import re
from typing import Final

from tests.scenarios.holding import given_buyer
from tests.web.conftest import Office

PEOPLE: Final = ("owner", "clerk", "leader", "maker", "checker", "cement", "auditor", "administrator")


def test_everybody_reaches_their_own_page(office: Office) -> None:
    given_buyer(office.programme)
    for who in PEOPLE:
        page = office.signed_in(who).get("/account").text
        bar = re.search(r'<nav class="bottom-bar".*?</nav>', page, re.DOTALL)
        assert bar is not None, who
        links = re.findall(r'<a [^>]*href="([^"]+)"', bar[0])
        assert len(links) <= 5, (who, links)
        assert links[-1] == "/account", (who, links)
