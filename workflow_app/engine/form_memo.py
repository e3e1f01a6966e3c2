"""Forms that were read, kept: a version of fifty of them is judged again and again while one is drawn.

A form depends on its own bytes and on those of the forms it extends, and on nothing else, so that what was
read of the same bytes stays true. This module must never know what a form says.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final, Generic, TypeVar

KEPT: Final = 256

Find = Callable[[str], bytes | None]
"""Gives the bytes of another form of the same version by its key."""

Form = TypeVar("Form")


class Memo(Generic[Form]):
    """Reads forms, each once while nothing it depends on changes.

    :param read: reads one from its bytes; it asks for others through the ``Find`` alone.
    """

    def __init__(self, read: Callable[[bytes, Find], Form]) -> None:
        self._read = read
        self._lock = Lock()
        self._known: OrderedDict[bytes, tuple[Mapping[str, bytes | None], Form]] = OrderedDict()

    def get(self, data: bytes, find: Find) -> Form:
        """Return the form; what ``read`` raises is raised each time."""
        with self._lock:
            known = self._known.get(data)
        if known is not None and all(find(key) == found for key, found in known[0].items()):
            return known[1]
        asked: dict[str, bytes | None] = {}

        def noted(key: str) -> bytes | None:
            asked[key] = find(key)
            return asked[key]

        form = self._read(data, noted)
        with self._lock:
            self._known[data] = (asked, form)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return form
