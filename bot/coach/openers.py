"""Finds what stands before the main clause: “In future,”, “When a pod is stuck,”, “Also”, “Backups:”."""

from collections.abc import Sequence

from bot.coach.lexicon.table import words
from bot.coach.tagging import Tag, Token

_FILLERS = words(
    """
    also then please additionally furthermore finally first lastly and & just but so maybe perhaps possibly
    potentially ideally probably eventually optionally hopefully
    """
)
_LONGEST_OPENER = 40  # tokens
_LONGEST_LABEL = 4  # tokens: “Monitoring: …”


def opener_length(tokens: Sequence[Token]) -> int:
    """How many tokens stand before the main clause: fillers, “In future,”, “When a pod is stuck,”, “Backups:”."""
    start = 0
    while start < len(tokens) - 1 and (tokens[start].low in _FILLERS or tokens[start].text == ","):
        start += 1
    return start + _adverbial_length(tokens[start:]) or start


def _adverbial_length(tokens: Sequence[Token]) -> int:
    first = tokens[0]
    for position, token in enumerate(tokens[1:_LONGEST_OPENER], start=1):
        last = position + 1 >= len(tokens)
        if token.text == ":" and not last and _is_label(tokens[:position], tokens[position + 1]):
            return position + 1
        if token.text == "," and not last and _is_adverbial(first, tokens, position):
            return position + 1
    return _set_phrase_length(tokens)


def _is_label(label: Sequence[Token], after: Token) -> bool:
    if label[0].tag is Tag.PREPOSITION:
        return True
    short = len(label) <= _LONGEST_LABEL
    # “Update the runbook: the third step is wrong” commands before its colon; “Monitoring: alert on lag” only names a
    # topic.
    return short and not (label[0].tag is Tag.VERB and len(label) > 1 and after.tag is not Tag.VERB)


def _is_adverbial(first: Token, tokens: Sequence[Token], comma: int) -> bool:
    after = tokens[comma + 1]
    starts_main = after.tag in {Tag.VERB, Tag.PRONOUN, Tag.DETERMINER, Tag.ADVERB, Tag.NAME, Tag.NOUN, Tag.AUX}
    if first.tag is Tag.SUBORDINATOR:
        return starts_main
    # Of the question words only “when” opens a condition: “How we deploy, …” does not.
    if first.tag is Tag.QUESTION and first.low == "when":
        return starts_main
    if first.tag is Tag.PREPOSITION or first.low in {"next", "going", "moving"}:
        return starts_main
    return first.tag is Tag.TO and after.tag in {Tag.VERB, Tag.PRONOUN}


def _set_phrase_length(tokens: Sequence[Token]) -> int:
    """“In future add …” without a comma."""
    text = " ".join(token.low for token in tokens[:5])
    for phrase in ("in the future", "in future", "going forward", "next time", "from now on"):
        if text.startswith(phrase + " "):
            return len(phrase.split())
    return 0
