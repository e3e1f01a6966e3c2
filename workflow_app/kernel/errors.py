"""One root for every error this product raises on purpose.

An error carries a stable ``code`` (for machines), a Chinese ``message`` that says
what is wrong and what to do (for people), and the ``article`` it rests on, if any.
Faces translate the class into a status; nothing else looks inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class JcerError(Exception):
    """Root of all expected errors.

    :param code: stable snake_case identifier, never shown alone.
    :param message: Chinese sentence naming what is wrong and what to do.
    :param article: legal basis, for example ``355号附件一（三）``; ``None`` where none applies.
    :param details: JSON-ready facts for the API's problem document.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        article: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.article = article
        self.details: Mapping[str, object] = details or {}


class Refused(JcerError):
    """The law, the state of the case or a rule forbids this act."""


class Forbidden(JcerError):
    """This person, in this role, may not do this."""


class Unauthenticated(JcerError):
    """Nobody is signed in, or the token is not valid."""


class NotFound(JcerError):
    """No such thing, or not visible to this person."""


class Conflict(JcerError):
    """Somebody else changed it first; reload and decide again."""


class TooLarge(JcerError):
    """An upload, a field or a page exceeds its limit."""


class TooMany(JcerError):
    """A rate limit or a lock-out is in force."""


class InvalidForm(JcerError):
    """A form does not hold; ``errors`` maps field paths to Chinese messages.

    Paths are dotted (``sources.0.load``); the empty path holds errors of the whole form.
    """

    def __init__(self, errors: Mapping[str, Sequence[str]], message: str = "表单有误，请按提示更正") -> None:
        super().__init__("invalid_form", message, details={"errors": {k: list(v) for k, v in errors.items()}})
        self.errors: Mapping[str, Sequence[str]] = errors
