"""待办 over HTTP: what the caller may work on, in due order, and what they have done."""

from __future__ import annotations

from marshmallow import fields

from workflow_app.commands.permissions import principals
from workflow_app.queries import case_history, inbox
from workflow_app.queries.case_history import Moment
from workflow_app.queries.case_links import Link
from workflow_app.queries.inbox import VIEWS, Counts, Filter
from workflow_app.queries.inbox_rows import Row
from workflow_app.web import paging
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, nested, shape
from workflow_app.web.api.wire import Choice, Taken, Text, Whole
from workflow_app.web.desk import actor, desk, now, reading, somebody

section = Section("inbox", "待办")

PAGE = 50
MOST = 200
INBOX = named(
    "Inbox",
    {
        "items": many(shape(Row, leave=("key",), name="InboxRow")),
        "counts": nested(shape(Counts)),
        "next": fields.String(allow_none=True),
    },
)
STAGE = named(
    "InboxStage", {"process_id": fields.String(), "element_id": fields.String(), "name": fields.String()}
)
ACT = shape(Moment, leave=("body", "actor_id"), name="Act")
DONE = named("Done", {"act": nested(ACT), "case": nested(shape(Link))})


class Wanted(Taken):
    """Filters of the inbox, all of them optional."""

    view = Choice(*VIEWS, load_default="all")
    process = Text(64, load_default="")
    element = Text(200, load_default="")
    project = Text(32, load_default="")
    q = Text(100, load_default="", metadata={"description": "办件名称、编号、事项或单位"})
    after = Text(64, load_default="", metadata={"description": "上一页的 next"})
    size = Whole(1, MOST, load_default=PAGE)


class After(Taken):
    """Which page."""

    after = Whole(0, 2**62, load_default=None, allow_none=True)
    size = Whole(1, MOST, load_default=PAGE)


@section.read("/inbox", INBOX, query=Wanted)
def page(wanted: dict[str, object]) -> dict[str, object]:
    """待办事项，按期限先后"""
    chosen = Filter(
        view=wanted["view"],  # type: ignore[arg-type]
        process=str(wanted["process"]),
        element=str(wanted["element"]),
        project=str(wanted["project"]),
        text=str(wanted["q"]).strip(),
        after=paging.read(str(wanted["after"])),
    )
    size = int(str(wanted["size"]))
    mine = principals(actor())
    found = inbox.inbox(reading(), mine, somebody().user_id, chosen, desk().calendar(), now(), size=size)
    return {
        "items": found.rows,
        "counts": found.counts,
        "next": paging.written(found.more) if found.more else None,
    }


@section.read("/inbox/stages", listing(STAGE))
def stages() -> dict[str, object]:
    """本人待办中出现的环节，用于筛选"""
    found = inbox.stages(reading(), principals(actor()))
    names = ("process_id", "element_id", "name")
    return {"items": [dict(zip(names, one, strict=True)) for one in found], "next": None}


@section.read("/done", listing(DONE), query=After)
def done(wanted: dict[str, int]) -> dict[str, object]:
    """我的已办，最近的在前"""
    acts, more = case_history.done_by(
        reading(), somebody().user_id, after=wanted["after"], size=wanted["size"]
    )
    return {
        "items": [{"act": act, "case": case} for act, case in acts],
        "next": None if more is None else str(more),
    }
