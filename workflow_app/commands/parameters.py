"""The parameters of a version: flags a diagram may test, and the time limits it may name.

``parameters.yaml`` is data beside the diagrams and is pinned with them. What an article fixes
(publicity of at least five working days, registration within three) is asserted by
``domain.deadlines`` here, so that no version can hold less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calendars.errors import CalendarError
from calendars.periods import Rule
from workflow_app.commands.requests import Json
from workflow_app.domain import deadlines
from workflow_app.engine.tame_yaml import BadYaml, read_yaml
from workflow_app.kernel.errors import Refused

PATH = "parameters.yaml"


@dataclass(frozen=True, slots=True)
class Parameters:
    """Scalars by name and limits by id."""

    flags: Mapping[str, Json]
    rules: Mapping[str, Rule]

    def rule(self, rule_id: str) -> Rule:
        """Return a limit.

        :raises LookupError: this version has no such limit; the case gets an incident.
        """
        try:
            return self.rules[rule_id]
        except KeyError:
            raise LookupError(f"parameters.yaml has no time limit {rule_id!r}") from None


def load(files: Mapping[str, bytes]) -> Parameters:
    """Read and check the parameters of a version.

    :param files: the version's files by path.
    :raises Refused: not YAML, a flag that is no scalar, a limit that does not hold or that
        falls short of what an article fixes.
    """
    try:
        document = read_yaml(files.get(PATH, b"")) or {}
    except BadYaml as error:
        raise Refused("parameters_invalid", f"parameters.yaml {error}") from None
    if not isinstance(document, dict):
        raise Refused("parameters_invalid", "parameters.yaml 应为 flags 与 deadlines 两部分")
    flags, entries = document.get("flags") or {}, document.get("deadlines") or ()
    if (
        not isinstance(flags, dict)
        or not isinstance(entries, list | tuple)
        or not all(isinstance(entry, dict) for entry in entries)
    ):
        raise Refused("parameters_invalid", "parameters.yaml 的 flags 应为名称与值，deadlines 应为列表")
    for name, value in flags.items():
        if not isinstance(name, str) or not isinstance(value, bool | int | str):
            raise Refused("parameters_invalid", f"flags 中的 {str(name)[:40]} 应为文本、整数或是否")
    try:
        rules = tuple(Rule.from_mapping(entry) for entry in entries)
    except CalendarError as error:
        raise Refused("parameters_invalid", str(error)) from None
    for rule in rules:
        deadlines.ensure_lawful(rule)
    by_id = {rule.id: rule for rule in rules}
    if len(by_id) != len(rules):
        raise Refused("parameters_invalid", "deadlines 中有重复的期限编号")
    return Parameters(flags, by_id)
