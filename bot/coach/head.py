"""What `heads` finds: the form of a sentence and where its head verb stands."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.coach.tagging import Tag, Token


class Form(StrEnum):
    COMMAND = "command"  # “Add an alert”, “Adding an alert”, “To add an alert”, “Sam to add an alert”
    OBLIGATION = "obligation"  # “We should add”, “Deploys must wait”
    PAST = "past"  # “We added”, “has been added”
    PRESENT = "present"  # “The alert is noisy”, “The API logs the query”
    QUESTION = "question"
    NOUNS = "nouns"  # “Hourly snapshots of the database”


class Head(NamedTuple):
    """`at`: index of the head verb in the sentence without its opener, None where there is none."""

    form: Form
    at: int | None
    subject_end: int = 0


NO_VERB = Head(Form.NOUNS, None)


def next_verb(body: Sequence[Token], start: int) -> int | None:
    """The next full verb; auxiliaries and adverbs in between are passed over, a bare “be” is the verb itself."""
    last_be: int | None = None
    # A verb group is short (“has not yet been fully rolled”); further on it would be another clause's verb.
    for at in range(start, min(start + 6, len(body))):
        token = body[at]
        if token.tag in {Tag.VERB, Tag.PAST, Tag.ING}:
            return at
        if token.tag is Tag.AUX:
            last_be = at
        elif token.tag not in {Tag.ADVERB, Tag.TO, Tag.MODAL} and token.low != "not":
            break
    return last_be
