"""Decision tables of the walks: written at random for the engine, read by the token game's own rules."""

from __future__ import annotations

import operator
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from random import Random
from typing import Any

D = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
CELL = re.compile(r"^(<=|>=|<|>|) ?(\d+)$")
OUTPUT = re.compile(r"^(?:(\w+) \+ )?(\d+)$")
COMPARED = {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt, "": operator.eq}
PARTITIONS = (("0", "1", "2"), ("0", "> 0"), ("<= 1", "2"), ("< 1", "1", ">= 2"), ("-",))
"""Each takes 0, 1 and 2 exactly once."""


def write(random: Random, identifier: str, choice: str, output: str) -> str:
    """Return one decision that reads ``choice`` and sets ``output``."""
    rules = ""
    for number, cell in enumerate(random.choice(PARTITIONS)):
        value = str(random.randint(0, 9))
        value = f"{choice} + {value}" if random.random() < 0.5 else value
        escaped = cell.replace("<", "&lt;").replace(">", "&gt;")
        rules += (
            f'<rule id="{identifier}_rule_{number}"><inputEntry id="{identifier}_in_{number}"><text>{escaped}'
            f'</text></inputEntry><outputEntry id="{identifier}_out_{number}"><text>{value}</text>'
            "</outputEntry></rule>"
        )
    return (
        f'<decision id="{identifier}" name="{identifier}"><decisionTable id="{identifier}_table" '
        f'hitPolicy="UNIQUE"><input id="{identifier}_input"><inputExpression id="{identifier}_expression">'
        f'<text>{choice}</text></inputExpression></input><output id="{identifier}_output" name="{output}"/>'
        f"{rules}</decisionTable></decision>"
    )


def document(decisions: list[str]) -> bytes:
    """Return the DMN file of a diagram's decisions."""
    head = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="t" name="t" namespace="walks">'
    )
    return f"{head}{''.join(decisions)}</definitions>".encode()


@dataclass
class Tables:
    """The decisions of a DMN file, read without the engine."""

    decisions: dict[str, Any]

    @classmethod
    def read(cls, data: bytes) -> Tables:
        root = ET.fromstring(data)  # noqa: S314 - the generator's own XML
        return cls({each.get("id") or "": each for each in root.iter(f"{D}decision")})

    def decide(self, identifier: str, seen: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the rule that takes the input, and what it sets."""
        decision = self.decisions[identifier]
        value = seen[_text(decision.find(f".//{D}inputExpression"))]
        (rule,) = (
            each for each in decision.iter(f"{D}rule") if _takes(_text(each.find(f"{D}inputEntry")), value)
        )
        match = OUTPUT.match(_text(rule.find(f"{D}outputEntry")))
        assert match
        result = int(match[2]) + (seen[match[1]] if match[1] else 0)
        return rule.get("id"), {decision.find(f".//{D}output").get("name"): result}


def _text(element: Any) -> str:
    return str(element.find(f"{D}text").text)


def _takes(cell: str, value: int) -> bool:
    match = CELL.match(cell)
    assert match or cell == "-"
    return match is None or COMPARED[match[1]](value, int(match[2]))
