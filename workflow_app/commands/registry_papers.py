"""附上文书扫描件: the file of the paper something in the registry rests on, kept by its hash for ever.

R45 (the qualification's file), docs/domain.md §3 (orders on accounts), R42 (the written delegation). Whoever
gives such an order keeps its paper.
"""

from __future__ import annotations

from typing import Final

from workflow_app.commands import permissions
from workflow_app.commands.recorder import who
from workflow_app.commands.requests import Result
from workflow_app.commands.run import Run
from workflow_app.commands.unit_requests import KeepPaper
from workflow_app.kernel.errors import InvalidForm, NotFound, Refused
from workflow_app.kernel.identifiers import new_id
from workflow_app.store import tables

ROLE: Final = "department_leader"
TABLES: Final = {
    "account_order": tables.account_order,
    "exchange_qualification": tables.exchange_qualification,
    "delegation": tables.delegation,
}
ACCEPTED: Final = ("pdf", "jpg", "jpeg", "png")
MOST: Final = 10
"""Files of one paper."""


def keep(run: Run, request: KeepPaper) -> Result:
    """Keep a paper's file.

    :raises NotFound: there is nothing it could belong to.
    :raises Refused: not a kind of file taken here, or more than ten of them.
    :raises TooLarge: beyond the configured size.
    """
    permissions.ensure_on_cases(run.actor)
    permissions.ensure_holds(run.actor, ROLE)
    if request.about not in TABLES:
        raise InvalidForm({"about": ["请指明文书所属的事项"]})
    if not run.uow.papers.belongs(TABLES[request.about], request.about_id):
        raise NotFound("no_such_record", "没有这项指令、资质或者委托")
    if run.uow.papers.count(request.about, request.about_id) >= MOST:
        raise Refused("too_many_papers", f"扫描件不超过{MOST}份")
    stored = run.tools.files.store(request.stream, request.filename, ACCEPTED)
    paper_id = new_id()
    run.uow.programme.add(
        tables.registry_paper,
        {
            "id": paper_id,
            "about": request.about,
            "about_id": request.about_id,
            "filename": stored.filename,
            "media_type": stored.media_type,
            "size": stored.size,
            "sha256": stored.sha256,
            "uploaded_by": run.actor.user_id,
            "uploaded_at": run.at,
        },
    )
    run.uow.history.record("paper_kept", f"{request.about}:{request.about_id}", who(run.actor, ROLE), run.at)
    return Result({"paper_id": paper_id, "filename": stored.filename, "size": stored.size})
