"""抄送名单 (R47): whom copies of some papers go to, as ``distribution.yaml`` of a version says.

Data beside the diagrams, pinned with them. This module reads and checks; it must never send anything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from workflow_app.engine.tame_yaml import BadYaml, read_yaml
from workflow_app.kernel.errors import Refused

PATH: Final = "distribution.yaml"
_LONGEST: Final = 60
_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Distribution:
    """Bodies that get a copy of these kinds of paper."""

    bodies: tuple[str, ...] = ()
    papers: frozenset[str] = frozenset()

    def of(self, key: str) -> tuple[str, ...]:
        """Return whom a copy of a kind of paper goes to."""
        return self.bodies if key in self.papers else ()


def load(files: Mapping[str, bytes], known: Collection[str]) -> Distribution:
    """Read and check the list of a version; a version without one copies nobody.

    :param known: kinds of paper the version has.
    :raises Refused: not YAML, an entry that does not hold.
    """
    raw = files.get(PATH)
    if raw is None:
        return Distribution()
    try:
        document = read_yaml(raw) or {}
    except BadYaml as error:
        raise _wrong(str(error)) from None
    if not isinstance(document, dict) or document.keys() - {"papers", "bodies"}:
        raise _wrong("应写明且只写明 papers、bodies")
    papers, bodies = document.get("papers") or [], document.get("bodies") or []
    for name, values in (("papers", papers), ("bodies", bodies)):
        if not isinstance(values, list) or not all(isinstance(each, str) and each.strip() for each in values):
            raise _wrong(f"{name} 应为名称的列表")
        if len(set(values)) != len(values):
            raise _wrong(f"{name} 有重复")
    if len(bodies) > _MOST or any(len(body) > _LONGEST for body in bodies):
        raise _wrong(f"抄送单位不超过{_MOST}个，名称不超过{_LONGEST}字")
    unknown = [key for key in papers if key not in known]
    if unknown:
        raise _wrong(f"没有文书“{unknown[0]}”")
    return Distribution(tuple(bodies), frozenset(papers))


def _wrong(what: str) -> Refused:
    return Refused("distribution_invalid", f"{PATH} {what}")
