"""What anybody may read and say, over HTTP: notices, comments with a receipt, the register.

No sign-in. A comment's text and author are shown to whoever holds its receipt number, and to nobody else.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.complaint_requests import SubmitComplaint
from workflow_app.commands.requests import SubmitComment
from workflow_app.kernel.codes import mask_name
from workflow_app.kernel.errors import NotFound, TooMany
from workflow_app.queries import public_comments, public_notices, public_register, published_notice
from workflow_app.queries.public_comments import Answer, Receipt, Tally
from workflow_app.queries.public_complaints import ComplaintReceipt
from workflow_app.queries.public_notices import ListedNotice
from workflow_app.queries.public_register import ListedProject, RegisteredProject
from workflow_app.queries.published_notice import Material, PublishedNotice
from workflow_app.web import comment_guard, paging
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, many, named, nested, shape
from workflow_app.web.api.wire import Choice, Taken, Text, Whole
from workflow_app.web.desk import reading
from workflow_app.web.pages import public_complaints as complaints
from workflow_app.web.pages import public_notices as pages

section = Section("public", "社会公众")

NOTICE = named(
    "PublicNotice",
    {
        "notice": nested(shape(PublishedNotice, leave=("material_ids",))),
        "materials": many(shape(Material)),
        "answers": many(shape(Answer, name="PublicAnswer")),
        "tally": nested(shape(Tally)),
    },
)
COMPLAINED = named("ComplaintReceived", {"receipt": fields.String(), "complaint_id": fields.String()})
RECEIVED = named("CommentReceived", {"receipt": fields.String(), "late": fields.Boolean()})


class Wanted(Taken):
    """Filters of the notices."""

    state = Choice("open", "closed", "all", load_default="open")
    q = Text(100, load_default="")
    after = Text(64, load_default="")
    size = Whole(1, 100, load_default=20)


class Registered(Taken):
    """Filters of the register."""

    q = Text(100, load_default="")
    field = Text(2, load_default="")
    after = Text(64, load_default="")
    size = Whole(1, 100, load_default=30)


class Complaint(Taken):
    """A complaint; serial, name and contact may stay empty."""

    text = Text(5000, required=True)
    serial = Text(80, load_default="")
    name = Text(100, load_default="")
    contact = Text(254, load_default="")


class Said(Taken):
    """A comment; name and contact may stay empty."""

    text = Text(5000, required=True)
    name = Text(100, load_default="")
    contact = Text(254, load_default="")


@section.read("/notices", listing(shape(ListedNotice)), query=Wanted, public=True)
def notices(wanted: dict[str, Any]) -> dict[str, Any]:
    """公示，最新的在前"""
    listed, more = public_notices.notices(
        reading(),
        "" if wanted["state"] == "all" else wanted["state"],
        text=wanted["q"].strip(),
        after=paging.read(wanted["after"]),
        size=wanted["size"],
    )
    return {"items": listed, "next": paging.written(more) if more else None}


@section.read("/notices/<notice_id>", NOTICE, public=True)
def notice(notice_id: str) -> dict[str, Any]:
    """一则公示及其材料、截止计算和答复"""
    found = _published(notice_id)
    return {
        "notice": found,
        "materials": published_notice.materials(reading(), found),
        "answers": public_comments.answers(reading(), notice_id),
        "tally": public_comments.tally(reading(), notice_id),
    }


@section.read(
    "/notices/<notice_id>/materials/<material_id>", media_type="application/octet-stream", public=True
)
def material(notice_id: str, material_id: str) -> Any:
    """下载公示材料"""
    return pages.material(notice_id, material_id)


@section.write("/notices/<notice_id>/comments", RECEIVED, body=Said, status=201, public=True)
def comment(body: dict[str, str], notice_id: str) -> Any:
    """提出意见，得到回执编号"""
    _published(notice_id)
    _ensure_slow("comment", comment_guard.COMMENTS)
    text = body["text"].replace("\r\n", "\n").strip()
    said = SubmitComment(notice_id, text, body["name"].strip(), body["contact"].strip())
    return act(said, public=True).values


@section.read("/receipts/<number>", shape(Receipt), public=True)
def receipt(number: str) -> Any:
    """凭回执编号查看意见及其处理"""
    _ensure_slow("receipt", comment_guard.LOOKUPS)
    found = public_comments.receipt(reading(), pages.normal_receipt(number))
    if found is None:
        raise NotFound("receipt_not_found", "没有这个回执编号，请核对后重新输入；编号形如 YJ-7K3M-9QXA")
    told = {name: getattr(found, name) for name in Receipt.__slots__}
    return {**told, "author": mask_name(found.author) if found.author else ""}


@section.write("/register/<number>/complaints", COMPLAINED, body=Complaint, status=201, public=True)
def complain(body: dict[str, str], number: str) -> Any:
    """投诉已登记的项目和减排量，得到回执编号"""
    _ensure_slow("complaint", comment_guard.COMMENTS)
    said = {name: body[name].replace("\r\n", "\n").strip() for name in ("text", "serial", "name", "contact")}
    return act(SubmitComplaint(number, **said), public=True).values


@section.read("/complaints/<number>", shape(ComplaintReceipt, leave=("document_id",)), public=True)
def complaint(number: str) -> Any:
    """凭回执编号查看投诉及其答复"""
    return complaints.receipt_of(number)


@section.read("/complaints/<number>/reply", media_type="application/pdf", public=True)
def reply(number: str) -> Any:
    """凭回执编号下载投诉答复书"""
    return complaints.reply(number)


@section.read("/register", listing(shape(ListedProject)), query=Registered, public=True)
def register(wanted: dict[str, Any]) -> dict[str, Any]:
    """已登记项目"""
    listed, more = public_register.projects(
        reading(),
        text=wanted["q"].strip(),
        field=wanted["field"],
        after=wanted["after"],
        size=wanted["size"],
    )
    return {"items": listed, "next": more or None}


@section.read("/register/<number>", shape(RegisteredProject), public=True)
def registered(number: str) -> Any:
    """一个已登记项目及其签发、持有量和公示"""
    found = public_register.registered_project(reading(), number)
    if found is None:
        raise NotFound("project_not_found", "没有这个登记编号")
    return found


def _published(notice_id: str) -> PublishedNotice:
    found = published_notice.notice(reading(), notice_id)
    if found is None:
        raise NotFound("notice_not_found", "没有这个公示，或者它尚未发布")
    return found


def _ensure_slow(what: str, allowed: Any) -> None:
    if comment_guard.too_fast(what, allowed):
        raise TooMany("too_many_requests", "提交或查询过于频繁，请稍候再试", details={"retry_after": 60})
