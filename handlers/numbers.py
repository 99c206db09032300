"""The names of items as people type them: `12`, `AI-12`, `ai-12`, `#12`."""

import re

from bot.domain.errors import Refused
from bot.domain.words import _

NUMBER = re.compile(r"(?:AI-|#)?(\d{1,9})\b", re.IGNORECASE)


def number_and_rest(text: str, usage: str) -> tuple[int, str]:
    """`12 some words` or `AI-12 some words` → 12 and the rest. Raises `Refused` that shows *usage*."""
    found = NUMBER.match(text)
    if not found:
        raise Refused(_("Say which item: `/actionitem {usage}`. `/actionitem list` shows yours.", usage=usage))
    return int(found.group(1)), text[found.end() :].strip()
