"""Finds what stands for something still open: “TBD”, “to be decided”, “xxx”, “???”."""

import re

from bot.coach.lexicon.table import idioms
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, said

_WORDS = idioms(
    "tbd, tba, tbc, to be decided, to be determined, to be defined, to be confirmed, to be announced, "
    "lorem ipsum, placeholder text, fill in later, details to follow"
)
_MARKS = r"\?{3,}|(?<!\w)[xX]{3}(?!\w)"


def placeholder(reading: Reading) -> Reason | None:
    where = said(reading.low, _WORDS)
    if where is None and (mark := re.search(_MARKS, reading.text)):
        where = mark.span()
    return Reason(Label.VAGUE, Kind.PLACEHOLDER, *where) if where is not None else None
