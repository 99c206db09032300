"""Finds what stands for something still open: “TBD”, “to be decided”, “xxx”, “???”."""

import re

from bot.coach.lexicon.table import idioms
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, said

_WORDS = idioms(
    "tbd, tba, tbc, to be decided, to be determined, to be defined, to be confirmed, to be announced, "
    "lorem ipsum, placeholder text, fill in later, details to follow"
)
_STILL_OPEN = "todo|to-do|wip|placeholder|<?fill in>?"
_NOTHING_TO_DO = "n/?a|none|(?:see|same as) (?:above|below|ticket|previous)"
_WHOLE = re.compile(rf"\W*(?:{_STILL_OPEN}|(?P<nothing>{_NOTHING_TO_DO}))\W*?(?:\s*[:–—-]\s.{{0,30}})?", re.IGNORECASE)
"""What is the whole text, but for a word behind it: “TODO: owner”. Within a sentence these are words like others."""
_MARKS = r"\?{3,}|(?<!\w)[xX]{3}(?!\w)"


def placeholder(reading: Reading) -> Reason | None:
    where = said(reading.low, _WORDS)
    if where is None and (mark := re.search(_MARKS, reading.text)):
        where = mark.span()
    return Reason(Label.VAGUE, Kind.PLACEHOLDER, *where) if where is not None else None


def whole(reading: Reading) -> Reason | None:
    """The reason of a text that is nothing else."""
    alone = _WHOLE.fullmatch(reading.text)
    if alone is None:
        return None
    label = Label.NOT_AN_ACTION if alone["nothing"] else Label.VAGUE
    return Reason(label, Kind.PLACEHOLDER, 0, len(reading.text))
