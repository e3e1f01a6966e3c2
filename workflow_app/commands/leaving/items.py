"""What still hangs on somebody who leaves, by kind: what one item is, and the kinds there are.

An item names a case by its number and an element by its name: whoever moves it sees nothing of what is in it.
``listing`` finds them, ``moving`` and ``design`` move them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from workflow_app.store.repositories.posts import Post

CLAIMED: Final = "claimed"
SEATS: Final = "seats"
CHAIRS: Final = "chairs"
DRAFTS: Final = "drafts"
STAYING: Final = "staying"
POST: Final = "post"
"""A post's own kind is ``post:<id>``: what waits for its holder, where nobody else holds it."""

ASSESSMENT: Final = "expert_assessment"
WAITS: Final = "已提交，待另一人复核；经办记录不改，离任不影响"
BY_NAME: Final = "指定由本人办理，不能转交"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """Something open that somebody is to take over.

    :param kind: ``claimed``, ``seats``, ``chairs``, ``drafts``, ``post:<id>``, or ``staying``.
    :param what: ``task``, ``seat``, ``chair``, ``draft``, ``cash``, ``account``, ``delegation``, ``post``.
    :param id: of the task, the case, the entry … it is about.
    :param number: what people call the case or account it is about.
    :param name: of the element, never of a person or a project.
    :param note: why it stays where it is.
    """

    kind: str
    what: str
    id: str
    number: str
    name: str
    role: str = ""
    due_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenPost:
    """A post that stands; ``last``: after its holder nobody has it, and its items wait for a successor."""

    post: Post
    last: bool


@dataclass(frozen=True, slots=True)
class Leaver:
    """All that hangs on one person, as seen for the first day without them."""

    user_id: str
    posts: tuple[OpenPost, ...]
    items: tuple[OpenItem, ...]

    @property
    def seen(self) -> str:
        """What tells whether anything has changed since it was listed."""
        parts = [f"{item.kind}:{item.what}:{item.id}" for item in self.items]
        parts += [f"{each.post.id}:{each.post.valid_to}:{each.last}" for each in self.posts]
        return sha256("\n".join(sorted(parts)).encode()).hexdigest()[:24]

    @property
    def to_move(self) -> tuple[OpenItem, ...]:
        """What somebody has to take over."""
        return tuple(item for item in self.items if item.kind != STAYING)


def kind_of(post: Post) -> str:
    """Return the kind of what waits for a post's holder."""
    return f"{POST}:{post.id}"
