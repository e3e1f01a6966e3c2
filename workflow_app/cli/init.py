"""``jcer init``: make this installation ready to serve; again, it keeps what is there.

The sandbox gets its own random secrets, the schema, the shipped diagrams and the story of the demonstration
programme. ``--production`` gets neither people nor demonstration data, and refuses what is not safe.
"""

from __future__ import annotations

import os
import time

import click

from workflow_app import config
from workflow_app.sandbox import install
from workflow_app.sandbox.install import Outcome
from workflow_app.sandbox.people import PASSWORD

_SAID = {
    Outcome.TOLD: "演示数据已就绪（办件由 2025-01-02 至 2026-11-23 逐步办理而成）",
    Outcome.RETOLD: "上次初始化中断，已从头重新建立演示数据",
    Outcome.KEPT: "已有数据，予以保留",
}


@click.command()
@click.option(
    "--production", is_flag=True, help="正式环境：不建演示数据，拒绝不安全的配置 (no demonstration data)"
)
def init(production: bool) -> None:
    """初始化：密钥、数据库、流程、演示数据；再次运行保留数据 (set up; a second run keeps the data)."""
    if production or os.environ.get("JCER_PRODUCTION", "").strip().lower() in {"1", "true", "yes", "on"}:
        _production()
        return
    began = time.monotonic()
    folder = config.var_folder()
    config.make_secrets(folder)
    found = config.read()
    with install.alone(folder):
        click.echo("正在准备数据库和演示数据… / preparing the database and the sandbox…")
        done = install.sandbox(found) if found.sandbox else install.production(found)
    said = "数据库已就绪，没有演示数据" if not found.sandbox and done is not Outcome.KEPT else _SAID[done]
    click.echo(f"{said}（{time.monotonic() - began:.0f} 秒）。数据在 {folder}")
    if found.sandbox and done is not Outcome.KEPT:
        click.echo(f"演示账号登录名 jingban、chuzhang、jiaoyi1、zhangyuan 等，密码均为 {PASSWORD}")


def _production() -> None:
    found = config.read({**os.environ, "JCER_PRODUCTION": "1"})
    found.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    with install.alone(found.var):
        done = install.production(found)
    click.echo(
        "已有数据，予以保留。" if done is Outcome.KEPT else "数据库、流程和方法学名录已就绪，没有演示数据。"
    )
    click.echo("下一步：jcer users add LOGIN --name 姓名，再 jcer users grant LOGIN system_admin，")
    click.echo("然后以 JCER_PRODUCTION=1 运行 jcer serve。")
