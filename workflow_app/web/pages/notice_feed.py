"""公示 as an Atom feed (RFC 4287): all of them, or one project's. Ids stay, whatever the site is called."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, request

from workflow_app.kernel.errors import NotFound
from workflow_app.queries import public_notices, public_register
from workflow_app.queries.public_notices import ListedNotice
from workflow_app.web.desk import desk, reading
from workflow_app.web.words import moment

blueprint = Blueprint("notice_feed", __name__)
ATOM: Final = "http://www.w3.org/2005/Atom"
BEGINNING: Final = datetime(2024, 7, 18, 16, tzinfo=UTC)
"""The day of 355号: when a feed without entries last changed."""
SHOWN: Final = 50


@blueprint.get("/notices.atom")
def notices() -> Response:
    """All notices, the newest fifty."""
    return _feed("notices", "江西省温室气体自愿减排公示", "/notices", "")


@blueprint.get("/projects/JX-JCER-<tail>/notices.atom")
def of_project(tail: str) -> Response:
    """The notices of one project."""
    number = f"JX-JCER-{tail[:40]}"
    found = public_register.registered_project(reading(), number)
    if found is None:
        raise NotFound("project_not_found", "登记簿中没有这个项目编号")
    return _feed(number, f"{found.listed.name}：公示", f"/projects/{number}", number)


def _feed(name: str, title: str, path: str, number: str) -> Response:
    listed, _more = public_notices.notices(reading(), project_number=number, size=SHOWN)
    site = desk().config.public_url.rstrip("/")
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": "zh-CN"})
    _text(feed, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"jcer:feed:{name}").urn)
    _text(feed, "title", title)
    _text(feed, "updated", _instant(max((_changed(one) for one in listed), default=BEGINNING)))
    SubElement(feed, "link", {"rel": "self", "type": "application/atom+xml", "href": site + request.path})
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": site + path})
    _text(SubElement(feed, "author"), "name", "江西省生态环境厅")
    for one in listed:
        _entry(feed, one, site)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="utf-8")
    answer = Response(body, mimetype="application/atom+xml")
    answer.add_etag()
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.make_conditional(request)
    return answer


def _entry(feed: Element, one: ListedNotice, site: str) -> None:
    entry = SubElement(feed, "entry")
    _text(entry, "id", uuid.uuid5(uuid.NAMESPACE_URL, f"jcer:notice:{one.id}").urn)
    _text(entry, "title", one.title)
    _text(entry, "published", _instant(one.published_at))
    _text(entry, "updated", _instant(_changed(one)))
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": f"{site}/notices/{one.id}"})
    _text(SubElement(entry, "author"), "name", one.publisher or "江西省生态环境厅")
    closes = f"{moment(one.closes_at)} 截止{_estimate(one)}"
    said = f"{one.owner}：{one.project}。{moment(one.published_at)} 发布，{closes}。"
    _text(entry, "summary", said)


def _estimate(one: ListedNotice) -> str:
    """A closing that rests on a year without its notice may still move, later only."""
    return "（预估）" if one.provisional and one.state == "open" else ""


def _changed(one: ListedNotice) -> datetime:
    return max(one.published_at, one.announced_at or one.published_at)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
