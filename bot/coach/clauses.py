"""Finds the sentences of an item and, in each, who does what: subject, head verb, the words after it.

A sentence is one of few forms; `Form` in `head.py` says which. Asides in brackets are kept apart, because they explain
(“(batch requests)”) and never command.
"""

from collections.abc import Sequence
from typing import NamedTuple

from bot.coach import heads, openers
from bot.coach.head import Form, Head
from bot.coach.lexicon import verbs
from bot.coach.tagging import Tag, Token, tokenise


class Clause(NamedTuple):
    """One sentence. `opener` is what stands before the main clause: “In future,”, “When a deploy fails,”."""

    form: Form
    tokens: tuple[Token, ...]
    opener: tuple[Token, ...]
    subject: tuple[Token, ...]
    head: Token | None
    rest: tuple[Token, ...]  # after the head; of nouns all of them
    asides: tuple[tuple[Token, ...], ...]
    asks: bool  # ends in a question mark


def clauses(text: str) -> list[Clause]:
    """The sentences of a normalised text in order; at least one when the text has a word."""
    return [clause for sentence in _sentences(tokenise(text)) if (clause := _clause(sentence))]


def says_what_to_do(text: str) -> bool:
    """Whether *text* surely begins with a sentence that commands: “Cap the queue”, not “Retry limits for uploads”.

    A verb that is a noun too counts before an article and the like, or where it alone has the capital of a beginning.
    """
    first = next(iter(clauses(text[:_LONGEST_BEGINNING])), None)
    if first is None or first.head is None or first.form not in {Form.COMMAND, Form.OBLIGATION}:
        return False
    if first.head.low not in verbs.ALSO_NOUNS or first.form is Form.OBLIGATION or not first.rest:
        return True
    after = first.rest[0]
    begins = first.head.text[0].isupper() and not after.text[0].isupper()
    return begins or after.tag in {Tag.DETERMINER, Tag.PRONOUN, Tag.QUESTION, Tag.SUBORDINATOR}


_LONGEST_BEGINNING = 300
"""Characters in which the first sentence has said its verb."""
# “e.g. the importer” goes on; a sentence cut there would leave a fragment that names nothing.
_NO_END_AFTER = frozenset({"e.g", "i.e", "vs", "approx", "cf"})


def _sentences(tokens: Sequence[Token]) -> list[list[Token]]:
    sentences: list[list[Token]] = [[]]
    depth = 0
    for position, token in enumerate(tokens):
        sentences[-1].append(token)
        depth = _depth(depth, token.text)
        after = tokens[position + 1] if position + 1 < len(tokens) else None
        # A full stop within brackets belongs to the aside, which never commands.
        if depth == 0 and _ends(token, tokens[position - 1] if position else None, after):
            sentences.append([])
    return [sentence for sentence in sentences if any(_is_word(token) for token in sentence)]


def _depth(depth: int, character: str) -> int:
    if character in "([":
        return depth + 1
    return max(0, depth - 1) if character in ")]" else depth


def _ends(token: Token, before: Token | None, after: Token | None) -> bool:
    # `normalise` joins lines by “; ”, so each line is judged by itself.
    if token.text in {";", "?", "!"}:
        return True
    if token.text != "." or (before is not None and before.low in _NO_END_AFTER):
        return False
    # “v1.2 of nginx.conf is used”: what goes on in small letters is no new sentence.
    return after is None or not after.text[0].islower()


def _is_word(token: Token) -> bool:
    return token.tag is not Tag.PUNCTUATION


def _clause(sentence: list[Token]) -> Clause | None:
    main, asides = _without_asides(sentence)
    asks = bool(main) and main[-1].text == "?"
    while main and main[-1].text in {".", "!", "?", ";", ":", ","}:
        main = main[:-1]
    # What is left of list marks that `normalise` did not know: the verb must come first.
    while main and main[0].text in {".", ",", ":", "-", "–", "—", "*", ">"}:
        main = main[1:]
    if not main:
        return None
    start = openers.opener_length(main)
    body = main[start:]
    head = heads.find(body)
    form = _form(head, body, asks=asks)
    at = head.at if head.at is not None else -1
    return Clause(
        form=form,
        tokens=tuple(main),
        opener=tuple(main[:start]),
        subject=tuple(body[: head.subject_end]),
        head=body[head.at] if head.at is not None else None,
        rest=tuple(body[at + 1 :]),
        asides=tuple(asides),
        asks=asks,
    )


def _without_asides(sentence: list[Token]) -> tuple[list[Token], list[tuple[Token, ...]]]:
    main: list[Token] = []
    asides: list[list[Token]] = []
    depth = 0
    for token in sentence:
        was, depth = depth, _depth(depth, token.text)
        if was == 0 and depth == 1:
            asides.append([])
        elif depth > 0:
            asides[-1].append(token)
        elif was == 0:
            main.append(token)
    if not main:
        # “(Rotate the keys)” is all aside; then it is the sentence.
        return [token for token in sentence if token.text not in "()[]"], []
    return main, [tuple(aside) for aside in asides if aside]


def _form(head: Head, body: Sequence[Token], *, asks: bool) -> Form:
    # “We restarted it?” reports, with doubt; a single word with a mark asks nothing.
    if asks and head.form is not Form.PAST and len(body) > 1:
        return Form.QUESTION
    return head.form
