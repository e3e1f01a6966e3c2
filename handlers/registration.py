"""注册登记: the account and the number, and what happens when the three days run out.

355号附件二（一）: within three working days of a publicity without objection. A missed cap is
warned of, recorded and shown; nothing is ever registered by a timer.
"""

from __future__ import annotations

from handlers.contract import Context, Handler, Outcome, Values
from handlers.effects import IssueDocument, Notify, OpenAccount, RecordOverdue, RegisterProject
from workflow_app.domain.project import project_number
from workflow_app.kernel.identifiers import new_id

ARTICLE = "355号附件二（一）"


def _exchange(context: Context) -> tuple[str, ...]:
    organisation = context.variables.get("exchange_org")
    return (f"role:exchange_maker:{organisation}", f"role:exchange_checker:{organisation}")


def _warn_registration(inputs: Values, context: Context) -> Outcome:
    told = Notify(_exchange(context), "注册登记即将到期", "登记期限剩一个工作日，请尽快办理")
    return Outcome({}, (told,))


def _record_overdue(inputs: Values, context: Context) -> Outcome:
    told = Notify(
        (*_exchange(context), "role:department_leader"), "注册登记超期", "三个工作日内未完成登记，已记录超期"
    )
    return Outcome({}, (RecordOverdue("registration", context.at), told))


def _register_project(inputs: Values, context: Context) -> Outcome:
    project = context.facts.project()
    if project is None or project.field is None:
        raise LookupError("the case has no project with a methodology")
    number = project_number(project.field, context.facts.next_project_sequence())
    account = OpenAccount(new_id(), project.owner_org, context.at)
    registered = RegisterProject(number, context.at, context.text("opinion_id"), context.text("notice_id"))
    told = Notify((f"role:applicant:{project.applicant_org}",), "项目登记", f"项目已登记，编号{number}")
    return Outcome(
        {"project_number": number, "registered_at": context.at.isoformat()},
        (account, registered, IssueDocument("registration_notice"), told),
    )


HANDLERS = (
    Handler("warn_registration", ARTICLE, _warn_registration, effects=(Notify,)),
    Handler("record_overdue", ARTICLE, _record_overdue, effects=(RecordOverdue, Notify)),
    Handler(
        "register_project",
        ARTICLE,
        _register_project,
        outputs=("project_number", "registered_at"),
        effects=(OpenAccount, RegisterProject, IssueDocument, Notify),
    ),
)
