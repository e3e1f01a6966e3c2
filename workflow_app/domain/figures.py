"""Quantities and amounts in Chinese capital figures (大写), as certificates and confirmations print them.

《支付结算办法》附一「正确填写票据和结算凭证的基本规定」: 壹 … 玖, 拾 佰 仟, 万 亿, 零 for a gap, 整 after
元 or 角. Must never know: cases, storage, money's owners.
"""

from __future__ import annotations

from datetime import date
from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")
_THOUSAND: Final = 1_000
LIMIT: Final = 10**16
"""Numbers from here on are not written out."""


def written_day(day: date) -> str:
    """Return a date as a letter writes it (GB/T 9704-2012 7.3.5.4): 2026年3月8日, no padding.

    >>> written_day(date(2026, 3, 8))
    '2026年3月8日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def capital(number: int) -> str:
    """Return a whole number in capital figures: 44100 is 肆万肆仟壹佰.

    :raises ValueError: negative, or not below 10¹⁶.
    """
    if not 0 <= number < LIMIT:
        raise ValueError(f"not a number to be written out: {number}")
    if number == 0:
        return _DIGITS[0]
    groups: list[int] = []
    rest = number
    while rest:
        rest, group = divmod(rest, 10_000)
        groups.append(group)
    text = ""
    gap = False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < _THOUSAND):
            text += _DIGITS[0]
        text += _group(group) + _GROUPS[place]
        gap = False
    return text


def capital_money(cents: int) -> str:
    """Return an amount of yuan in capital figures: 9000000 cents are 玖万元整.

    :raises ValueError: negative, or too large.
    """
    yuan, rest = divmod(cents, 100)
    if cents < 0:
        raise ValueError(f"not an amount: {cents}")
    tenths, hundredths = divmod(rest, 10)
    text = f"{capital(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"{text}整"
    if tenths:
        text += f"{_DIGITS[tenths]}角"
    elif text:
        text += _DIGITS[0]
    return text + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _group(group: int) -> str:
    text = ""
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += _DIGITS[digit] + _PLACES[place]
        elif text and group % 10**place:
            text += "" if text.endswith(_DIGITS[0]) else _DIGITS[0]
    return text
