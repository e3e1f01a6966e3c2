"""``jcer trades``: the exchange's signed daily file, taken at the installation itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from workflow_app.cli.opened import opened
from workflow_app.commands.market.requests import LoadTradeFile
from workflow_app.kernel.errors import NotFound


@click.group()
def trades() -> None:
    """交易机构报送的成交 (trades of the exchange's own system)."""


@trades.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "login", required=True, help="交易机构经办的登录名 (sign-in name of the exchange's maker)"
)
@click.pass_context
def load(ctx: click.Context, file: Path, login: str) -> None:
    """导入交易机构签名的日终文件：先入账，再对账 (report a signed file's trades, then reconcile its day).

    每笔未能入账的成交、每处对账差异输出一行。全部入账且没有差异时退出码为 0，否则为 1。
    """
    app = opened()
    with closing(app.store) as store:
        with store.reading() as uow:
            user = uow.people.user_by_subject(login)
        if user is None:
            raise NotFound("no_such_user", "没有这个用户")
        told = app.execute(LoadTradeFile(file.read_text("utf-8")), app.actor(user.id, "cli")).values
    lines: list[dict[str, str]] = [dict(line) for line in told["trades"]]  # type: ignore[arg-type, union-attr]
    found: list[dict[str, str]] = [dict(line) for line in told["found"]]  # type: ignore[arg-type, union-attr]
    refused = [line for line in lines if line["state"] == "refused"]
    for line in refused:
        click.echo(f"{line['external_id']}\t{line['code']}\t{line['message']}")
    for line in found:
        click.echo(f"{line['external_id']}\t{line['kind']}\t{line['what']}")
    click.echo(f"{len(lines)} 笔成交，{len(refused)} 笔未入账，{len(found)} 处对账差异")
    ctx.exit(1 if refused or found else 0)
