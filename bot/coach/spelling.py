"""Recognises a mistyped head verb, “Investigte”, “Imporve”, where missing it would hide a weakness.

One slip is forgiven – a letter missing, doubled, wrong or swapped with its neighbour – never in the first letter.
"""

from functools import lru_cache

from bot.coach.lexicon import verbs

# One slip turns a short word into another real one too easily: “fix” and “fax”.
_SHORTEST = 6
_WATCHED = tuple(
    verb
    for verb in sorted(
        verbs.INQUIRY
        | verbs.IMPROVEMENT
        | verbs.OUTCOME
        | {"document", "implement", "monitor", "ensure", "communicate"}
    )
    if len(verb) >= _SHORTEST and verb.isalpha()
)
_ENDINGS = ("r", "rs", "s", "d", "n", "er", "ed")
# A letter away from a verb, or with a verb's ending, and yet words of their own.
_REAL_WORDS = frozenset(
    {"identity", "analyst", "resource", "preview", "reviewer", "content", "consent", "address"}
    | {"exercise", "enterprise", "expertise", "franchise", "precise", "otherwise", "likewise", "concise", "promise"}
    | {"surprise", "premise", "bitsize", "oversize"}
)


@lru_cache(maxsize=1024)
def meant(word: str) -> str | None:
    """The verb that a word in lower case was meant to be, or None. “dockerise” and “templatify” are verbs already."""
    if len(word) > _SHORTEST and word.endswith(("ise", "ize", "ify")) and word not in _REAL_WORDS:
        return word
    if len(word) < _SHORTEST - 1 or not word.isalpha() or word in _REAL_WORDS:
        return None
    # People hardly ever mistype the first letter; comparing it first spares most of the work.
    return next((verb for verb in _WATCHED if verb[0] == word[0] and _one_slip(word, verb)), None)


def _one_slip(word: str, verb: str) -> bool:
    if abs(len(word) - len(verb)) > 1 or any(word == verb + ending for ending in _ENDINGS):
        return False
    start = next((at for at, (one, two) in enumerate(zip(word, verb, strict=False)) if one != two), len(verb))
    rest, wanted = word[start:], verb[start:]
    swapped = len(rest) > 1 and rest[1] + rest[0] + rest[2:] == wanted
    wrong_letter = rest[1:] == wanted[1:] and len(rest) > 1  # not in the last letter: “analyst”
    return swapped or wrong_letter or rest == wanted[1:] or rest[1:] == wanted
