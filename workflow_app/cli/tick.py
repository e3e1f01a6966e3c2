"""``jcer tick``: fire what is due now and send what waits, once; for cron, and for looking closely."""

from __future__ import annotations

import click

from workflow_app.cli.opened import opened


@click.command()
@click.option("--limit", default=1000, show_default=True, help="最多处理多少个期限 (at most so many timers)")
def tick(limit: int) -> None:
    """处理到期的期限并发送待发消息 (fire due timers, send what waits)."""
    app = opened()
    done = app.tick(limit).values
    sent = app.send_outbox()
    click.echo(f"fired {done['fired']}, failed {done['failed']}, sent {sent}")
    if done["failed"]:
        raise SystemExit(1)
