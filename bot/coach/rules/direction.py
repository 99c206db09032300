"""Finds wordy vagueness: a direction without a stop (“Formalise the handover”), an activity without an end
(“Regular reviews of dependencies”), a repair without a fault (“Fix the pipeline”).
"""

from collections.abc import Sequence

from bot.coach.concreteness import content, names
from bot.coach.lexicon import artefacts
from bot.coach.lexicon.table import words
from bot.coach.mechanism import has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.tagging import Tag, Token

# Of these not even a common object says when it is done.
_DIRECTIONS = words(
    """
    maintain formalise formalize professionalise professionalize safeguard foster encourage cultivate evolve advance
    align revise future-proof operationalise operationalize mature elevate nurture solidify prioritise prioritize
    streamline tighten rationalise strengthen modernise harmonise harmonize
    """
)
_PARTICLE_VERBS = frozenset({"firm", "shore", "ramp", "level", "build", "tighten", "flesh", "beef", "step"})
_DEFENDING = words("protect guard defend secure safeguard shield prepare insulate")
_AGAINST = frozenset({"against", "from"})
_NOTHING_BUT = words("implement introduce automate add adopt use")


def direction(reading: Reading) -> Reason | None:
    verb, first = reading.first.verb, reading.first
    if verb is None or not first.core or _is_pinned(reading):
        return None
    up = first.core[0].low in {"up", "out"} and verb.base in _PARTICLE_VERBS
    defends = verb.base in _DEFENDING and any(token.low in _AGAINST for token in first.extent[:1])
    alone = verb.base in _NOTHING_BUT and _is_one_word(first)
    practices = any(token.low in {"practice", "practices"} for token in first.object)
    has = verb.base == "have" and bool(first.object) and first.object[-1].low in _HAVING
    kept = verb.base == "maintain" and bool(first.object) and first.object[-1].low in artefacts.MADE
    if kept and first.extent:
        return None  # “Maintain a list of approved images in the security repo”
    towards = first.core[0].low in {"towards", "toward"}
    if practices or has or towards or verb.base in _DIRECTIONS or up or defends or alone:
        return _because(Kind.NO_PLAN, [verb, *first.object])
    return None


def _is_pinned(reading: Reading) -> bool:
    first = reading.first
    return bool(names(first.core)) or bool(content(first.condition)) or has_mechanism(reading)


def _is_one_word(phrase: Phrase) -> bool:
    """“Implement caching”, “Automate rollbacks”: of what, where?"""
    said = [token for token in phrase.all if token.tag is not Tag.DETERMINER]
    most = 2 if phrase.verb is not None and phrase.verb.base in _TECHNIQUES else 1
    return 0 < len(said) <= most and said[0].tag is not Tag.NUMBER and said[0].low not in _THINGS


_HAVING = words("process procedure plan strategy approach way person people someone story")
_TECHNIQUES = frozenset({"implement", "introduce", "adopt", "use"})
_THINGS = words("terraform ansible vault helm sentry spf dmarc dnssec")

_REGULAR = words("regular periodic frequent ongoing continuous continual routine continued recurring occasional")
_REGULARLY = words("regularly periodically frequently routinely continuously occasionally continually")
_UPKEEP = words(
    """
    review reviews testing tests audit audits check checks checking drills exercises maintenance training meetings
    updates cleanup rehearsals assessment assessments monitoring verification validation evaluation restores
    reporting communication exercise
    """
)


def regular(reading: Reading) -> Reason | None:
    """“Regular testing of backups”, “Test backups regularly”: how often, and who would notice?"""
    first = reading.first
    if first.condition or has_mechanism(reading):
        return None
    lead = [token for token in first.object[:2] if token.low in _REGULAR]
    if lead and any(token.low in _UPKEEP for token in first.object[1:]):
        return _because(Kind.RHYTHM, [lead[0], first.object[-1]])
    at = [token for token in (*reading.main.tokens[:1], *first.core[-1:]) if token.low in _REGULARLY]
    kept_up = first.verb is not None and first.verb.base in _KEEPING_UP
    return _because(Kind.RHYTHM, at) if at and kept_up else None


_KEEPING_UP = words(
    """
    test review check audit update exercise practise practice rehearse verify validate maintain clean prune run
    monitor rotate communicate evaluate assess revise patch drill inspect meet restart
    """
)
_MANAGING = words(
    """
    management consensus coordination governance prevention clarity understanding awareness knowledge visibility
    ownership planning maintenance handling oversight hygiene alignment availability cleanup clean-up stewardship
    rework revamp refresh audit overhaul detection transparency cooperation collaboration agreement engagement upkeep
    modernisation modernization standardisation
    standardization harmonisation consolidation optimisation optimization enhancement rationalisation simplification
    """
)


def managing(reading: Reading) -> Reason | None:
    """“Lifecycle management of hardware”, “Consensus on emergency releases”: a topic to keep busy with."""
    first = reading.first
    if first.verb is not None or not first.object or first.object[-1].low not in _MANAGING or _is_pinned(reading):
        return None
    return _because(Kind.NO_PLAN, first.object)


_FAULTY = words("issue issues problem problems bug bugs error errors trouble situation")


def repair(reading: Reading) -> Reason | None:
    """“Fix the pipeline”, “Fix issues with certificates”: what is wrong with it?"""
    first = reading.first
    if first.verb is None or first.verb.base not in {"fix", "repair", "resolve", "solve", "sort", "address"}:
        return None
    # “Fix the pipeline (it drops tags)” says what is wrong; any such hint is enough.
    if names(first.all) or first.purpose or first.condition or first.detail or reading.main.asides:
        return None
    if first.object and first.object[-1].low in _FAULTY and [t.low for t in first.extent[:1]] in (["with"], ["around"]):
        return _because(Kind.GENERIC, [first.verb, *first.object])
    thin = not first.extent and len(content(first.object)) < 2  # noqa: PLR2004
    return _because(Kind.GENERIC, [first.verb, *first.object]) if thin and first.object else None


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)
