"""A language in which every letter of ours is circled: what is plain was written by people, or never translated."""

import re
from collections.abc import Iterable
from functools import cache

from bot.domain.words import Catalogue
from tests.texts import texts

KEPT = re.compile(r"\{[^}]*\}|`[^`]*`|<[^>]*>|:[a-z_\d-]+:|https?://\S*|&\w+;|\bU[0-9A-Z]{5,}|\\n")
"""Values, commands and examples to type, mentions and dates of Slack, emoji, links: the same in every language."""
WORD = re.compile(r"[A-Za-z]{2,}")
LOCALE = "xx-XX"


def circled(text: str) -> str:
    """*text* with its letters circled, one character for each: `Ⓢⓐⓥⓔ {item}`."""
    out, at = "", 0
    for kept in KEPT.finditer(text):
        out, at = out + _circled(text[at : kept.start()]) + kept.group(), kept.end()
    return out + _circled(text[at:])


@cache
def catalogue() -> Catalogue:
    """Everything that the product says, and nothing besides: a text that no catalogue could hold stays plain."""
    return {text: circled(text) for text in texts()}


def plain_words(text: str, of_people: Iterable[str]) -> list[str]:
    """The lines of *text* with words that are not ours and that nobody of *of_people* wrote."""
    found = []
    for line in text.splitlines():
        rest = KEPT.sub(" ", line)
        for theirs in sorted(filter(None, of_people), key=len, reverse=True):
            rest = rest.replace(theirs, " ")
        rest = re.sub(r"\bAI-\d+|\bSEV\d|\bN\b|\bP90\b", " ", rest)
        if WORD.search(rest):
            found.append(line)
    return found


def _circled(text: str) -> str:
    return "".join(_circle(letter) for letter in text)


def _circle(letter: str) -> str:
    if "a" <= letter <= "z":
        return chr(ord(letter) - ord("a") + 0x24D0)
    return chr(ord(letter) - ord("A") + 0x24B6) if "A" <= letter <= "Z" else letter
