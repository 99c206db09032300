"""Finds items whose object names nothing in particular, or an outcome instead of a change."""

from collections.abc import Sequence

from bot.coach.concreteness import content, names
from bot.coach.lexicon import nouns, qualities, verbs
from bot.coach.lexicon.table import words
from bot.coach.mechanism import has_mechanism
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.rules.comparative import head_of_nouns
from bot.coach.tagging import Tag, Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.VAGUE, kind, tokens)


_WEAK_VERBS = words(
    """
    fix add update write create document do build implement make develop provide have set establish define introduce
    clean refactor rework deploy complete finish use handle resolve address check review revise get need put test
    run setup configure change include extend
    """
)


_REPORTS = frozenset({"report", "postmortem", "post-mortem", "retrospective"})


def _writes_report(phrase: Phrase) -> bool:
    """“Write an incident report”: of this incident, and there is one when it is done."""
    writes = phrase.verb is not None and phrase.verb.base in {"write", "publish", "complete", "finish", "release"}
    return writes and bool(phrase.object) and phrase.object[-1].low in _REPORTS


def generic_object(reading: Reading) -> Reason | None:
    """“Fix the bug”, “Add documentation”, “Document the process”."""
    first = reading.first
    verb = first.verb
    if _writes_report(first):
        return None
    if verb is not None and not first.all:
        alone = verb.base in _WEAK_VERBS or len(reading.main.tokens) == 1
        return _because(Kind.GENERIC, [verb]) if alone else None
    empty = (_empty_ticket(first) and not reading.main.opener) or _tidies(first) or _says_nothing(reading)
    if not _could_be_generic(reading) or not empty:
        return None
    kind = Kind.DOCUMENTATION if _is_documentation(first) else Kind.GENERIC
    return _because(kind, [*([verb] if verb is not None else []), *(first.object or first.core)])


_CHECKS = words("check checks validation validations verification verifications guard guards guardrail guardrails")


def check(reading: Reading) -> Reason | None:
    """“Add a check to the deploy”: what would it refuse, and when?"""
    first = reading.first
    if first.verb is None or first.verb.base not in {"add", "implement", "create", "introduce", "have", "put"}:
        return None
    if not first.object or first.object[-1].low not in _CHECKS or reading.asides:
        return None
    told = first.purpose or first.condition or first.detail or names(first.all) or has_mechanism(reading)
    if told or len(content(first.core)) > 1 or any(token.low in {"for", "against", "that"} for token in first.extent):
        return None
    return _because(Kind.CHECK, [first.verb, *first.object])


def document(reading: Reading) -> Reason | None:
    """“Write documentation about deployments”: for whom, and where?"""
    first = reading.first
    if first.verb is None or first.verb.base not in {"add", "write", "create", "make", "have", "produce"}:
        return None
    if not first.object or first.object[-1].low not in nouns.DOCUMENTATION or len(reading.phrases) > 1:
        return None
    told = first.purpose or first.condition or first.detail or names(first.all) or reading.asides
    placed = any(token.low in {"in", "into", "to"} for token in first.extent)
    # R8 asks for readers and place as well; a subject that is said in two words is let pass.
    bare = not content(first.object) and len(content(first.extent)) < 2  # noqa: PLR2004
    return _because(Kind.DOCUMENTATION, [first.verb, *first.object]) if bare and not told and not placed else None


def _empty_ticket(phrase: Phrase) -> bool:
    """“Raise an issue with the vendor”: about what?"""
    opens = phrase.verb is not None and phrase.verb.base in {"raise", "open", "create", "file", "log", "submit"}
    tickets = phrase.object[-1:] and phrase.object[-1].low in nouns.TICKETS | {"request", "report"}
    about = [
        token for token in phrase.extent if token.low in {"for", "about", "on", "regarding", "re", "to", "against"}
    ]
    named = names(phrase.object) or len(content(phrase.object)) > 0
    return bool(opens and tickets) and not (about or named or phrase.purpose or phrase.condition or phrase.detail)


def _could_be_generic(reading: Reading) -> bool:
    """The verb takes such an object, and it points to no earlier sentence (“We made a channel. Document it.”)."""
    first = reading.first
    points_back = len(first.core) == 1 and first.core[0].tag in {Tag.PRONOUN, Tag.DETERMINER}
    if not first.core or (points_back and len(reading.clauses) > 1):
        return False
    return first.verb is None or first.verb.base in _WEAK_VERBS or _is_generic(first)


def _says_nothing(reading: Reading) -> bool:
    """Nothing in the whole phrase is specific; of bare nouns two words are too few: “Retry logic”."""
    first = reading.first
    said_more = (*reading.main.opener, *first.core, *first.condition, *first.detail, *_concrete_purpose(first))
    if names(said_more) or any(content(aside) for aside in reading.asides):
        return False
    return not content(said_more) or (first.verb is None and len(said_more) <= 2 and not reading.asides)  # noqa: PLR2004


def _is_generic(phrase: Phrase) -> bool:
    """The object itself is a word that names nothing in particular: “the fix”, “the system”."""
    return any(token.low in nouns.GENERIC for token in phrase.object)


def _tidies(phrase: Phrase) -> bool:
    """“Clean up the old code”, “Refactor the config”: no end in sight."""
    verb = phrase.verb
    if verb is None or verb.base not in {"clean", "cleanup", "refactor", "tidy", "rework", "restructure"}:
        return False
    end = phrase.object[-1:]
    return (
        bool(end)
        and end[0].low in nouns.GENERIC
        and not phrase.extent
        and (end[0].low in {"code", "codebase", "config", "configuration", "scripts"} or not names(phrase.core))
        and not phrase.purpose
    )


def _concrete_purpose(phrase: Phrase) -> tuple[Token, ...]:
    """A purpose says which thing (“runbook to rotate keys”) unless it is a comparison again."""
    empty = any(token.low in qualities.COMPARATIVES | qualities.EMPTY_QUALITIES for token in phrase.purpose)
    goals = verbs.GOAL | verbs.OUTCOME
    return () if empty else tuple(token for token in phrase.purpose if token.base not in goals)


def _is_documentation(phrase: Phrase) -> bool:
    documents = phrase.verb is not None and phrase.verb.base == "document"
    return documents or any(token.low in nouns.DOCUMENTATION for token in phrase.object)


_EMPTY_STATES = words(
    """
    working works work place up date up-to-date running run correctly expected maintained current ok fine healthy
    met available cover covers all critical raised logged triggered fired sent tested monitored documented verified
    reviewed
    """
)


def state(reading: Reading) -> Reason | None:
    """“Ensure alerts are working”, “Keep documentation up to date”: a wish about a generic thing."""
    first = reading.first
    if first.verb is None or first.verb.base not in {"ensure", "make", "keep", "maintain"}:
        return None
    said_more = [token for token in content(first.all) if token.low not in _EMPTY_STATES and token.base != "document"]
    dated = "up to date" in reading.low and len(said_more) < 2  # noqa: PLR2004
    empty = not said_more and bool(first.all)
    return (
        _because(Kind.GENERIC, [first.verb, first.all[-1]]) if (empty or dated) and not has_mechanism(reading) else None
    )


_HANDING_ON = frozenset({"change", "switch", "move", "transfer", "assign", "hand"})
_PROMISES = words(
    """
    define implement develop create establish devise design draft make have build set introduce formulate
    """
)


def abstract(reading: Reading) -> Reason | None:
    """“Add redundancy to the network”, “Eliminate single points of failure”, “Address alert fatigue”."""
    first = reading.first
    if first.verb is None or not first.object or first.verb.base in verbs.INQUIRY | verbs.DOCUMENTING | _HANDING_ON:
        return None
    last = first.object[-1]
    if last.low not in nouns.ABSTRACT | nouns.STRATEGIES or has_mechanism(reading):
        return None
    specific = [token for token in content(first.core) if token.low not in nouns.ABSTRACT]
    if last.low in nouns.STRATEGIES:
        further = content((*first.purpose, *first.condition))
        bare = not (first.extent or first.purpose or first.condition) and len(specific) < 3  # noqa: PLR2004
        open_ended = bare or (not names(first.all) and len(specific) + len(further) < 4)  # noqa: PLR2004
        return _because(Kind.NO_PLAN, [last]) if open_ended and first.verb.base in _PROMISES else None
    if names(first.core):
        return None
    enough = 4 if last.low in _HOLLOW else 2
    return _because(Kind.NO_PLAN, [last]) if len(specific) < enough else None


_HOLLOW = words(
    """
    safeguards safeguard guardrails guardrail resiliency resilience redundancy robustness
    visibility ownership expectations debt toil bottlenecks bottleneck clarity awareness confidence
    """
)


def bare_activity(reading: Reading) -> Reason | None:
    """“Connection pooling for PostgreSQL”, “Disaster recovery”: a topic, no change."""
    first = reading.first
    if first.verb is not None or not first.object:
        return None
    head = head_of_nouns(first)
    if head is None or head.low not in nouns.ACTIVITIES | nouns.ABSTRACT or head.low in nouns.MONITORING:
        return None
    if head.low in nouns.DOCUMENTATION and len(content(first.extent)) > 2:  # noqa: PLR2004
        return None  # “Documentation for running the failover by hand, in the ops handbook”
    of = first.extent[:1] and first.extent[0].low == "of" and head.low not in nouns.ABSTRACT
    made = any(
        token.tag is Tag.PAST or token.low in {"automatic", "automated", "hourly", "nightly"} for token in first.object
    )
    between = len(names(first.extent)) > 1  # “DNS failover between Route 53 and NS1”
    return None if of or made or between or has_mechanism(reading) else _because(Kind.NO_PLAN, first.object)
