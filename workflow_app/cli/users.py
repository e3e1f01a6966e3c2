"""``jcer users``: people and their roles from the command line, for whoever operates the installation.

Everything goes through the same commands as the pages, in the name of the system.
"""

from __future__ import annotations

import click

from workflow_app.bootstrap import App
from workflow_app.cli.opened import opened
from workflow_app.commands.requests import (
    SYSTEM,
    AssignRole,
    CreateOrganisation,
    CreateUser,
    RevokeRole,
    SetPassword,
)
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import NotFound


@click.group()
def users() -> None:
    """用户、单位和岗位 (users, organisations, roles)."""


@users.command("list")
def list_users() -> None:
    """列出用户及其岗位 (list users and their roles)."""
    app = opened()
    today = legal_date(app.clock.now())
    with app.store.reading() as uow:
        for user in uow.people.users(today):
            roles = sorted(f"{role}@{org}" if org else role for role, org in uow.people.roles(user.id, today))
            click.echo(f"{user.subject}\t{user.name}\t{', '.join(roles) or '-'}")


@users.command("organisations")
def list_organisations() -> None:
    """列出单位 (list organisations)."""
    with opened().store.reading() as uow:
        for row in uow.people.organisations():
            click.echo(f"{row.id}\t{row.kind}\t{row.uscc or '-'}\t{row.name}")


@users.command("add-organisation")
@click.argument("name")
@click.option("--kind", required=True, help="单位类别，如 owner、exchange (kind)")
@click.option("--uscc", default="", help="统一社会信用代码 (unified social credit code)")
def add_organisation(name: str, kind: str, uscc: str) -> None:
    """登记单位 NAME (enter an organisation)."""
    done = opened().execute(CreateOrganisation(name, uscc, kind), SYSTEM)
    click.echo(done.values["organisation_id"])


@users.command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名 (displayed name)")
@click.option("--organisation", default=None, help="所属单位的编号或信用代码 (organisation id or USCC)")
@click.option("--post", default="", help="职务 (post)")
@click.password_option(prompt="密码", help="密码；不给出则提示输入 (prompted for when left out)")
def add(login: str, name: str, organisation: str | None, post: str, password: str) -> None:
    """添加用户 LOGIN (add a user)."""
    app = opened()
    organisation_id = _organisation(app, organisation)
    click.echo(
        app.execute(CreateUser(login, name, organisation_id, password, post), SYSTEM).values["user_id"]
    )


@users.command("grant")
@click.argument("login")
@click.argument("role")
@click.option("--organisation", default=None, help="岗位所属单位 (organisation of the role)")
def grant(login: str, role: str, organisation: str | None) -> None:
    """授予 LOGIN 岗位 ROLE (give a role)."""
    app = opened()
    app.execute(AssignRole(_user(app, login), role, _organisation(app, organisation)), SYSTEM)


@users.command("revoke")
@click.argument("login")
@click.argument("role")
@click.option("--organisation", default=None, help="岗位所属单位 (organisation of the role)")
def revoke(login: str, role: str, organisation: str | None) -> None:
    """收回 LOGIN 的岗位 ROLE (take a role away)."""
    app = opened()
    app.execute(RevokeRole(_user(app, login), role, _organisation(app, organisation)), SYSTEM)


@users.command("password")
@click.argument("login")
@click.password_option(prompt="新密码", help="不给出则提示输入 (prompted for when left out)")
def password(login: str, password: str) -> None:
    """设置 LOGIN 的密码 (set a password)."""
    app = opened()
    app.execute(SetPassword(_user(app, login), password), SYSTEM)


def _user(app: App, login: str) -> str:
    with app.store.reading() as uow:
        user = uow.people.user_by_subject(login)
    if user is None:
        raise NotFound("no_such_user", f"没有用户 {login}")
    return user.id


def _organisation(app: App, text: str | None) -> str | None:
    if text is None:
        return None
    with app.store.reading() as uow:
        found = uow.people.organisation_by_uscc(text)
        return found.id if found is not None else uow.people.organisation(text).id
