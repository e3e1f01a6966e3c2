"""What keeps a form that anybody may send from being flooded: a field no person sees, and a pace.

Paced by the sender's address and the host's time, in this process. A refusal never loses what was typed: the
page comes back with it. It must never know what was said.
"""

from __future__ import annotations

from typing import Final

from flask import current_app, request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

TRAP: Final = "website"
"""Name of the field that stays empty in every browser a person sits at."""
COMMENTS: Final = tuple(parse_many("6 per minute; 30 per hour"))
LOOKUPS: Final = tuple(parse_many("20 per minute; 200 per hour"))
_KEY: Final = "public_pace"


def trapped() -> bool:
    """Tell whether the form was filled in by something that cannot see it."""
    return bool(request.form.get(TRAP, "").strip())


def too_fast(what: str, allowed: tuple[RateLimitItem, ...]) -> bool:
    """Count one sending by this address, and tell whether it is one too many.

    :param what: what is counted, for itself.
    """
    pace = _pace()
    address = request.remote_addr or "unknown"
    within = [
        pace.hit(item, what, address) for item in allowed
    ]  # each counts, also where an earlier one refuses
    return not all(within)


def _pace() -> MovingWindowRateLimiter:
    pace = current_app.extensions.get(_KEY)
    if not isinstance(pace, MovingWindowRateLimiter):
        pace = current_app.extensions[_KEY] = MovingWindowRateLimiter(MemoryStorage())
    return pace
