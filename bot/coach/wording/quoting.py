"""Takes stretches of the person's text so that they can be said back: single-spaced, clipped, without pings.

Escaping for Slack stays with the caller; this only makes sure that no mention survives being quoted.
"""

import re

LONGEST = 240  # characters of their own text in one sentence of ours

_MENTION = r"<+(?=[!@#])"
_PING = r"(?i)@+(?=(?:channel|here|everyone)\b)"


def own(text: str, longest: int = LONGEST) -> str:
    """Their words as part of our sentence: no end mark, no mention, clipped at a word."""
    # A suggestion may be posted as an item: nobody may be pinged by being quoted (contract.md, bad input).
    text = re.sub(_PING, "", re.sub(_MENTION, "", " ".join(text.split())))
    text = text.strip(" \t.;,:!?–—-")
    if len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0].rstrip(" .;,:!?") + "…"


def quoted(text: str) -> str:
    return f"“{own(text, 80)}”"


def slot(what: str) -> str:
    """A place for what only the person knows; reads as plain text, too."""
    return f"*[{what}]*"


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
