"""What the addresses of drafts and proposals take and answer."""

from __future__ import annotations

from marshmallow import fields

from workflow_app.queries.design import ChangedFile, ListedDraft
from workflow_app.web.api.shapes import many, named, nested, shape
from workflow_app.web.api.wire import Choice, Facts, Moment, Taken, Text, Texts, Whole

FINDING = named(
    "DesignFinding",
    {
        "path": fields.String(),
        "element": fields.String(),
        "severity": fields.String(),
        "code": fields.String(),
        "text": fields.String(),
        "trail": fields.List(fields.String()),
    },
)
OPENED = named("DraftOpened", {"draft_id": fields.String(), "base": fields.String()})
EDITED = named("DraftEditor", {"draft_id": fields.String(), "editor": fields.String(allow_none=True)})
SAVED = named(
    "DraftFileSaved",
    {"draft_id": fields.String(), "path": fields.String(), "revision": fields.Integer()},
)
DRAFT = named(
    "DraftDetail",
    {
        "draft": nested(shape(ListedDraft, name="VersionDraft")),
        "files": many(shape(ChangedFile, name="DraftFile")),
        "paths": fields.List(fields.String()),
    },
)
FILE = named(
    "DraftFileContent",
    {
        "path": fields.String(),
        "text": fields.String(allow_none=True),
        "base": fields.String(allow_none=True),
        "revision": fields.Integer(),
    },
)
PROPOSED = named(
    "Proposed",
    {
        "proposal_id": fields.String(),
        "number": fields.String(),
        "version": fields.String(),
        "kind": fields.String(),
        "warnings": fields.List(fields.Dict()),
    },
)
DECIDED = named(
    "ProposalDecided",
    {
        "proposal_id": fields.String(),
        "state": fields.String(),
        "version": fields.String(),
        "sequence": fields.Integer(),
        "warnings": fields.List(fields.Dict()),
    },
)


class Opening(Taken):
    """A name, and the version to start from."""

    title = Text(200, required=True)
    base = Text(64, load_default="")


class Saving(Taken):
    """A file's text, or none where it is to go, and the revision it was read at."""

    text = Text(12_000_000, load_default=None, allow_none=True)
    revision = Whole(0, 1_000_000, required=True)


class Handing(Taken):
    """To whom; empty for whoever comes first."""

    to = Text(32, load_default="")


class Proposing(Taken):
    """Why, and from when."""

    reason = Text(2000, required=True)
    effective_from = Moment(load_default=None, allow_none=True)


class ProposedFiles(Taken):
    """Files of a new version by path, as text or, below ``binary``, as Base64."""

    files = Facts(load_default=dict, metadata={"description": "bpmn/ 下的路径 → 文本内容"})
    binary = Facts(load_default=dict, metadata={"description": "路径 → Base64 内容"})
    removed = Texts(Text(300), load_default=list)
    reason = Text(2000, required=True)
    effective_from = Moment(load_default=None, allow_none=True)


class RollingBack(Taken):
    """Which version, and why."""

    version = Text(64, required=True)
    reason = Text(2000, required=True)


class Withdrawing(Taken):
    """Why."""

    reason = Text(2000, load_default="")


class Deciding(Taken):
    """Approve or reject, and why."""

    decision = Choice("approve", "reject", required=True)
    reason = Text(2000, load_default="")


class Sought(Taken):
    """Filters of the proposals."""

    state = Choice("submitted", "approved", "rejected", "withdrawn", "all", load_default="all")
