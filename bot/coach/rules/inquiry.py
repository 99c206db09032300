"""Finds promises to find out: inquiries without a deliverable, meetings, tickets to investigate."""

from collections.abc import Callable, Mapping, Sequence

from bot.coach.concreteness import content, names, says_something
from bot.coach.head import Form
from bot.coach.lexicon import artefacts, nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason
from bot.coach.rules.pseudo_owner import is_group
from bot.coach.tagging import Tag, Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.NOT_AN_ACTION, kind, tokens)


def inquiry(reading: Reading) -> Reason | None:
    if reading.main.form not in {Form.COMMAND, Form.OBLIGATION, Form.NOUNS}:
        return None
    first = reading.first
    # R4 is about promises to find out; “Investigate X and write an RFC” ends in something that exists.
    if delivers(reading) or _system_acts(reading) or _makes_guideline(first) or _sees_to_it(first):
        return None
    if not inquires(first) and not _waits_and_sees(reading):
        return _inquiring_label(reading)
    assert first.verb is not None
    particle = first.core[:1] if first.core and first.core[0].tag is Tag.PREPOSITION else ()
    return _because(Kind.INQUIRY, [first.verb, *particle])


def _makes_guideline(phrase: Phrase) -> bool:
    """“Come up with guidelines for …” ends in a document."""
    comes_up = phrase.verb is not None and phrase.verb.base == "come"
    documents = nouns.DOCUMENTATION | {"guideline", "guidelines", "policy", "policies", "template", "checklist"}
    return comes_up and any(token.low in documents for token in phrase.core)


_LOOKING_OVER = words("revisit review check examine inspect")


def _sees_to_it(phrase: Phrase) -> bool:
    """“Revisit the rotation to make sure everyone on it has …”: looked over until it is so."""
    over = phrase.verb is not None and phrase.verb.base in _LOOKING_OVER and len(phrase.purpose) > 1
    acts = over and phrase.purpose[1].base in {"ensure", "make", "add", "remove", "include", "fix", "guarantee"}
    return acts and bool(content(phrase.object)) and len(content(phrase.purpose)) > 4  # noqa: PLR2004


def _system_acts(reading: Reading) -> bool:
    """“The deploy script should check …”: no person inquires."""
    main = reading.main
    return bool(main.subject) and not is_group(main.subject) and main.head is not None and main.head.tag is Tag.VERB


def _inquiring_label(reading: Reading) -> Reason | None:
    """“Spike: …”, “Investigate: …”."""
    label = [token for token in reading.main.opener if token.text != ":"]
    asked = label and label[0].base in verbs.INQUIRY - {"query", "question", "scope"} and len(label) < 3  # noqa: PLR2004
    return _because(Kind.INQUIRY, label) if asked else None


def inquires(phrase: Phrase) -> bool:
    """“Investigate …”, “look into …”, “check whether …”, “figure out …”."""
    verb = phrase.verb
    if verb is None:
        return False
    after = phrase.all[:5]
    if verb.base in {"confirm", "verify", "check"} and _looks_back(phrase):
        return True
    if verb.base in verbs.INQUIRY_WITH_QUESTION - {"find", "check", "ask"}:
        return _asks(phrase) or verb.base == "see" or _says(verb, after)
    if verb.base == "check" and (_asks(phrase) or _says(verb, after)):
        return True
    if verb.base in _IF_ABOUT:
        return _IF_ABOUT[verb.base](phrase) or _says(verb, after)
    return verb.base in verbs.INQUIRY or _says(verb, after)


def _looks_back(phrase: Phrase) -> bool:
    """“Confirm that the cause was …”: about the past there is only something to know."""
    return any(token.low in {"was", "were", "wasn't", "weren't"} for token in phrase.all)


def _for_opinions(phrase: Phrase) -> bool:
    return any(token.low in _OPINIONS for token in phrase.object) or (
        len(phrase.purpose) > 1 and phrase.purpose[1].base in verbs.INQUIRY and phrase.object[-1:] != ()
    )


def _waits_and_sees(reading: Reading) -> bool:
    """“Monitor and see if it happens again”."""
    second = reading.phrases[1].verb if len(reading.phrases) > 1 else None
    return second is not None and second.base == "see" and not reading.phrases[0].core


def _for_answers(phrase: Phrase) -> bool:
    """“Contact the vendor to understand …”, “reach agreement on …”."""
    advice = any(token.low in _OPINIONS for token in phrase.extent)
    return advice or _for_opinions(phrase) or (len(phrase.purpose) > 1 and phrase.purpose[1].base in verbs.INQUIRY)


def _brings_up(phrase: Phrase) -> bool:
    """“Bring it up with the board”; not “bring up a second transit”."""
    meets = any(token.low in {"with", "at"} for token in phrase.core) or "meeting" in {t.low for t in phrase.core}
    return meets and any(token.low == "up" for token in phrase.core[:4])


def _asks_someone(phrase: Phrase) -> bool:
    """“Ask the vendor whether …”."""
    lead = phrase.condition[:1]
    return bool(lead) and (lead[0].low in {"if", "whether"} or lead[0].tag is Tag.QUESTION)


def _asks_about(phrase: Phrase) -> bool:
    return any(token.low in {"about", "around", "regarding"} for token in phrase.extent)


def _goes_on_inquiring(phrase: Phrase) -> bool:
    return any(token.base in verbs.INQUIRY and token.tag in {Tag.ING, Tag.VERB} for token in phrase.all[:2])


def _follows_up(phrase: Phrase) -> bool:
    return [token.low for token in phrase.all[:1]] == ["up"] and not _brings(phrase)


def _with_someone(phrase: Phrase) -> bool:
    return [token.low for token in phrase.all[:1]] == ["with"]


def _checks_once(phrase: Phrase) -> bool:
    """“Check the backups”; not “check in the client”, “check the digest in the deploy job”."""
    by_machine = any(token.low in nouns.MACHINES | _BY_MACHINE for token in (*phrase.extent, *phrase.condition))
    return bool(phrase.object) and phrase.all[0].low != "in" and not by_machine


_BY_MACHINE = words("build hook workflow startup boot runtime login deploy start upload import")


def _has_someone_inquire(phrase: Phrase) -> bool:
    """“Have the vendor look into …”."""
    verb = next((token for token in phrase.all if token.tag is Tag.VERB or token.low == "look"), None)
    return verb is not None and verb.base in verbs.INQUIRY


# Verbs that inquire only with some objects: “get feedback”, “keep investigating”, “follow up with …”.
_IF_ABOUT: Mapping[str, Callable[[Phrase], bool]] = {
    **dict.fromkeys(("get", "gather", "collect", "compile", "seek", "obtain", "solicit"), _for_opinions),
    **dict.fromkeys(("continue", "keep", "start", "begin"), _goes_on_inquiring),
    "follow": _follows_up,
    **dict.fromkeys(("have",), _has_someone_inquire),
    "check": _checks_once,
    "define": lambda phrase: _asks(phrase) and phrase.condition[0].low in {"whether", "if"},
    "note": lambda phrase: [token.low for token in phrase.all[:1]] == ["that"],
    "bring": _brings_up,
    "ask": lambda phrase: _asks_about(phrase) or _asks_someone(phrase),
    "benchmark": lambda phrase: any(token.low in {"vs", "versus", "against", "and"} for token in phrase.core),
    **dict.fromkeys(("contact", "engage", "email", "reach", "approach", "liaise", "call", "message"), _for_answers),
    "search": lambda phrase: bool(phrase.core),
    "meet": _with_someone,
    "cause": lambda phrase: bool(phrase.all),  # “root cause the crash”
}
_OPINIONS = words(
    """
    advice recommendations information insights guidance input feedback clarity ideas options opinions consensus
    thoughts alignment agreement clarification
    """
)


def _brings(phrase: Phrase) -> bool:
    """“Follow up with a report …”, “follow up with the vendor to raise the limit”."""
    concrete = len(phrase.purpose) > 2 and phrase.purpose[1].base not in verbs.INQUIRY | verbs.GOAL  # noqa: PLR2004
    return concrete or any(token.low in nouns.ARTEFACTS - {"issue", "issues"} for token in phrase.all)


def _asks(phrase: Phrase) -> bool:
    lead = phrase.condition[:1]
    asking = bool(lead) and (
        lead[0].low in {"if", "whether"} or (lead[0].tag is Tag.QUESTION and lead[0].low not in {"when", "where"})
    )
    return asking and len(phrase.core) <= 1


def _says(verb: Token, after: Sequence[Token]) -> bool:
    return " ".join([verb.base, *(token.low for token in after), ""]).startswith(_PHRASES)


_PHRASES = tuple(f"{phrase} " for phrase in verbs.INQUIRY_PHRASES)


def delivers(reading: Reading) -> bool:
    """Another verb of the item promises something that will exist, or the inquiry ends in a document."""
    rest = (*reading.phrases[1:], *reading.other_phrases)
    return any(_commits(phrase) for phrase in rest) or _ends_in_artefact(reading.first)


_NO_PROMISE = words(
    """
    plan discuss talk see get share decide ask report act proceed go be do let know make take
    """
)


def _promises_in_the_air(verb: Token, phrase: Phrase) -> bool:
    """“… and create a plan”, “… and improve stability”."""
    plans = verb.base == "create" and any(token.low in {"plan", "plans"} for token in phrase.object)
    hopes = verb.base in {"ensure", "improve", "increase"} and bool(phrase.object)
    return plans or (hopes and phrase.object[-1].low in nouns.ABSTRACT | nouns.ACTIVITIES)


def _commits(phrase: Phrase) -> bool:
    verb = phrase.verb
    if verb is None or inquires(phrase) or verb.base in _NO_PROMISE:
        return False
    if _promises_in_the_air(verb, phrase):
        return False
    ships = verb.base in {"merge", "release", "publish", "ship"} and bool(phrase.core)
    changes = verb.base in {"remove", "delete", "fix", "replace", "update", "rotate", "revoke"} and len(phrase.core) > 1
    if ships or changes:
        return True  # “Review the pull request and release it”, “Go through the hosts and remove any settings that …”
    if any(token.low == "ones" for token in phrase.core) and phrase.condition:
        return True  # “… and delete the ones that were not actionable”
    pronoun = bool(phrase.core) and phrase.core[0].tag in {Tag.PRONOUN, Tag.DETERMINER} and not content(phrase.core)
    if pronoun and not any(token.low in nouns.ARTEFACTS for token in phrase.object):
        return False
    return bool(phrase.core) or verb.base in {"refuse", "abort", "fail", "reject"}


def _ends_in_artefact(phrase: Phrase) -> bool:
    """“… in an RFC”, “… as a proposal”."""
    tokens = phrase.all
    for position, token in enumerate(tokens[:-1]):
        if token.low in {"in", "into", "as"} and any(
            after.low in nouns.ARTEFACTS - {"issue", "issues", "plan", "policy", "page", "design", "list"}
            for after in tokens[position + 1 : position + 4]
        ):
            return tokens[position + 1].low in {"a", "an"}
    return False


def event(reading: Reading) -> Reason | None:
    first = reading.first
    verb = first.verb
    if verb is None or verb.base not in verbs.EVENT_VERBS | {"kickoff"} or delivers(reading):
        return None
    if verb.base == "kickoff":
        return _because(Kind.EVENT, [verb])
    event = [token for token in first.object if token.low in verbs.INQUIRY_EVENTS]
    if not event or first.object[-1] is not event[-1]:
        return None
    return _because(Kind.EVENT, [verb, event[-1]])


INQUIRY_NOUNS = words(
    """
    dive poc proof-of-concept investigation research review discussion meeting evaluation assessment exploration
    brainstorm brainstorming
    conversation consideration feasibility analysis rca deep-dive
    """
)


def inquiry_noun(reading: Reading) -> Reason | None:
    """“Investigation into …”, “Further research on …”, “Review of …”."""
    if reading.main.form is not Form.NOUNS or not reading.first.object:
        return None
    if reading.low.startswith("proof of concept"):
        return _because(Kind.INQUIRY, reading.first.object[:1])
    if reading.first.object[0].low in artefacts.MADE_BY_ITSELF:
        return None  # “Quarterly access review of …”
    named = [token for token in reading.first.object if token.low in INQUIRY_NOUNS]
    last = [token for token in reading.first.object if token.low not in {"needed", "required", "study"}][-1:]
    if named and last and last[0] is named[-1]:
        return _because(Kind.INQUIRY, named[-1:])
    return None


_OPENING = words("create make write open file raise add log")


def ticket(reading: Reading) -> Reason | None:
    """A ticket for an inquiry is still an inquiry: “create a ticket to investigate …”, “make a ticket: look at …”."""
    opener, first = reading.main.opener, reading.first
    if opener and inquires(first) and any(token.low in nouns.TICKETS for token in opener):
        return _because(Kind.TICKET, [first.verb] if first.verb else opener)
    if first.verb is None or first.verb.base not in _OPENING:
        return None
    if not any(token.low in nouns.TICKETS for token in first.object):
        return None
    if [token.low for token in first.extent[:1]] in (["with"], ["to"], ["at"]) and names(first.extent):
        return None  # “Open a ticket with the vendor to …”: it is theirs to look into
    asked = [token for token in first.all if token.base in verbs.INQUIRY and token.tag in {Tag.VERB, Tag.ING}]
    return _because(Kind.TICKET, asked[:1]) if asked and says_something(first.all, 0) else None
