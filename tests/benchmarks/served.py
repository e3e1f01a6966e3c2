"""The product served as it is in use: ``jcer serve`` in processes of its own, and a plain browser."""

from __future__ import annotations

import base64
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from tests.benchmarks.worlds import Place

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PATIENCE_SECONDS = 60
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def environment(place: Place) -> dict[str, str]:
    """Return the environment of an installation at ``place``, as the programme there was opened.

    Modules are compiled once, as an installed package is, whatever this process was told about that.
    """
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(place.folder / "compiled"),
        "JCER_DATABASE_URL": place.url,
        "JCER_VAR": str(place.folder),
        "JCER_SECRET": "test" * 10,
        "JCER_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
    }


@dataclass(frozen=True, slots=True)
class Server:
    """A running ``jcer serve``."""

    port: int
    pid: int

    def worker_memory(self) -> float:
        """Return the resident megabytes of its largest worker."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()
        return max(_resident(int(child)) for child in children)


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024


@contextmanager
def serving(place: Place, workers: int) -> Iterator[Server]:
    """Serve the installation at ``place`` with ``workers`` processes."""
    port = _free_port()
    command = [str(Path(sys.executable).parent / "jcer"), "serve", "--workers", str(workers)]
    log = place.folder / "server.log"
    with log.open("wb") as told:
        started = subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--port", str(port)],
            env=environment(place),
            stdout=told,
            stderr=told,
        )
    try:
        _await(port, started, log)
        yield Server(port, started.pid)
    finally:
        started.terminate()
        started.wait(PATIENCE_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, started: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and started.poll() is None:
        try:
            Visitor(port).get("/signin")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the server did not come up: {log.read_text('utf-8')}")


class Visitor:
    """Somebody at a browser, on one connection kept open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._cookies: dict[str, str] = {}
        self._token = ""

    def signed_in(self, user_id: str) -> Self:
        """Sign in with one click of the sandbox."""
        self.get("/signin")
        self.post(f"/signin/as/{user_id}", {})
        self.get("/account")  # the token of the new session
        return self

    def get(self, path: str) -> str:
        """Open a page that must be there."""
        page = self._ask("GET", path, None, {}, 200)
        found = TOKEN.search(page)
        self._token = found[1] if found else self._token
        return page

    def post(self, path: str, fields: Mapping[str, str | list[str]]) -> None:
        """Send a form that must be taken."""
        self._ask("POST", path, urlencode({"csrf_token": self._token, **fields}, doseq=True), FORM, 302)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str], wanted: int) -> str:
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        self._connection.request(method, path, body, {**headers, "Cookie": cookie})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        if answer.status != wanted:
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:2000]}")
        return text
