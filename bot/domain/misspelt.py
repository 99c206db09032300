"""Search forgives a letter: what was probably meant by words that no item says.

Pure: words and titles in, words out. One letter is forgiven in words of four letters or more: a missing, additional or
wrong one, or two neighbours that changed places.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

Distance = Callable[[str, str], float]
"""How many letters make one word the other; neighbours that changed places are one."""
SHORTEST = 4
"""Letters: of a shorter word every other one is a neighbour."""
TITLES_READ = 2000
"""Titles that are compared, the newest first: a search costs no more because there are more items."""
_WORD = re.compile(r"\w+")


def pieces(word: str) -> tuple[str, ...]:
    """Texts of which one at least stands in every word that differs from *word* by a letter; none for a short word.

    A letter that is wrong leaves one half whole. Only neighbours that changed places in the middle spoil both.
    """
    if len(word) < SHORTEST:
        return ()
    half = len(word) // 2
    swapped = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
    return word[:half], word[half:], swapped


def likeliest(
    words: Sequence[str], titles: Iterable[tuple[str, Sequence[bool]]], distance: Distance
) -> tuple[str, ...] | None:
    """*words* as most of the titles have them, for a search that finds those; None where no title has them all.

    Each title comes with which of *words* its item says as they are, wherever in it.
    """
    found = Counter(instead for title, said in titles if (instead := _as_in(title, words, said, distance)))
    most = found.most_common(1)
    return most[0][0] if most else None


def _as_in(title: str, words: Sequence[str], said: Sequence[bool], distance: Distance) -> tuple[str, ...] | None:
    there = _WORD.findall(title.casefold())
    instead = [word if is_said else _closest(word, there, distance) for word, is_said in zip(words, said, strict=True)]
    return tuple(instead) if all(instead) else None


def _closest(word: str, there: Sequence[str], distance: Distance) -> str:
    """The word, or else the beginning of one, that differs by a letter; "" where none does."""
    word = word.casefold()
    if len(word) < SHORTEST:
        return ""
    # Beginnings too, because a search finds parts of words: “alret” is meant to find “alerts”.
    lengths = (len(word), len(word) + 1, len(word) - 1)
    beginnings = (each[:length] for length in lengths for each in there if len(each) > length)
    return next((each for each in (*there, *beginnings) if distance(word, each) <= 1), "")
