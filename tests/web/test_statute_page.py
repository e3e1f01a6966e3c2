"""The statute is read by whoever judges versions, word for word, and nowhere written."""

from __future__ import annotations

import pytest

from tests.web.conftest import Office
from workflow_app.commands import statute


@pytest.mark.parametrize("reader", ["administrator", "leader", "clerk", "auditor"])
def test_readers_see_every_rule_in_words_and_as_written(office: Office, reader: str) -> None:
    page = office.signed_in(reader).get("/statute")
    assert page.status_code == 200
    for article in statute.articles():
        assert article.title in page.text
        for provision in article.provisions:
            assert provision.says in page.text
            assert f'id="{provision.rule.id}"' in page.text


def test_nobody_else_reads_it_and_nobody_writes_it(office: Office) -> None:
    assert office.signed_in("owner").get("/statute").status_code == 403
    administrator = office.signed_in("administrator")
    for path in ("/statute", "/api/v1/statute"):
        assert administrator.post(path, data={}).status_code in {404, 405}
