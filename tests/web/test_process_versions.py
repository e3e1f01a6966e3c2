"""版本 on its page: who deployed and approved what, from when, and how an earlier one comes back."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

from tests.scenarios.deploying import deploy
from tests.scenarios.programme import Programme
from tests.web.conftest import Office
from workflow_app.commands.design_requests import DecideProposal, ProposeFiles
from workflow_app.commands.versions import shipped

LIST = "/admin/process/versions"
PARAMETERS = "parameters.yaml"


def rounds(number: int) -> dict[str, bytes]:
    """The parameters with another number of rounds of revision."""
    text = shipped()[PARAMETERS].replace(b"max_revision_rounds: 3", b"max_revision_rounds: %d" % number)
    return {PARAMETERS: text}


def effective(programme: Programme) -> str:
    """The version new cases start on."""
    with programme.app.store.reading() as uow:
        return programme.app.tools.versions.effective(uow)


def test_an_earlier_version_comes_back_by_a_second_person(office: Office) -> None:
    programme = office.programme
    first = effective(programme)
    deploy(programme, rounds(2), "减少修改轮次")
    administrator = office.signed_in("administrator")
    listed = administrator.get(LIST).text
    for words in ("第 2 版", "第 1 版", "减少修改轮次", "现行", f"{LIST}/{first}/roll-back"):
        assert words in listed
    assert f"{LIST}/{effective(programme)}/roll-back" not in listed
    assert PARAMETERS in administrator.get(f"{LIST}/{first}/roll-back").text
    empty = administrator.post(f"{LIST}/{first}/roll-back", {"reason": " "})
    assert (empty.status_code, "请填写修改说明" in empty.text) == (422, True)
    asked = administrator.post(f"{LIST}/{first}/roll-back", {"reason": "轮次太少"})
    assert asked.status_code == 303
    second = office.signed_in("second_administrator")
    shown = second.get(asked.location).text
    assert "回退到以前的版本" in shown
    assert second.post(f"{asked.location}/decide", {"decision": "approve"}).status_code == 303
    assert effective(programme) == first
    assert "第 3 版" in second.get(LIST).text
    same = administrator.post(f"{LIST}/{first}/roll-back", {"reason": "再来"})
    assert same.status_code == 409
    assert administrator.get(f"{LIST}/none/roll-back").status_code == 404


def test_a_version_of_later_is_marked_and_downloads_are_whole(office: Office) -> None:
    programme = office.programme
    later = programme.app.clock.now() + timedelta(days=10)
    asked = programme.do("administrator", ProposeFiles(rounds(2), "减少轮次", (), later)).values
    programme.do("second_administrator", DecideProposal(str(asked["proposal_id"]), approve=True))
    auditor = office.signed_in("auditor")
    listed = auditor.get(LIST).text
    assert "待生效" in listed
    assert "回退到这一版" not in listed
    body = auditor.get(f"{LIST}/{asked['version']}/download").data
    assert zipfile.ZipFile(io.BytesIO(body)).read(PARAMETERS) == rounds(2)[PARAMETERS]


def test_only_process_administrators_ask_for_a_rollback(office: Office) -> None:
    first = effective(office.programme)
    for name in ("leader", "clerk", "auditor", "owner"):
        person = office.signed_in(name)
        assert person.get(f"{LIST}/{first}/roll-back").status_code == 403, name
        assert person.post(f"{LIST}/{first}/roll-back", {"reason": "x"}).status_code == 403, name
    assert office.signed_in("owner").get(f"{LIST}/{first}/download").status_code == 403
