"""Themes: what items are about, in words that people choose, so that what comes back again and again is seen (R90).

Pure: texts in, themes out.
"""

import re
from collections.abc import Iterable, Sequence

from bot.domain.errors import Refused
from bot.domain.words import Text

LIMIT = 60
"""Characters of a theme: a word or three."""
MOST = 10
"""Themes of one item. More say nothing of it."""
SUGGESTED = 5
_BETWEEN = re.compile(r"[,;\n]")
_BREAKS = re.compile(r"[\s_-]+")


def theme_key(theme: str) -> str:
    """What makes two themes the same: `Retry-storms`, `#retry storms` and `retry  Storms` are one."""
    return _BREAKS.sub(" ", theme.strip().lstrip("#")).strip().casefold()


def parse_themes(text: str) -> tuple[str, ...]:
    """`monitoring, Retry storms` as themes, each once, as they were written. Raises `Refused` at “themes”."""
    themes = each_once(_BETWEEN.split(text))
    if len(themes) > MOST:
        reason = Text(
            "That is {count} themes; {most} are enough. Keep those that matter.", count=len(themes), most=MOST
        )
        raise Refused(reason, field="themes")
    for theme in themes:
        if len(theme) > LIMIT:
            reason = Text("A theme has up to {limit} characters. Use a word or two, with commas between.", limit=LIMIT)
            raise Refused(reason, "themes")
    return themes


def each_once(themes: Iterable[str]) -> tuple[str, ...]:
    """The themes in their order, without white space around them, empty ones and repetitions."""
    kept: dict[str, str] = {}
    for theme in themes:
        # The first spelling stays: people find their own word again.
        if key := theme_key(theme):
            kept.setdefault(key, " ".join(theme.split()))
    return tuple(kept.values())


def suggested_themes(texts: Sequence[str], known: Sequence[str], have: Sequence[str]) -> tuple[str, ...]:
    """Those of *known* (the most used first) that *texts* speak of and *have* does not hold yet."""
    # As theme_key has it, so that “retry-storms” in a title meets the theme “Retry storms”.
    said = set(theme_key(re.sub(r"[^\w\s-]", " ", " ".join(texts))).split())
    taken = {theme_key(theme) for theme in have}
    fitting = (theme for theme in known if theme_key(theme) not in taken and _spoken_of(theme, said))
    return tuple(fitting)[:SUGGESTED]


def _spoken_of(theme: str, said: set[str]) -> bool:
    return all(
        word in said or word + "s" in said or word.removesuffix("s") in said for word in theme_key(theme).split()
    )
