"""Work in a process of its own: memory that goes back when it is over, a crash that takes nobody along.

One process at a time, started when there is something to do, fresh (spawned, not forked: no thread and no
database comes along), ended when it was idle. What crashes it is tried once more; what takes too long is
stopped. Must never know what the work is.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

from workflow_app.kernel.errors import Refused

LONGEST: Final = 60.0
"""Seconds one piece of work may take."""
IDLE: Final = 60.0
"""Seconds without work after which the process ends."""
_ATTEMPTS: Final = 2


class Apart:
    """A function of a module, run in another process; any number of threads may ask, one is served at a time.

    :param work: what the process does with what it is given; both it and its answers can be pickled.
    :param longest: seconds, host time; :param idle: likewise.
    """

    def __init__(self, work: Callable[[Any], Any], *, longest: float = LONGEST, idle: float = IDLE) -> None:
        self._work = work
        self._longest = longest
        self._idle = idle
        self._lock = threading.Lock()
        self._owner = 0
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._timer: threading.Timer | None = None

    @property
    def process(self) -> BaseProcess | None:
        """The process there is just now, if any."""
        return self._process

    def do(self, what: object) -> Any:
        """Have a piece of work done.

        :raises Refused: ``work_crashed`` or ``work_too_long``: it ended the process, or did not end.
        """
        with self._lock:
            self._rest(None)
            try:
                return self._asked(what)
            finally:
                self._rest(threading.Timer(self._idle, self.end) if self._process else None)

    def end(self) -> None:
        """End the process, if there is one; the next piece of work starts another."""
        with self._lock:
            self._stop()

    def _asked(self, what: object) -> Any:
        for _ in range(_ATTEMPTS):
            pipe = self._started()
            try:
                pipe.send(what)
                if not pipe.poll(self._longest):
                    self._stop()
                    raise Refused("work_too_long", f"超过{self._longest:.0f}秒未完成，已停止")
                return pipe.recv()
            except (EOFError, OSError):
                self._stop()
        raise Refused("work_crashed", "办理进程异常退出，请检查模板后重试")

    def _started(self) -> Connection[Any, Any]:
        if self._owner != os.getpid():  # a forked process does not share its parent's
            self._owner, self._process, self._pipe = os.getpid(), None, None
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._stop()
            context = multiprocessing.get_context("spawn")
            self._pipe, there = context.Pipe()
            self._process = context.Process(target=_serve, args=(self._work, there), daemon=True)
            self._process.start()
            there.close()
        return self._pipe

    def _stop(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        self._pipe = self._process = None

    def _rest(self, timer: threading.Timer | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer
        if timer is not None:
            timer.daemon = True
            timer.start()


def _serve(work: Callable[[Any], Any], pipe: Connection[Any, Any]) -> None:
    """Do what comes until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with whoever started it
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))
