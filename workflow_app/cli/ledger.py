"""``jcer ledger``: prove the book of emission reductions and of money."""

from __future__ import annotations

import json
from contextlib import closing

import click

from workflow_app.cli.opened import opened
from workflow_app.commands.ledger_proof import prove_book


@click.group()
def ledger() -> None:
    """减排量台账 (the book of emission reductions)."""


@ledger.command()
@click.option("--history/--no-history", default=True, help="同时校验哈希链 (also verify the hash chains)")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 (print JSON)")
@click.pass_context
def verify(ctx: click.Context, history: bool, as_json: bool) -> None:
    """重新证明台账的全部规则 I1 至 I9 (prove every invariant of the book).

    不信任任何余额，由分录重算。每处不符输出一行：规则、对象、问题。全部成立时退出码为 0，否则为 1。
    """
    with closing(opened().store) as store, store.reading() as uow:
        proof = prove_book(uow, store.vault if history else None)
    if as_json:
        breaches = [{"rule": b.rule, "subject": b.subject, "what": b.what} for b in proof.breaches]
        facts = {"projects": proof.projects, "postings": proof.postings, "units": proof.units}
        click.echo(json.dumps(facts | {"breaches": breaches}, ensure_ascii=False))
    else:
        for breach in proof.breaches:
            click.echo(f"{breach.rule}\t{breach.subject}\t{breach.what}")
        click.echo(
            f"{proof.projects} 个项目、{proof.postings} 笔分录、{proof.units:,} 吨，"
            f"{len(proof.breaches)} 处不符"
        )
    ctx.exit(1 if proof.breaches else 0)
