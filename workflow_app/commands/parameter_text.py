"""``parameters.yaml`` changed value by value: its comments, its order and everything not asked for stay.

The file is read again after the change and has to hold just what was asked, so a file written in another
shape is refused rather than spoilt. This module must never know what a parameter is for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from workflow_app.commands import parameters
from workflow_app.commands.requests import Json
from workflow_app.kernel.errors import Refused

_PLAIN: Final = re.compile(r"[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*")
_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def changed(body: bytes, flags: Mapping[str, Json], numbers: Mapping[str, int]) -> bytes:
    """Return the file with some flags and the ``n`` of some limits changed.

    :param flags: new value by name of the flag.
    :param numbers: new number of days or months by id of the limit.
    :raises Refused: a value is not lawful, or the file is not written line by line: it is edited as text.
    """
    before = parameters.load({parameters.PATH: body})
    text = body.decode("utf-8")
    for name, value in flags.items():
        known = before.flags.get(name)
        if (type(known), known) != (type(value), value):
            pattern = rf"(?m)^(  {re.escape(name)}: *)(?:\"[^\"\n]*\"|[^\s#\n][^\n#]*?)( *(?:#.*)?)$"
            text = _once(pattern, _written(value), text)
    for rule_id, number in numbers.items():
        if rule_id in before.rules and before.rules[rule_id].n != number:
            pattern = rf"(?m)^( *- *\{{id: {re.escape(rule_id)},[^\n]*?\bn: )\d+(,|\}})"
            text = _once(pattern, str(number), text)
    after = parameters.load({parameters.PATH: text.encode()})
    wanted = {**before.flags, **flags}
    limits = {key: numbers.get(key, rule.n) for key, rule in before.rules.items()}
    if after.flags != wanted or {key: rule.n for key, rule in after.rules.items()} != limits:
        raise _shape()
    return text.encode()


def _once(pattern: str, value: str, text: str) -> str:
    done, times = re.subn(pattern, lambda found: f"{found[1]}{value}{found[2]}", text)
    if times != 1:
        raise _shape()
    return done


def _written(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)


def _shape() -> Refused:
    return Refused("parameters_shape", "parameters.yaml 不是一行一项的写法，请在文件中修改")
