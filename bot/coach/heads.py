"""Finds the head of a sentence: the verb that says what happens, and where its subject ends.

Works left to right on tagged tokens: a command or a question by its first words, else a subject followed by the
first finite verb, else nouns.
"""

from collections.abc import Sequence

from bot.coach.commands import bare_past, command, question
from bot.coach.finite import finite
from bot.coach.head import NO_VERB, Form, Head, next_verb
from bot.coach.tagging import Token


def find(body: Sequence[Token]) -> Head:
    """The head of a sentence without its opener."""
    if not body:
        return NO_VERB
    # “Already fixed in 4.2” is a status, whatever form its verb has.
    if body[0].low == "already" and len(body) > 1:
        return Head(Form.PAST, next_verb(body, 1))
    # In this order, since `finite` would find a verb in questions and commands as well.
    return question(body) or command(body) or bare_past(body) or finite(body)
