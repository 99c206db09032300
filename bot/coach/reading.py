"""Reads an item once: its sentences, the one that carries the action, and that one's verb phrases."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.coach.clauses import Clause, clauses
from bot.coach.head import Form
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase, phrases, unwrapped
from bot.coach.tagging import Token

_ACTS = frozenset({Form.COMMAND, Form.OBLIGATION})


_POINTING = frozenset({"this", "that", "it", "these", "those", "which"})


class Reading(NamedTuple):
    """A normalised text with what the rules ask about it. `main` is the sentence that commands, or the first."""

    text: str
    low: str
    clauses: tuple[Clause, ...]
    main: Clause
    phrases: tuple[Phrase, ...]  # of `main`
    other_phrases: tuple[Phrase, ...]  # of the other sentences that command
    first: Phrase  # the head's; in “review and update the runbook” with the object that both verbs share

    @property
    def asides(self) -> tuple[tuple[Token, ...], ...]:
        return tuple(aside for clause in self.clauses for aside in clause.asides)

    def tokens(self) -> Iterable[Token]:
        for clause in self.clauses:
            yield from clause.tokens

    def words_of(self, tokens: Sequence[Token]) -> str:
        """The person's own text from the first to the last of these tokens."""
        return self.text[tokens[0].start : tokens[-1].end] if tokens else ""


_SLOT = r"\*\[[^\[\]]{1,120}\]\*"  # a slot of a suggestion stands for a name; what it asks for is not said


def read(text: str) -> Reading | None:
    """None for a text without a word."""
    found = clauses(text)
    if not found:
        return None
    # “The queue was full. Cap it at 10,000.”: what commands is judged, background before it is not.
    main = next((clause for clause in found if clause.form in _ACTS), found[0])
    if found[0].form is Form.PAST and main.subject and main.subject[0].low in _POINTING:
        main = found[0]  # “Switched to Tuesdays; this allows …”
    if found[0].form is Form.QUESTION and main.form is not Form.QUESTION:
        main = found[0] if len(found[0].tokens) >= len(main.tokens) else main
    others = tuple(
        phrase for clause in found if clause is not main and clause.form in _ACTS for phrase in phrases(clause)
    )
    low = lowered(re.sub(_SLOT, lambda slot: "_" * len(slot.group()), text))
    of_main = tuple(phrases(main))
    return Reading(text, low, tuple(found), main, of_main, others, _first(of_main))


def _first(of_main: Sequence[Phrase]) -> Phrase:
    first = of_main[0]
    if not first.all and len(of_main) > 1:
        return of_main[1]._replace(verb=first.verb)
    return unwrapped(first)


def lowered(text: str) -> str:
    """Lower case with every character still at its place (a few letters grow when lowered)."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(character.lower() if len(character.lower()) == 1 else character for character in text)
    return low.replace("’", "'")


def reason(label: Label, kind: Kind, tokens: Sequence[Token]) -> Reason:
    """A reason whose trigger is the stretch from the first to the last of `tokens` (at least one)."""
    return Reason(label, kind, tokens[0].start, tokens[-1].end)


def said(low: str, phrase_list: Iterable[str]) -> tuple[int, int] | None:
    """Where the first of some idioms stands in a lower-case text, as whole words."""
    for phrase in phrase_list:
        at = low.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            # “as needed” within “was needed” is another word; `find` and two looks cost less than a pattern.
            if not (at and low[at - 1].isalnum()) and not (end < len(low) and low[end].isalnum()):
                return at, end
            at = low.find(phrase, at + 1)
    return None


def squeezed(text: str) -> str:
    """White space made single."""
    return re.sub(r"\s+", " ", text).strip()
