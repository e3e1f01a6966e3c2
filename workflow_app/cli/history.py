"""``jcer history``: is the record whole, and does the present follow from it?

``verify`` walks the hash chains; ``rebuild`` replays every event and, with ``--compare``, holds
the result against the live tables. Both only read. Exit 0: whole; 1: a breach or a difference.
"""

from __future__ import annotations

import json
from contextlib import closing

import click

from workflow_app.cli.opened import opened
from workflow_app.store.chain import verify as verify_streams
from workflow_app.store.rebuild import compare as compare_rows
from workflow_app.store.rebuild import replay
from workflow_app.store.repositories.cases import stream_of

_KINDS = {"missing": "表中缺少", "extra": "表中多出", "differs": "与历史不符"}


@click.group()
def history() -> None:
    """办理历史：校验与重建 (verify and rebuild the record)."""


@history.command()
@click.argument("case", required=False)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 (print JSON)")
@click.pass_context
def verify(ctx: click.Context, case: str | None, as_json: bool) -> None:
    """校验哈希链 (verify the hash chains): 全部，或一个办件 CASE（编号或标识）。

    每处损坏输出一行：流、序号、问题。无损坏时退出码为 0，否则为 1。
    """
    with closing(opened().store) as store, store.reading() as uow:
        streams = None if case is None else [stream_of(uow.cases.identified(case).id)]
        found = verify_streams(uow.connection, store.vault, streams)
    if as_json:
        breaches = [{"stream": b.stream, "seq": b.seq, "what": b.what} for b in found.breaches]
        click.echo(
            json.dumps(
                {"streams": found.streams, "events": found.events, "breaches": breaches}, ensure_ascii=False
            )
        )
    else:
        for breach in found.breaches:
            click.echo(f"{breach.stream}\t{breach.seq if breach.seq is not None else '-'}\t{breach.what}")
        click.echo(f"{found.streams} 条历史、{found.events} 个事件，{len(found.breaches)} 处损坏")
    ctx.exit(1 if found.breaches else 0)


@history.command()
@click.option("--compare", is_flag=True, help="与现有数据比较 (compare with the live tables)")
@click.pass_context
def rebuild(ctx: click.Context, compare: bool) -> None:
    """仅凭事件重建当前数据 (replay the events); --compare 时逐行比较，有差异则退出码为 1。"""
    with closing(opened().store) as store, store.reading() as uow:
        if not compare:
            for table, rows in replay(uow.connection).items():
                click.echo(f"{table}\t{len(rows)}")
            return
        found = compare_rows(uow.connection, uow.personal)
    for difference in found.differences:
        key = "/".join(str(part) for part in difference.key)
        columns = f"\t{', '.join(difference.columns)}" if difference.columns else ""
        click.echo(f"{difference.table}\t{key}\t{_KINDS[difference.kind]}{columns}")
    click.echo(f"重建 {sum(found.rows.values())} 行，{len(found.differences)} 处差异")
    ctx.exit(1 if found.differences else 0)
