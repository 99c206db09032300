"""Applies the rules to an item: text in, reasons out. What to say about them is `wording.py`'s."""

from bot.coach.model import Kind, Label, Reason
from bot.coach.normalise import normalise
from bot.coach.reading import Reading, read
from bot.coach.rules import blame, describing, not_action, placeholder, pseudo_owner, several, thin, training, vague
from bot.coach.rules.monitoring import anything_wrong
from bot.coach.second_opinion import is_committed, opinion

_RULES = (blame.find, training.find, not_action.find, vague.find, pseudo_owner.find, several.find)
# Asked only when no rule found anything: the reading failed, or what was read says next to nothing.
_BACK_OFF = (describing.told, thin.thin)


def diagnose(text: str) -> tuple[Reading | None, list[Reason]]:
    """The reading of a text and at most one reason for each label, the gravest first."""
    reading = read(normalise(text))
    if reading is None:
        return None, []
    # The whole text is one: what a rule finds in the words besides would be another reason for nothing.
    if (alone := placeholder.whole(reading)) is not None:
        return reading, [alone]
    found = [reason for rule in _RULES if (reason := rule(reading)) is not None]
    if not found:
        found = [found_last for rule in _BACK_OFF if (found_last := rule(reading)) is not None][:1]
    return reading, _weighed(reading, _without_echo(reading, found))


# Chosen on folds of dev2 (docs/adr/009-coach-second-opinion.md): where precision and recall both gain.
_SPEAKS_UP = 0.85
_DOUBTS = 0.3
# Reasons that hang on how much a text names; what is a question, a status or blame stays so.
_DOUBTABLE = frozenset(
    {Kind.GENERIC, Kind.COMPARATIVE, Kind.NO_SIGNAL, Kind.NO_PLAN, Kind.OPEN_END, Kind.OPEN_VALUE, Kind.JUDGEMENT}
    | {Kind.TICKET}
)
_HEARD = {Label.NOT_AN_ACTION: Kind.NO_CHANGE, Label.BLAME: Kind.BY_HAND, Label.TRAINING_ONLY: Kind.LESSON}


def _weighed(reading: Reading, found: list[Reason]) -> list[Reason]:
    """The second opinion speaks where no rule did and overrules reasons of judgement that it does not share."""
    # One sure reason is enough: what the second opinion thinks of the others changes nothing.
    if found and (not all(reason.kind in _DOUBTABLE for reason in found) or anything_wrong(reading)):
        return found
    second = opinion(reading)
    if found:
        return [] if second.weak < _DOUBTS else found
    # Of our own concrete sentences the guard spares a third that would else be flagged (`is_committed`, ADR 009).
    if second.weak <= _SPEAKS_UP or is_committed(reading):
        return []
    tokens = reading.main.tokens
    return [Reason(second.label, _HEARD.get(second.label, Kind.OPEN), tokens[0].start, tokens[-1].end)]


_SAYS_IT_ALL = frozenset({Kind.STATUS, Kind.OBSERVATION, Kind.QUESTION, Kind.HEDGE, Kind.EVENT, Kind.TICKET})


def _without_echo(reading: Reading, found: list[Reason]) -> list[Reason]:
    """Leaves “vague” out where a graver reason is about the same words: “be *more* careful” is blame alone."""
    graver = any(reason.label in {Label.BLAME, Label.TRAINING_ONLY} or reason.kind in _SAYS_IT_ALL for reason in found)
    # An inquiry that names its object is not vague besides; one that names nothing, “Investigate the errors”, is
    # both.
    asks = any(reason.kind is Kind.INQUIRY for reason in found)
    if not graver and not (asks and not vague.is_empty_plan(reading)):
        return found
    named = any(reason.kind is Kind.PERSON for reason in found)
    dropped = {Label.VAGUE, Label.NOT_AN_ACTION} if named else {Label.VAGUE}
    return [reason for reason in found if reason.label not in dropped or reason.kind is Kind.PLACEHOLDER]
