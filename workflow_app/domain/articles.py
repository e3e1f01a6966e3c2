"""The articles a diagram may cite: the places of the notice and of the laws it leans on.

赣环气候字〔2024〕355号 is cited by part (``355号三``), by the part and step of its attachment
(``355号附件一（二）``) or by form (``附件 3``); 生态环境部令第31号 and the 行政许可法 by article. Must never
know: diagrams, what an article says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

PARTS: Final = {"一": 0, "二": 0, "三": 0, "四": 0, "五": 3}
"""The parts of the notice, and how many numbered points each has."""
STEPS: Final = {"一": 3, "二": 3}
"""The parts of its attachment: 申请、评估、公示；注册登记、转让、抵（注）销."""
FORMS: Final = 4
LAWS: Final = {"31号令": 51, "行政许可法": 83}
"""The number of articles of 生态环境部令第31号 and of the 行政许可法 (2019)."""

_DIGITS: Final = "一二三四五六七八九"
_PART: Final = rf"[{_DIGITS}十]"
_NOTICE: Final = re.compile(
    rf"355号(?P<attachment>附件)?(?P<parts>{_PART}(?:、{_PART})*)(?P<points>（{_PART}）(?:、（{_PART}）)*)?"
)
_FORM: Final = re.compile(r"附件 ?(\d+)")
_LAW: Final = re.compile(rf"(31号令|行政许可法)第([{_DIGITS}十百]+)条")


def unknown(text: str) -> tuple[str, ...]:
    """Return the citations in ``text`` of articles that do not exist, as they are written."""
    return tuple(dict.fromkeys([*_unknown_places(text), *_unknown_forms(text), *_unknown_articles(text)]))


def _unknown_places(text: str) -> Iterator[str]:
    for found in _NOTICE.finditer(text):
        parts = found["parts"].split("、")
        points = [number(point.strip("（）")) for point in (found["points"] or "").split("、") if point]
        places = STEPS if found["attachment"] else PARTS
        known = all(part in places for part in parts)
        if not (known and all(1 <= point <= places[parts[-1]] for point in points)):
            yield found[0]


def _unknown_forms(text: str) -> Iterator[str]:
    return (found[0] for found in _FORM.finditer(text) if not 1 <= int(found[1]) <= FORMS)


def _unknown_articles(text: str) -> Iterator[str]:
    for found in _LAW.finditer(text):
        if not 1 <= number(found[2]) <= LAWS[found[1]]:
            yield found[0]


def number(text: str) -> int:
    """Read a Chinese numeral below two hundred (一 … 一百九十九); 0 for what is none.

    >>> number("四十三"), number("十"), number("八十三"), number("一百零二")
    (43, 10, 83, 0)
    """
    match = re.fullmatch(
        rf"(?:(?P<hundred>一)百)?(?:(?P<tens>[{_DIGITS}])?(?P<ten>十))?(?P<ones>[{_DIGITS}])?", text
    )
    if not text or match is None:
        return 0
    tens = (_DIGITS.index(match["tens"]) + 1 if match["tens"] else 1) if match["ten"] else 0
    ones = _DIGITS.index(match["ones"]) + 1 if match["ones"] else 0
    return (100 if match["hundred"] else 0) + tens * 10 + ones
