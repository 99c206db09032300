"""Finds monitoring without a signal: “Implement monitoring on Kyverno” – what would it tell, and when?"""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.coach.concreteness import content
from bot.coach.head import Form
from bot.coach.lexicon import nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.mechanism import has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Tag, Token

_WATCHING = frozenset({"monitor", "alert", "observe", "watch", "instrument"})
_ANYTHING = re.compile(
    r"\b(?:alert|page|notif|warn|alarm|tell)\w*\b[^.;:]{0,40}?\b(?:when|whenever|if|as soon as|once|that) "
    r"(?:(?:something|anything|things|stuff) (?:is|are|go(?:es)?|gets?|looks?|seems?|breaks?|fails?|happens?)\b"
    r"|there(?:'s| is| are) (?:a |an |any |some )?(?:problems?|issues?|troubles?|errors?|incidents?|outages?))\b"
    r"(?: (?:wrong|bad|off|broken|down|amiss|up|odd|strange))?"
)
"""“Alert when something is wrong”, “… if there is a problem with the broker”: of what nobody can say when it fires."""
_FIGURE = re.compile(r"\d|\b(?:over|above|below|under|more than|longer than|older than|for (?:one|two|five|ten))\b")
# A dashboard or a log can be finished without saying when anything fires.
_NEEDS_SIGNAL = nouns.MONITORING - {"logging", "tracing", "dashboard", "dashboards", "notification", "notifications"}


def find(reading: Reading) -> Reason | None:
    """The reason, or None when it is no monitoring, or says what it watches."""
    first = reading.first
    if reading.main.form not in {Form.COMMAND, Form.OBLIGATION, Form.NOUNS}:
        return None
    if where := anything_wrong(reading):
        return Reason(Label.VAGUE, Kind.NO_SIGNAL, *where)
    trigger = watched(reading)
    if trigger is None or _changes_existing(reading):
        return None
    if names_signal(reading, trigger) and not _without_component(reading):
        return None
    return reason(Label.VAGUE, Kind.NO_SIGNAL, [*([first.verb] if first.verb else []), *first.core] or trigger)


def anything_wrong(reading: Reading) -> tuple[int, int] | None:
    """Where an alert is told to fire when whatever is wrong, which no rule can be written for."""
    found = _ANYTHING.search(reading.low)
    # “… when there are errors over 2 %”: the figure is the signal.
    return found.span() if found and not _FIGURE.search(reading.low, found.end()) else None


def watched(reading: Reading) -> Sequence[Token] | None:
    """The word that makes it an item of monitoring, or None."""
    first = reading.first
    return _watches(first) or _sets_up(first) or _joins(first) or _is_wanted(reading)


_GRADES = words("elevated high higher low unusual increased abnormal unexpected excessive activity based key different")


def _without_component(reading: Reading) -> bool:
    """“Alert based on elevated error rates”: the rates of what?"""
    said = [*reading.tokens(), *(token for aside in reading.asides for token in aside)]
    known = nouns.SIGNALS | nouns.WEAK_SIGNALS | nouns.MONITORING | nouns.TOOLS | _GRADES
    return not any(
        token.tag is Tag.NUMBER or token.text[0] in '"“`' or (token.low not in known and token.base not in known)
        for token in content(said)
        if token.base not in _WATCHING | verbs.MAKING
    )


def _changes_existing(reading: Reading) -> bool:
    """“Update the alert to include the region”, “Extend certificate monitoring to internal services”."""
    first = reading.first
    if first.verb is None or first.verb.base not in {"update", "extend", "expand", "change", "roll"}:
        return False
    reaches = [token.low for token in first.extent[:1]] == ["to"] and bool(content(first.object))
    return reaches or has_mechanism(reading)


def _watches(phrase: Phrase) -> Sequence[Token] | None:
    verb = phrase.verb
    return [verb] if verb is not None and verb.base in _WATCHING else None


def _sets_up(phrase: Phrase) -> Sequence[Token] | None:
    """The monitoring noun that is the object of a making verb, or the head of a bare noun phrase."""
    if phrase.verb is not None and phrase.verb.base not in verbs.MAKING:
        return None
    heads = _heads(phrase.object)
    return next(([token] for token in heads if token.low in _NEEDS_SIGNAL), None) or (
        _check(phrase.object) if phrase.verb is None else None
    )


def _joins(phrase: Phrase) -> Sequence[Token] | None:
    """“Add the broker to monitoring”, “Ensure the broker is monitored”."""
    if phrase.verb is None:
        return None
    if phrase.verb.base in {"ensure", "make"}:
        return [token for token in phrase.all if token.tag is Tag.PAST and token.base in {"monitor", "observe"}][
            :1
        ] or None
    last = phrase.extent[-1:]
    joins = phrase.verb.base in {"integrate", "include", "add", "hook", "connect"}
    return last if joins and last and last[0].low in {"monitoring", "alerting", "observability"} else None


def _is_wanted(reading: Reading) -> Sequence[Token] | None:
    """“Alerting should be in place for the broker”."""
    subject = [token for token in reading.main.subject if token.low in _NEEDS_SIGNAL]
    wanted = reading.first.verb is not None and reading.first.verb.base in {
        "be",
        "exist",
        "set",
        "put",
        "add",
        "implement",
    }
    return subject[-1:] if subject and wanted and subject[-1] is reading.main.subject[-1] else None


def _check(noun_phrase: Sequence[Token]) -> Sequence[Token] | None:
    pairs = pairwise(noun_phrase)
    return next(([one, two] for one, two in pairs if f"{one.low} {two.low}" in nouns.MONITORING_PHRASES), None)


def _heads(noun_phrase: Sequence[Token]) -> list[Token]:
    """The last word of each coordinated part: “metrics and alerts” has two."""
    heads: list[Token] = []
    for position, token in enumerate(noun_phrase):
        last = position + 1 == len(noun_phrase) or noun_phrase[position + 1].low in {"needed", "required", "missing"}
        if last or noun_phrase[position + 1].tag in {Tag.CONJUNCTION, Tag.PUNCTUATION, Tag.ING}:
            heads.append(token)
    return heads


def names_signal(reading: Reading, trigger: Sequence[Token]) -> bool:
    """A signal, a number, a condition, or a thing watched *in* a component (“websocket observability on CDN nodes”)."""
    said = [token for token in reading.tokens() if token.low != "missing" or token.end + 1 != trigger[0].start]
    said = [*said, *(token for aside in reading.asides for token in aside)]
    if any(token.low in nouns.SIGNALS or token.tag is Tag.NUMBER or token.text[0] in '"“`' for token in said):
        return True
    if any(token.low in _UPTIME_TOOLS for token in said) and content(reading.first.extent):
        return True
    if _conditional(reading.first) or _weak_signal(said):
        return True
    return _modified_and_placed(reading.first, trigger)


# A check by one of these has its signal: the thing answers or it does not.
_UPTIME_TOOLS = frozenset({"pingdom", "uptimerobot", "uptime-robot", "statuscake", "healthchecks.io", "blackbox"})


def _conditional(phrase: Phrase) -> bool:
    lead = phrase.condition[:1]
    return (
        bool(lead)
        and lead[0].low in {"when", "whenever", "if", "where", "that", "whether", "before"}
        and bool(content(phrase.condition))
    )


def _weak_signal(said: Sequence[Token]) -> bool:
    """“config load failures”, but not “failures”."""
    for position, token in enumerate(said):
        beside = [*said[max(0, position - 2) : position], *said[position + 1 : position + 4]]
        if token.low in nouns.WEAK_SIGNALS and content(beside):
            return True
    return False


def _two_places(extent: Sequence[Token]) -> bool:
    """“for burst balance on the volumes”: what and where."""
    cuts = [position for position, token in enumerate(extent) if token.tag is Tag.PREPOSITION]
    if len(cuts) < 2:  # noqa: PLR2004
        return False
    what, where = extent[cuts[0] : cuts[1]], extent[cuts[1] :]
    return extent[cuts[0]].low in {"for", "on"} and bool(content(what)) and bool(content(where))


def _modified_and_placed(phrase: Phrase, trigger: Sequence[Token]) -> bool:
    if _two_places(phrase.extent):
        return True
    before = [token for token in phrase.object if token.start < trigger[0].start]
    named = [token for token in content(before) if token.low not in nouns.TOOLS]
    return phrase.verb is not None and bool(named) and len(content(phrase.extent)) > 0
