"""A small application that shows every component with sample words, for the browser tests and for the eye.

``python -m tests.web.gallery.app`` serves it on http://127.0.0.1:8010/_gallery/inbox.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace as Sample

from flask import Flask, Response, render_template, request, session
from jinja2 import ChoiceLoader, PackageLoader

from workflow_app.web.assets import licences
from workflow_app.web.rendering import install_rendering
from workflow_app.web.security import install_security
from workflow_app.web.shell import Link, LinkGroup, Person, SandboxBar, Shell

PAGES = ("inbox", "task", "applicant", "notice", "signin", "states", "forms", "licences")

NAVIGATION = (
    LinkGroup(
        "办理",
        (
            Link("待办", "#inbox", "inbox", 12, current=True),
            Link("我的已办", "#done", "square-check"),
            Link("案件查询", "#cases", "folders"),
            Link("公示", "#notices", "speakerphone", 1),
        ),
    ),
    LinkGroup(
        "登记",
        (
            Link("公开台账", "#ledger", "book-2"),
            Link("凭证", "#certificates", "certificate", 1),
            Link("试点备案", "#filings", "map-pin", 2),
        ),
    ),
    LinkGroup(
        "依据与分析",
        (
            Link("方法学", "#methodologies", "clipboard-list", 6),
            Link("统计", "#statistics", "chart-bar"),
            Link("工作日历", "#calendar", "calendar-event"),
        ),
    ),
)
BOTTOM = (
    Link("办件", "#cases", "folders", current=True),
    Link("消息", "#messages", "message"),
    Link("公示", "#notices", "speakerphone"),
    Link("我的", "#me", "user"),
)
TABS = (
    Link("首页", "#home"),
    Link("公示公告", "#notices", current=True),
    Link("公开台账", "#ledger"),
    Link("方法学", "#methodologies"),
    Link("凭证核验", "#certificates"),
    Link("办事指南", "#guide"),
)
SANDBOX = SandboxBar(
    "2026-11-23 10:00", "星期一", "工作日", "11-23 24:00 永修县湖滨湿地修复 评估会到期", "/advance", "#roles"
)
DIAGRAM = Path(__file__).with_name("sample.bpmn").read_text(encoding="utf-8")


def sample_shell() -> Shell:
    """Return the frame of a clerk, or of nobody on the public pages (``?as=public``)."""
    clerk = Person("经", "演示经办员", "省生态环境厅", (Link("我的账号", "#me", "user"),), "/sign-out")
    public = request.path.rsplit("/", 1)[-1] in {"notice", "signin", "licences"}
    return Shell(
        home_url="#home",
        search_url="" if public else "/search",
        navigation=NAVIGATION,
        bottom=() if public else BOTTOM,
        tabs=TABS,
        footer=(Link("无障碍说明", "#access"), Link("第三方许可", "/_gallery/licences")),
        sandbox=None if request.path.endswith("signin") else SANDBOX,
        person=None if public else clerk,
        notices_url="#notices",
        notices=2,
        help_url="#help",
        sign_in_url="#sign-in",
        text_size_url="/text-size",
        language_url="/language",
    )


def create_gallery() -> Flask:
    """Build the application; it knows nothing but templates and samples."""
    app = Flask("workflow_app.web")
    app.config.update(SECRET_KEY="gallery", TESTING=True)  # noqa: S106
    loaders = [PackageLoader("workflow_app.web"), PackageLoader("tests.web.gallery")]
    app.jinja_loader = ChoiceLoader(loaders)
    install_rendering(app, sample_shell)
    install_security(app)

    @app.get("/_gallery/<page>")
    def show(page: str) -> str:
        return render_template(f"gallery/{PAGES[PAGES.index(page)]}.html", licences=licences, Sample=Sample)

    @app.get("/_gallery/sample.bpmn")
    def diagram() -> Response:
        return Response(DIAGRAM, mimetype="application/xml")

    @app.post("/_gallery/take")
    def take() -> str:
        session["taken"] = request.form.get("applicant", "")
        return render_template("gallery/taken.html", key="gallery-form")

    return app


if __name__ == "__main__":
    create_gallery().run(port=8010)
