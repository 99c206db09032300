"""The names of items as people type them: `12`, `AI-12`, `ai–12`, `#12`."""

import re

from bot.blocks.text import shortened
from bot.domain.errors import Refused, no_such_item
from bot.domain.sentence import QUOTES, SINGLE_QUOTES
from bot.domain.words import Text

DASHES = "-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
"""Of any kind: keyboards of phones turn one into another."""
_QUOTE = f"[{QUOTES}{SINGLE_QUOTES}]?"
NUMBER = re.compile(rf"{_QUOTE}(?:AI ?[{DASHES}] ?|#)?([0-9]+){_QUOTE}(?=[,;:.]*(?:\s|$)|:)", re.IGNORECASE)
HIGHEST = 999_999_999
"""Beyond it no item can be numbered."""
SHOWN = 12
"""Digits of a number that nobody meant, as it is repeated."""


def number_and_rest(text: str, usage: str) -> tuple[int, str]:
    """`12 some words` or `AI-12 some words` → 12 and the rest. Raises `Refused` that shows *usage*."""
    found = NUMBER.match(text)
    if not found:
        raise Refused(Text("Say which item: `/actionitem {usage}`. `/actionitem list` shows yours.", usage=usage))
    digits = found.group(1)
    # Before it becomes a number: Python refuses to read one of thousands of digits.
    if len(digits.lstrip("0")) > len(str(HIGHEST)):
        raise no_such_item(f"AI-{shortened(digits, SHOWN)}")
    return int(digits), text[found.end() :].strip()
