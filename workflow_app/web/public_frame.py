"""Where one can go on the public pages, and how long a browser may keep what it got there.

Everybody sees these, signed in or not. It must never know who looks.
"""

from __future__ import annotations

from flask import Response, make_response, request

from workflow_app.web.addresses import address_of
from workflow_app.web.shell import Link
from workflow_app.web.texts import _

KEEP_FILE = 3600
"""Seconds a browser keeps a public paper before it asks again: a paper may have to be taken down."""


def tabs() -> tuple[Link, ...]:
    """Return the tabs of the public pages, the present one marked."""
    return (
        _tab(_("首页"), "public_home.page"),
        _tab(_("公示公告"), "public_notices.page"),
        _tab(_("项目登记"), "public_register.page"),
        _tab(_("公开台账"), "public_ledger.page"),
        _tab(_("凭证核验"), "verification.page"),
        _tab(_("方法学"), "public_register.methodologies"),
        _tab(_("试点备案"), "public_register.filings"),
        _tab(_("办事依据"), "rules.page"),
    )


def footer() -> tuple[Link, ...]:
    """Return the links at the foot of every public page."""
    return (
        Link(_("查询回执"), address_of("public_notices.ask_receipt")),
        Link(_("办事依据"), address_of("rules.page")),
        Link(_("工作日历"), address_of("working_days.page")),
        Link(_("第三方许可"), address_of("help.licences")),
    )


def revalidated(body: str, status: int = 200) -> Response:
    """Return a public page that may be kept by this browser alone, and is asked for anew each time.

    Each page holds a token of the session, so no shared cache may keep it.
    """
    answer = make_response(body, status)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def _tab(label: str, endpoint: str) -> Link:
    section = {
        "public_notices.notice": "public_notices.page",
        "public_notices.receipt": "public_notices.page",
        "public_notices.ask_receipt": "public_notices.page",
        "public_notices.comment": "public_notices.page",
        "public_register.project": "public_register.page",
        "methodology.page": "public_register.methodologies",
        "public_ledger.table": "public_ledger.page",
        "verification.check": "verification.page",
        "verification.certificate": "verification.page",
        "home": "public_home.page",
    }.get(request.endpoint or "", request.endpoint)
    return Link(label, address_of(endpoint), current=section == endpoint)
