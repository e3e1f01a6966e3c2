"""Reading YAML from strangers: bounded size and depth, no aliases, no tags, and one error for all of it.

Every YAML file of a version that somebody may have edited passes here. This module must never know what
a file means.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

MAX_FILE: Final = 400_000
MAX_DEPTH: Final = 20
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


class BadYaml(ValueError):
    """The bytes are no YAML that is read here; the message says why, to follow the file's name."""


def read_yaml(data: bytes) -> Any:
    """Return what ``data`` holds, ``None`` where it is empty.

    :raises BadYaml: too large (400 kB), not YAML in UTF-8, with aliases, deeper than 20 levels, or with a
        value that is none (the 45th of a month).
    """
    if len(data) > MAX_FILE:
        raise BadYaml("文件过大")
    try:
        text = data.decode()
        _ensure_tame(text)
        return yaml.load(text, _LOADER)  # noqa: S506  (the safe loader, in C where the wheel has it)
    except BadYaml:
        raise
    except (yaml.YAMLError, ValueError) as error:  # a date of no calendar is a plain ValueError
        raise BadYaml(f"不是有效的 YAML：{str(error)[:200]}") from None


def _ensure_tame(text: str) -> None:
    """Stop at the first alias or the first level too deep, before anything is built from the text."""
    depth = 0
    for token in yaml.scan(text, Loader=_LOADER):
        if isinstance(token, yaml.AliasToken):
            raise BadYaml("不得使用 YAML 别名")
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            raise BadYaml("嵌套过深")
