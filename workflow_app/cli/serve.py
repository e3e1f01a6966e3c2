"""``jcer serve``: the pages and the heartbeat, in a few processes, until it is stopped.

The processes are gunicorn's: each loads the product by name after it has split, so that nothing is shared but
the database. This module knows no page.
"""

from __future__ import annotations

import socket
from importlib import import_module
from typing import Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]
from gunicorn.util import import_app  # type: ignore[import-untyped]

from workflow_app import config
from workflow_app.config import Config
from workflow_app.kernel.errors import Refused

APPLICATION = "workflow_app.serving:application()"
THREADS = 4
GRACE_SECONDS = 10


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn with this product's settings; nothing is read from elsewhere."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Take the settings given."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Load the product, in each worker."""
        return import_app(APPLICATION)


@click.command()
@click.option("--host", default=None, help="监听地址 (address to listen on)")
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="端口 (port)")
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="进程数 (processes)")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """启动网站和定时处理 (serve the pages and fire due timers)."""
    found = config.read()
    host, port = host or found.host, port or found.port
    _ensure_free(host, port)
    _greet(found, host, port)
    Server(settings(host, port, workers or found.workers)).run()


def settings(host: str, port: int, workers: int) -> dict[str, Any]:
    """Return what gunicorn is told."""
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "graceful_timeout": GRACE_SECONDS,
        "timeout": 60,
        "keepalive": 5,
        "loglevel": "warning",
        "proc_name": "jcer",
        "worker_exit": _stopped,
    }


def _stopped(_server: Any, worker: Any) -> None:
    if worker.booted:  # otherwise there is nothing to stop
        import_module("workflow_app.serving").rest(worker.app.callable)


def _ensure_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            told = f"{host}:{port} 已被占用，请换一个端口，例如 PORT={port + 1} make run"
            raise Refused("port_taken", told) from None


def _greet(found: Config, host: str, port: int) -> None:
    click.echo(f"JCER 项目办理系统 → http://{host}:{port}")
    if found.sandbox:
        click.echo("沙盒：在登录页点任一角色即可进入，不用密码。 / Sandbox: pick a role on the sign-in page.")
        click.echo("从这里开始：以“演示经办员”打开待办，或以项目业主打开我的办件。按 Ctrl+C 停止。")
