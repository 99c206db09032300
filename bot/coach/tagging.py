"""Cuts a text into tokens and gives each a light part of speech, by word lists, endings and neighbours.

Not a general tagger: it is right about the head of a clause, which is what the coach needs, and calls
everything it does not know a noun.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bot.coach import spelling
from bot.coach.lexicon import closed, verbs

_PATTERN = r"""(?x)  # compiled by `re` when it is first used
      (?P<quoted>\*\[[^\[\]]{1,120}\]\* | `[^`]{1,200}` | "[^"]{1,120}" | “[^”]{1,120}”)
    | (?P<number>[<>≥≤=~$€£#+]{0,2}\d+(?:[.,:]\d+)*(?:\s?%|[a-zA-Z]{1,3})?(?![\w/_@-]))
    | (?P<name>  [/.~@_]{0,3} [^\W_](?:[^\W_]|[*-])* (?:[/_.@:+=]{1,3}(?:[^\W_]|\*)(?:[^\W_]|[*-])*)+ (?:\(\))?
               | [/@][^\W_](?:[^\W_]|[*-])* )
    | (?P<word>  \w+(?:['’]\w+)?(?:-\w+(?:['’]\w+)?)* )
    | (?P<punctuation>[^\w\s])
"""


class Tag(StrEnum):
    VERB = "verb"  # base form, where a verb can stand
    PAST = "past"  # -ed forms: past tense or participle
    ING = "ing"
    THIRD = "third"  # "fails", "logs"
    MODAL = "modal"
    AUX = "aux"  # be, have, do
    TO = "to"
    DETERMINER = "determiner"
    PRONOUN = "pronoun"
    PREPOSITION = "preposition"
    CONJUNCTION = "conjunction"
    SUBORDINATOR = "subordinator"
    QUESTION = "question"
    ADVERB = "adverb"
    NOUN = "noun"  # and adjectives: the coach need not tell them apart
    NAME = "name"  # identifiers, paths, code, quoted terms, CamelCase, acronyms, capitalised words
    NUMBER = "number"
    PUNCTUATION = "punctuation"


class Token(NamedTuple):
    text: str
    low: str
    tag: Tag
    start: int  # offsets into the normalised text, so that the person's own words can be quoted
    end: int
    base: str  # of a verb its base form, else `low`


def tokenise(text: str) -> list[Token]:
    """Tokens of `text` in order; every character that is not white space belongs to exactly one."""
    return _disambiguate([token for found in re.finditer(_PATTERN, text) for token in _tokens(found)])


def lemma(word: str) -> tuple[str, Tag] | None:
    """The base form of a verb the lexicon knows and the shape it is in, or None."""
    if word in verbs.LEXICON:
        return word, Tag.VERB
    if word in verbs.IRREGULAR:
        return verbs.IRREGULAR[word], Tag.PAST
    for ending, tag in (("ing", Tag.ING), ("ed", Tag.PAST), ("s", Tag.THIRD)):
        if word.endswith(ending) and len(word) > len(ending) + 1 and word not in _ROOTS:
            base = _base(word, ending)
            if base:
                return base, tag
    prefix, hyphen, rest = word.partition("-")
    if hyphen and prefix in _PREFIXES and rest not in _NOUNS_AFTER_PREFIX:
        known = lemma(rest)
        return (f"{prefix}-{known[0]}", known[1]) if known is not None and known[1] is not Tag.THIRD else None
    return None


_PREFIXES = frozenset({"pre", "re", "auto", "over", "under", "double", "force", "hard", "soft", "batch"})
_NOUNS_AFTER_PREFIX = frozenset({"commit", "merge", "release", "deploy", "build", "test", "push", "check", "start"})
# Their endings are their own: “seed” is not the past of “se”.
_ROOTS = frozenset(
    {"seed", "feed", "need", "speed", "weed", "embed", "shed", "sing", "bring", "ping", "string", "being"}
)


def _base(word: str, ending: str) -> str | None:
    stem = word[: -len(ending)]
    candidates = [stem, stem + "e"]
    if ending == "s":
        candidates = [stem] + ([stem[:-1], stem[:-2] + "y"] if stem.endswith("e") else [])
    elif len(stem) > 2 and stem[-1] == stem[-2]:  # noqa: PLR2004 – a doubled consonant: "stopped"
        candidates.append(stem[:-1])
    elif ending == "ed" and stem.endswith("i"):
        candidates.append(stem[:-1] + "y")
    return next((candidate for candidate in candidates if candidate in verbs.LEXICON), None)


def _tokens(found: re.Match[str]) -> list[Token]:
    text, kind, start = found.group(), found.lastgroup or "word", found.start()
    if kind == "name" and _alternatives(text):
        parts = re.finditer(r"[^/]+|/", text)
        return [
            _token(part.group(), "word" if part.group() != "/" else "punctuation", start + part.start())
            for part in parts
        ]
    return [_token(text, kind, start)]


def _token(text: str, kind: str, start: int) -> Token:
    low = text.lower().replace("’", "'")
    tag, base = _word(text, low) if kind == "word" else (_FIXED[kind], low)
    if low in {"e.g", "i.e"}:
        tag = Tag.ADVERB
    return Token(text, low, tag, start, start + len(text), base)


_FIXED = {"quoted": Tag.NAME, "name": Tag.NAME, "number": Tag.NUMBER, "punctuation": Tag.PUNCTUATION}


def _alternatives(text: str) -> bool:
    """“following/unfollowing” and “stage/prod” are words, not paths."""
    parts = text.split("/")
    return len(parts) > 1 and all(part.isalpha() and part[1:].islower() for part in parts)


@lru_cache(maxsize=4096)
def _word(text: str, low: str) -> tuple[Tag, str]:
    closed_class = _CLOSED.get(low)
    # Closed classes first: they are complete, while endings and lists only guess.
    if closed_class:
        return closed_class, low
    contraction = _contraction(low)
    if contraction:
        return contraction, low
    verb = lemma(low)
    # “DNS” and “SES” are acronyms, no verbs in the third person.
    if verb and not (text.isupper() and len(text) > 1 and low not in verbs.LEXICON):
        return verb[1], verb[0]
    if low.endswith("ly") and "-" not in low and low not in closed.NOT_ADVERBS_IN_LY:
        return Tag.ADVERB, low
    return (Tag.NAME if _looks_like_a_name(text) else Tag.NOUN), low


def _contraction(low: str) -> Tag | None:
    head, apostrophe, tail = low.partition("'")
    if not apostrophe:
        return None
    if low.endswith("n't"):
        return (
            Tag.AUX
            if low.startswith(("do", "is", "are", "was", "were", "has", "have", "did", "had", "ain"))
            else Tag.MODAL
        )
    if head in closed.PRONOUNS or head in {"let", "who", "what", "there", "that"}:
        return Tag.PRONOUN if tail in {"s", "re", "ve", "ll", "d", "m"} else None
    return None


def _looks_like_a_name(text: str) -> bool:
    """Acronyms, CamelCase, words with digits or underscores. Plain capitals need a neighbour: see below."""
    if "_" in text or any(character.isdigit() for character in text):
        return True
    letters = text.replace("-", "")
    return (letters.isupper() and len(letters) > 1) or any(
        part[1:] != part[1:].lower() and not part.isupper() for part in text.split("-") if len(part) > 1
    )


def _closed_classes() -> dict[str, Tag]:
    table: dict[str, Tag] = {}
    for words, tag in (
        (closed.ADVERBS, Tag.ADVERB),
        (closed.PREPOSITIONS, Tag.PREPOSITION),
        (closed.QUESTION_WORDS, Tag.QUESTION),
        (closed.SUBORDINATORS, Tag.SUBORDINATOR),
        (closed.CONJUNCTIONS, Tag.CONJUNCTION),
        (closed.DETERMINERS, Tag.DETERMINER),
        (closed.PRONOUNS - closed.DETERMINERS, Tag.PRONOUN),
        (closed.BE | closed.HAVE | closed.DO, Tag.AUX),
        (closed.MODALS, Tag.MODAL),
        ({"to", "To", "TO"}, Tag.TO),
    ):
        table.update(dict.fromkeys(words, tag))
    # It is three things; `phrases` looks at its neighbours where it matters.
    table["that"] = Tag.DETERMINER
    return table


_CLOSED = _closed_classes()


def _disambiguate(tokens: list[Token]) -> list[Token]:
    """Second look with the neighbours known."""
    result: list[Token] = []
    for position, token in enumerate(tokens):
        before = result[-1] if result else None
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        result.append(_with_tag(token, _in_context(token, before, after)))
    return _with_meant_verb(result)


def _with_meant_verb(tokens: list[Token]) -> list[Token]:
    """A first word that no list knows may be a mistyped verb."""
    first = tokens[0] if tokens else None
    verb = spelling.meant(first.low) if first is not None and first.tag is Tag.NOUN and len(tokens) > 1 else None
    return [tokens[0]._replace(tag=Tag.VERB, base=verb), *tokens[1:]] if verb else tokens


def _with_tag(token: Token, tag: Tag) -> Token:
    if tag == token.tag:
        return token
    base = token.base if tag in _VERBAL else token.low
    return Token(token.text, token.low, tag, token.start, token.end, base)


_VERBAL = frozenset({Tag.VERB, Tag.PAST, Tag.ING, Tag.THIRD})
_NOMINAL_BEFORE = frozenset({Tag.DETERMINER, Tag.NAME, Tag.NUMBER, Tag.PREPOSITION})


def _in_context(token: Token, before: Token | None, after: Token | None) -> Tag:
    if token.tag is Tag.AUX and token.low in {"have", "do"} and _starts_clause(before):
        return Tag.VERB if token.low == "have" or not (after and after.tag is Tag.PRONOUN) else token.tag
    if token.tag is Tag.VERB:
        return _verb_or_noun(token, before)
    if token.tag is Tag.THIRD:
        return _third_or_plural(before, after)
    if token.tag is Tag.NOUN and before is not None and before.tag is not Tag.PUNCTUATION and token.text[0].isupper():
        return Tag.NAME
    return token.tag


def _starts_clause(before: Token | None) -> bool:
    return before is None or before.tag in {Tag.PUNCTUATION, Tag.TO, Tag.MODAL, Tag.CONJUNCTION, Tag.ADVERB}


def _verb_or_noun(token: Token, before: Token | None) -> Tag:
    """After an article, a name or a preposition a verb of the lexicon is a noun: “the update”, “on release”."""
    if before is None or before.tag in {Tag.TO, Tag.MODAL, Tag.PUNCTUATION, Tag.CONJUNCTION, Tag.ADVERB}:
        return Tag.VERB
    if before.tag in {Tag.PRONOUN, Tag.AUX, Tag.SUBORDINATOR, Tag.QUESTION}:
        return Tag.VERB
    # “In future add …”, “Going forward add …”: people leave out the comma.
    if before.low in {"time", "future", "forward"} and token.low not in verbs.ALSO_NOUNS:
        return Tag.VERB
    if before.tag in _NOMINAL_BEFORE or before.tag in _VERBAL or token.low in verbs.ALSO_NOUNS:
        return Tag.NOUN
    return Tag.VERB if before.tag is Tag.NOUN and before.low.endswith("s") else Tag.NOUN


def _third_or_plural(before: Token | None, after: Token | None) -> Tag:
    """“alerts” is a plural unless a subject stands before it and something that verbs take stands after."""
    if before is None or before.tag not in {Tag.NOUN, Tag.NAME, Tag.PRONOUN, Tag.ADVERB}:
        return Tag.NOUN
    if before.tag is Tag.PRONOUN:
        return Tag.THIRD
    takes = {Tag.DETERMINER, Tag.PRONOUN, Tag.ADVERB, Tag.QUESTION}
    return (
        Tag.THIRD
        if after is not None and after.low != "that" and (after.tag in takes or after.low in {"out", "up", "off"})
        else Tag.NOUN
    )
