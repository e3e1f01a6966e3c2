"""公示公告 and 提意见: notices with their papers and their time, comments by anybody, receipts, answers.

附件一（三）: for at least five working days the public may comment. No sign-in; a comment gets a receipt
number, under which its author finds what became of it. What comes late is taken as a lead and told so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import BinaryIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from workflow_app.commands.requests import PUBLIC, SubmitComment
from workflow_app.kernel.codes import mask_name
from workflow_app.kernel.errors import InvalidForm, JcerError, NotFound
from workflow_app.queries import documents, public_comments, public_notices, published_notice
from workflow_app.queries.public_notices import State
from workflow_app.queries.published_notice import PublishedNotice
from workflow_app.web import comment_guard, notice_view, offers
from workflow_app.web.desk import desk, end_reading, form_key, fresh_key, now, reading, visitors_key
from workflow_app.web.pages.files import disposition
from workflow_app.web.problems import status_of
from workflow_app.web.public_frame import KEEP_FILE, revalidated
from workflow_app.web.texts import _

blueprint = Blueprint("public_notices", __name__)

LONGEST = 5000
"""Characters of a comment."""
LONGEST_NAME = 100
LONGEST_CONTACT = 254
_CHUNK = 64 * 1024
_DIGITS = 17


@blueprint.get("/notices")
def page() -> Response:
    """List the notices, those open for comments first unless the address says otherwise."""
    chosen = request.args.get("state", "")
    state: State = "closed" if chosen == "closed" else "" if chosen == "all" else "open"
    text = request.args.get("q", "").strip()[:100]
    listed, more = public_notices.notices(
        reading(), state, text=text, after=_after(request.args.get("after", ""))
    )
    calendar = desk().calendar()
    counts = {name: public_notices.count(reading(), name) for name in ("open", "closed")}
    chips = [
        {
            "label": _("公示中"),
            "count": counts["open"],
            "url": url_for(".page", q=text or None),
            "current": state == "open",
        },
        {
            "label": _("已结束"),
            "count": counts["closed"],
            "url": url_for(".page", state="closed", q=text or None),
            "current": state == "closed",
        },
        {"label": _("全部"), "url": url_for(".page", state="all", q=text or None), "current": state == ""},
    ]
    return revalidated(
        render_template(
            "public/notices.html",
            notices=[(one, notice_view.words(one, None, calendar, now())) for one in listed],
            views=chips,
            chosen=chosen,
            text=text,
            more=url_for(".page", state=chosen or None, q=text or None, after=_key(more)) if more else "",
        )
    )


@blueprint.get("/notices/<notice_id>")
def notice(notice_id: str) -> Response:
    """Show a notice with its papers, its days and the form for comments."""
    return _notice(_published(notice_id))


@blueprint.get("/notices/<notice_id>/materials/<material_id>")
def material(notice_id: str, material_id: str) -> Response:
    """Send a public copy: only what the notice names, always as a download."""
    found = _published(notice_id)
    paper = next((one for one in published_notice.materials(reading(), found) if one.id == material_id), None)
    if paper is None:
        raise NotFound("no_such_material", "没有这份公示材料")
    if request.if_none_match.contains(paper.sha256):
        return _kept(Response(status=304), paper.sha256)
    answer = Response(_chunks(desk().files.open(paper.sha256)), mimetype=paper.media_type)
    answer.headers["Content-Length"] = str(paper.size)
    answer.headers["Content-Disposition"] = disposition(paper.filename)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(answer, paper.sha256)


@blueprint.post("/notices/<notice_id>/comments")
def comment(notice_id: str) -> AnyResponse:
    """Take a comment and lead to its receipt; whatever is wrong, the words come back."""
    found = _published(notice_id)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()
    name, contact = request.form.get("name", "").strip(), request.form.get("contact", "").strip()
    errors = _errors(text, name, contact)
    if errors:
        return _notice(found, errors=errors, status=422)
    if comment_guard.too_fast("comment", comment_guard.COMMENTS):
        slow = [("text", _("提交过于频繁，您填写的内容仍在下面，请过一分钟再提交"))]
        return _notice(found, errors=slow, status=429)
    end_reading()
    try:
        said = SubmitComment(notice_id, text, name, contact)
        result = desk().execute(said, PUBLIC, visitors_key(said, form_key()))
    except InvalidForm as error:
        refused = [(field or "text", one) for field, texts in error.errors.items() for one in texts]
        return _notice(found, errors=refused, status=422)
    except JcerError as error:
        return _notice(found, errors=[("text", error.message)], status=status_of(error))
    flash(_("意见已收到，请记下回执编号"))
    return redirect(url_for(".receipt", number=str(result.values["receipt"])), 303)


@blueprint.get("/receipts")
def ask_receipt() -> AnyResponse:
    """Ask for a receipt number, or lead to the receipt it names."""
    number = normal_receipt(request.args.get("number", ""))
    if not number:
        return revalidated(render_template("public/receipt_lookup.html", number="", errors=[]))
    if number.startswith("TS-"):
        return redirect(url_for("public_complaints.receipt", number=number), 303)
    return redirect(url_for(".receipt", number=number), 303)


@blueprint.get("/receipts/<number>")
def receipt(number: str) -> Response:
    """Show what became of one comment, to whoever holds its receipt number."""
    errors = []
    found = None
    if comment_guard.too_fast("receipt", comment_guard.LOOKUPS):
        errors = [("number", _("查询过于频繁，请稍候再试"))]
    else:
        found = public_comments.receipt(reading(), normal_receipt(number))
        if found is None:
            errors = [("number", _("没有这个回执编号，请核对后重新输入；编号形如 YJ-7K3M-9QXA"))]
    if found is None:
        status = 404 if "YJ" in errors[0][1] else 429
        body = render_template("public/receipt_lookup.html", number=number, errors=errors)
    else:
        status = 200
        body = render_template(
            "public/receipt.html",
            receipt=found,
            author=mask_name(found.author) if found.author else "",
            fingerprint=sha256(found.text.encode()).hexdigest()[:16],
        )
    answer = Response(body, status)
    answer.headers["Cache-Control"] = "no-store"  # what was said is its author's own
    return answer


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    with stream:
        yield from iter(partial(stream.read, _CHUNK), b"")


def _kept(answer: Response, digest: str) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={KEEP_FILE}"
    answer.set_etag(digest)
    return answer


def _published(notice_id: str) -> PublishedNotice:
    found = published_notice.notice(reading(), notice_id)
    if found is None:
        raise NotFound("notice_not_found", "没有这个公示，或者它尚未发布")
    return found


def _notice(found: PublishedNotice, *, errors: Sequence[tuple[str, str]] = (), status: int = 200) -> Response:
    calendar = desk().calendar()
    listed = found.listed
    body = render_template(
        "public/notice.html",
        notice=found,
        listed=listed,
        words=notice_view.words(listed, found.due, calendar, now()),
        after=notice_view.following(listed, calendar, now()),
        materials=published_notice.materials(reading(), found),
        documents=documents.of_subject(reading(), listed.id, "public_notice", "notice_result"),
        answers=public_comments.answers(reading(), listed.id),
        tally=public_comments.tally(reading(), listed.id),
        county=offers.labels().get("counties", {}).get(found.division, ""),
        errors=list(errors),
        at_field=dict(reversed(errors)),
        typed={name: request.form.get(name, "") for name in ("text", "name", "contact")},
        form_key=form_key() or fresh_key(),
        longest=LONGEST,
        trap=comment_guard.TRAP,
    )
    return revalidated(body, status)


def _errors(text: str, name: str, contact: str) -> list[tuple[str, str]]:
    found = []
    if comment_guard.trapped():
        found.append((comment_guard.TRAP, _("此栏应留空；请清空后再提交")))
    if not text:
        found.append(("text", _("请填写意见内容")))
    if len(text) > LONGEST:
        found.append(
            ("text", _("意见不得超过 %(number)s 字，您填写了 %(typed)s 字", number=LONGEST, typed=len(text)))
        )
    if len(name) > LONGEST_NAME:
        found.append(("name", _("姓名或单位不得超过 %(number)s 字", number=LONGEST_NAME)))
    if len(contact) > LONGEST_CONTACT:
        found.append(("contact", _("联系方式不得超过 %(number)s 字", number=LONGEST_CONTACT)))
    return found


def normal_receipt(number: str) -> str:
    """Return a receipt number as it is kept: people type spaces, small letters, O for 0 and I for 1."""
    compact = "".join(number.upper().split()).replace("－", "-")[:40]
    head, dash, rest = compact.partition("-")
    return head + dash + rest.replace("O", "0").replace("I", "1").replace("L", "1")


def _after(text: str) -> tuple[datetime, str] | None:
    micros, _dot, notice_id = text.partition(".")
    if not (micros.isascii() and micros.isdigit()) or len(micros) > _DIGITS or not notice_id:
        return None
    try:
        return datetime.fromtimestamp(int(micros) / 1_000_000, UTC), notice_id[:32]
    except (OverflowError, ValueError, OSError):
        return None


def _key(more: tuple[datetime, str]) -> str:
    return f"{round(more[0].timestamp() * 1_000_000)}.{more[1]}"
