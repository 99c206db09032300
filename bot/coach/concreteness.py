"""How much a stretch of words pins down: names and numbers, and the nouns that are not generic."""

from collections.abc import Iterable, Sequence

from bot.coach.lexicon import nouns, qualities
from bot.coach.lexicon.table import words
from bot.coach.tagging import Tag, Token

_CONTENT = frozenset({Tag.NOUN, Tag.NAME, Tag.NUMBER, Tag.ING, Tag.PAST, Tag.VERB, Tag.THIRD})
# Words that can be said of everything pin nothing down: “the overall current process” names no more than “the
# process”.
_EMPTY = (
    nouns.GENERIC | nouns.PLACEHOLDERS | qualities.COMPARATIVES | qualities.EMPTY_QUALITIES
    | words(
    """
    new own sure able old current future same different whole full various certain better best good next last first
    second main key important critical major minor lot bit vast majority internal actual overall general specific
    based additional further ours etc e.g i.e missing permanent long-term short-term underlying broken flaky similar
    automated automatic manual edge term mid-term outstanding remaining respective rid ability way possible recent
    covering around everywhere big small great real proper simple basic initial final
    """
)
)  # fmt: skip


def names(tokens: Iterable[Token]) -> list[Token]:
    """Identifiers, paths, quoted terms, product names, acronyms, numbers; not “API”, “CI” and their like."""
    return [
        token
        for token in tokens
        if (token.tag is Tag.NUMBER or (token.tag is Tag.NAME and token.low not in nouns.GENERIC_ACRONYMS))
        and token.low not in nouns.GENERIC
    ]


def content(tokens: Iterable[Token]) -> list[Token]:
    """The words that say which one: no small words, no qualities, nothing generic."""
    return [token for token in tokens if token.tag in _CONTENT and token.low not in _EMPTY]


def head_noun(noun_phrase: Sequence[Token]) -> Token | None:
    """The last noun before the phrase ends or a preposition follows: “alerts” in “the latency alerts”."""
    last: Token | None = None
    for token in noun_phrase:
        if token.tag in {Tag.PREPOSITION, Tag.TO, Tag.SUBORDINATOR} or token.text in {",", ":"}:
            if last is not None:
                break
        elif token.tag in _CONTENT:
            last = token
    return last


def says_something(tokens: Sequence[Token], least: int = 1) -> bool:
    """Whether at least *least* of the words say which one."""
    return len(content(tokens)) >= least
