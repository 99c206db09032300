"""Finds outcomes and topics in the place of a change: “Work on stability”, “Resolve outstanding issues”."""

from collections.abc import Sequence

from bot.coach.concreteness import content, names
from bot.coach.lexicon import verbs
from bot.coach.lexicon.table import words
from bot.coach.mechanism import has_measure, has_mechanism, names_means
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Token


def _because(kind: Kind, verb: Token, after: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, [verb, *after])


_SETTLING = words("address resolve tackle solve mitigate fix")
_FINISHING = words("finish complete finalise finalize")
_TOGETHER = words("work coordinate collaborate liaise engage partner consult cooperate align interface involve")
_STRIVING = words("deal cope focus invest stay strive prioritise prioritize continue")
_TROUBLE = words(
    """
    issues issue problems problem debt concerns findings bugs gaps flaws weaknesses shortcomings errors
    """
)


def outcome(reading: Reading) -> Reason | None:
    verb, first = reading.first.verb, reading.first
    if verb is None or not first.core or _plans_and_does(reading):
        return None
    if (verb.base in _SETTLING and _is_some_trouble(reading)) or (verb.base in _FINISHING and _is_unnamed(reading)):
        return _because(Kind.GENERIC, verb, first.object)
    if verb.base in {"push", "move", "press"} and first.core[0].low in {"forward", "ahead"} and not names(first.core):
        return _because(Kind.NO_PLAN, verb, first.core)
    if verb.base in {"sort", "iron", "smooth"} and first.core[0].low == "out":
        return _because(Kind.NO_PLAN, verb, first.object)
    together = verb.base in _TOGETHER and _names_only_partner(reading)
    strives = verb.base in _STRIVING and not names_means(first.all[1:])
    if together or strives or (_is_on_a_topic(verb, first) and not has_mechanism(reading)):
        return _because(Kind.NO_PLAN, verb, first.core[:1])
    return None


def _plans_and_does(reading: Reading) -> bool:
    """“Plan and run a failover test”."""
    planned, done = reading.phrases[0], reading.phrases[1:2]
    plans = planned.verb is not None and planned.verb.base == "plan" and not planned.core
    return plans and any(phrase.verb is not None and phrase.verb.base in _CARRIED_OUT for phrase in done)


_CARRIED_OUT = words("run execute perform migrate test upgrade roll do implement replace move")


def _is_some_trouble(reading: Reading) -> bool:
    """“Resolve outstanding issues”: some, but which?"""
    first = reading.first
    if first.condition or first.purpose or first.detail or reading.asides:
        return False
    trouble = any(token.low in _TROUBLE for token in first.object)
    return trouble and not names(first.core) and len(content(first.core)) < 2  # noqa: PLR2004


def _is_unnamed(reading: Reading) -> bool:
    """“Finish the cleanup”, “Finalise the migration”."""
    said = reading.first.all
    return not names(said) and len(content(said)) < 2 and not has_mechanism(reading)  # noqa: PLR2004


def _names_only_partner(reading: Reading) -> bool:
    """“Work with the vendor on a fix”: with whom is named, what for is not."""
    first = reading.first
    aim = first.purpose[1:2]
    goals = (
        verbs.INQUIRY | verbs.IMPROVEMENT | verbs.QUANTITY | verbs.OUTCOME | {"understand", "help", "ensure", "avoid"}
    )
    aimless = not aim or (aim[0].base in goals and not (names_means(first.purpose) or has_measure(reading)))
    partner = any(token.low in {"with", "alongside"} for token in first.core[:4]) or _engages_people(first)
    return aimless and partner and len(reading.phrases) == 1


def _engages_people(phrase: Phrase) -> bool:
    """“Engage the vendor for support”: nothing is asked of them."""
    about = any(token.low in {"on", "about", "regarding", "over", "to"} for token in phrase.extent)
    return phrase.verb is not None and phrase.verb.base in {"engage", "involve"} and not about


def _is_on_a_topic(verb: Token, phrase: Phrase) -> bool:
    """“Plan the migration”, “Prepare for the peak”, “Work on alerting”."""
    particle = phrase.core[0].low
    if verb.base == "prepare":
        return particle == "for"
    return verb.base == "plan" or (verb.base == "work" and particle in {"on", "towards", "toward"})
