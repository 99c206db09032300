"""Finds remedies that ask people to behave: more care, remembering, avoiding, checking by hand."""

from collections.abc import Sequence

from bot.coach.clauses import Clause
from bot.coach.head import Form
from bot.coach.lexicon import nouns, qualities, verbs
from bot.coach.lexicon.table import words
from bot.coach.mechanism import names_means
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason, said
from bot.coach.rules import person
from bot.coach.rules.pseudo_owner import is_group
from bot.coach.tagging import Tag, Token

# With one of these as the verb a system is changed, whatever is said about care.
MECHANISMS = words(
    """
    add automate implement create build introduce enforce block require configure enable write document update
    install deploy fix replace remove set move migrate change make extend provide improve have include publish
    disable restrict limit validate alert define establish develop
    """
)


def find(reading: Reading) -> Reason | None:
    """The reason, or None when nobody is asked to behave better."""
    # A person first: who names one must hear that, whatever else is weak (R5, R38).
    return person.find(reading) or _care(reading) or _conduct(reading)


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.BLAME, kind, tokens)


def _care(reading: Reading) -> Reason | None:
    """“be more careful”, “pay attention”, “remember to”, “carefully”."""
    verb = reading.first.verb
    wished = [
        token
        for token in reading.first.object
        if token.low in {"care", "attention", "caution", "diligence", "vigilance"}
    ]
    if reading.main.form is Form.NOUNS and wished:
        return _because(Kind.CARE, wished[:1])
    # “Add a prompt that reminds people to be careful” builds something, so care is only mentioned.
    builds = verb is not None and verb.base in MECHANISMS - {"make", "have"} and reading.main.form is Form.COMMAND
    if builds:
        return None
    where = said(reading.low, qualities.CARE_PHRASES)
    if where is not None and _is_asked(reading, where[0]):
        return Reason(Label.BLAME, Kind.CARE, *where)
    if verb is None:
        return None
    if verb.base == "be":
        caring = [token for token in reading.first.all[:4] if token.low in qualities.CARE]
        return _because(Kind.CARE, [verb, caring[0]]) if caring and _addresses_people(reading.main) else None
    until = reading.phrases[1].verb if len(reading.phrases) > 1 else None
    manner = [
        token
        for token in reading.main.tokens
        if token.low in qualities.CARE_ADVERBS and (until is None or token.end + 1 < until.start)
    ]
    by_person = verb.base in verbs.HAND_CHECKS | {"work", "document", "plan", "handle"} and not reading.main.subject
    return (
        _because(Kind.CARE, sorted([verb, manner[0]], key=lambda token: token.start)) if manner and by_person else None
    )


def _addresses_people(clause: Clause) -> bool:
    """A bare command, “we …” or “the team …”; not “the migration should be transparent”."""
    return not clause.subject or is_group(clause.subject)


def _is_asked(reading: Reading, at: int) -> bool:
    """The care is in the main clause, not in a subordinate reason."""
    condition = reading.first.condition or reading.first.purpose
    return not condition or at < condition[0].start or reading.main.form is not Form.COMMAND


def _conduct(reading: Reading) -> Reason | None:
    main, first = reading.main, reading.first
    if first.verb is None or main.form not in {Form.COMMAND, Form.OBLIGATION}:
        return None
    users = len(main.subject) == 1 and main.subject[0].low in nouns.PEOPLE
    # “The importer must check the digest of each file” asks no person to behave.
    if main.subject and not (is_group(main.subject) or users):
        return None
    return (
        _people_must(first)
        or _sooner(first)
        or _prohibition(main, first)
        or _from_now_on(main, first)
        or _by_hand(main, first)
        or _habit(first)
    )


_PEOPLE_ACT = nouns.COLLECTIVES | {"you", "you're", "engineer", "developer", "author", "operator", "deployer"}


def _people_must(first: Phrase) -> Reason | None:
    """“Make sure everybody follows the checklist”, “Ensure that engineers check …”."""
    assert first.verb is not None
    sure = first.verb.base == "ensure" or (
        first.verb.base == "make" and first.object[:1] and first.object[0].low == "sure"
    )
    after = [token for token in first.all if token.low not in {"sure", "that", "all", "the", "our", "every"}]
    if not sure or len(after) < 2 or after[0].low not in _PEOPLE_ACT - {"we"}:  # noqa: PLR2004
        return None
    act = next((token for token in after[1:4] if token.tag in {Tag.VERB, Tag.THIRD, Tag.NOUN, Tag.AUX}), None)
    permitted = act is None or act.low in {
        "know",
        "knows",
        "understands",
        "have",
        "has",
        "can",
        "get",
        "gets",
        "able",
        "are",
        "is",
        "access",
        "be",
    }
    return None if permitted and after[0].low != "you" else _because(Kind.BY_HAND, [first.verb, after[0]])


_CALLS = words(
    """
    escalate ask declare communicate notify call involve engage page inform tell report raise contact
    """
)


def _sooner(first: Phrase) -> Reason | None:
    """“Escalate sooner”, “Declare incidents earlier”."""
    late = [token for token in first.all if token.low in {"sooner", "earlier", "faster", "quicker"}]
    calls = first.verb is not None and first.verb.base in _CALLS
    if not late and "as soon as" in " ".join(token.low for token in first.all):
        late = [token for token in first.all if token.low == "soon"]
    return _because(Kind.CARE, [first.verb, late[0]]) if late and calls and first.verb else None


def _prohibition(main: Clause, first: Phrase) -> Reason | None:
    """“Avoid deploying …”, “Never merge …”, “Don't use …”, “Always test …”, “Stop editing …”."""
    assert first.verb is not None
    lead = [token for token in main.tokens if token.start < first.verb.start]
    # “Never merge without a review: block it in CI” brings its own mechanism.
    mended = any(token.base in MECHANISMS and token.tag is Tag.VERB for token in first.detail[1:2])
    if mended:
        return None
    strict = [token for token in lead if token.low in {"never", "not", "don't", "always"}]
    if strict and first.verb.base in verbs.HAND_WORK | verbs.HAND_CHECKS | _ALWAYS_DONE and not main.subject:
        return _because(Kind.BY_HAND, [*strict[-1:], first.verb])
    doing = first.all[:1]
    if first.verb.base in {"avoid", "refrain"} and doing:
        acts = doing[0] if doing[0].tag is not Tag.PREPOSITION else first.all[1] if len(first.all) > 1 else doing[0]
        by_hand = acts.tag is Tag.ING and acts.base in verbs.HAND_WORK
        if by_hand or (first.verb.base == "avoid" and not names_means(first.all[2:])):
            return _because(Kind.BY_HAND, [first.verb, acts])
    return None


def _from_now_on(main: Clause, first: Phrase) -> Reason | None:
    """“Next time, …”, “In future …”, “For future use: …” with no mechanism behind it."""
    assert first.verb is not None
    if not main.opener or first.verb.base in MECHANISMS:
        return None
    opening = " ".join(token.low for token in main.opener)
    return _because(Kind.BY_HAND, main.opener) if opening.startswith(qualities.FROM_NOW_ON) else None


def _by_person(main: Clause, first: Phrase) -> bool:
    """“When changing the firewall, have …”: whoever changes it also acts in the main clause."""
    assert first.verb is not None
    doing = len(main.opener) > 1 and (main.opener[1].tag is Tag.ING or main.opener[1].low in {"unsure", "in"})
    return doing and first.verb.base not in MECHANISMS - {"have", "make"}


# “Always set …” asks for a habit.
_ALWAYS_DONE = words("have set include add ask monitor treat follow scale document inform plan pair assign tag")


_OCCASIONS = frozenset({"when", "whenever", "before", "after", "while", "prior", "if", "every"})


def _by_hand(main: Clause, first: Phrase) -> Reason | None:
    """“Check the queue before deploying”, “When a disk fills up, restart the broker”."""
    assert first.verb is not None
    hand = [token for token in main.tokens if token.low in {"hand", "manually"}]
    occasional = bool(main.opener) and main.opener[0].low in {"when", "if", "before", "after"}
    if hand and not names_means(first.all) and (occasional or first.verb.base in verbs.HAND_CHECKS):
        return _because(Kind.BY_HAND, [first.verb, hand[0]] if first.verb.start < hand[0].start else hand)
    if main.opener and main.opener[0].low in {"when", "before", "after", "while", "if"} and _by_person(main, first):
        return _because(Kind.BY_HAND, [main.opener[0], first.verb])
    if first.verb.base in MECHANISMS or first.verb.base not in verbs.HAND_CHECKS | {"be", "restart", "follow"}:
        return None
    if main.opener and main.opener[0].low in {"when", "whenever", "before", "if", "after"} and first.verb.base != "run":
        return _because(Kind.BY_HAND, [main.opener[0], first.verb])
    occasion = [token for token in first.all if token.low in _OCCASIONS]
    by_itself = any(token.low == "automatically" for token in first.all)
    if occasion and (by_itself or _in_a_machine(first.all, occasion[0])):
        return None  # “Check the lag before promoting in the failover script”
    acting = occasion and _someone_acts(first.verb, first.all[first.all.index(occasion[0]) + 1 :])
    return _because(Kind.BY_HAND, [first.verb, occasion[0]]) if acting else None


def _in_a_machine(tokens: Sequence[Token], occasion: Token) -> bool:
    later = [token for token in tokens if token.start > occasion.start]
    inside = next((at for at, token in enumerate(later) if token.low == "in"), len(later))
    return any(token.low in nouns.MACHINES for token in later[inside:])


def _someone_acts(verb: Token, after: Sequence[Token]) -> bool:
    """“… before upgrading”, “… when you deploy”, “… before a release”."""
    lead = [token for token in after[:3] if token.tag is not Tag.ADVERB and token.low != "to"]
    if not lead:
        return False
    if lead[0].tag is Tag.ING:
        return lead[0].base in verbs.LEXICON
    if lead[0].low in {"you", "we", "you're", "we're", "someone"}:
        return True
    return verb.base not in {"test", "run"} and any(token.low in _JOBS for token in after[:3])


_JOBS = words(
    """
    maintenance release releases deploy deploys deployment deployments upgrade upgrades migration migrations rollout
    merge
    """
)


_HABITS = words("follow adhere stick remember beware mind respect obey pair")


def _habit(first: Phrase) -> Reason | None:
    """“Follow the release process”, “Stick to the checklist”, “Work collaboratively …”."""
    assert first.verb is not None
    if first.verb.base not in _HABITS or first.purpose or (first.core and first.core[0].low == "up"):
        return None
    if first.verb.base == "pair" and not any(token.low == "on" for token in first.core[:1]):
        return None  # “Pair new joiners with …” teaches
    return _because(Kind.CARE, [first.verb, *first.core[-1:]])
