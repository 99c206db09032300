"""Turns the person's sentence into a plain command in their own words: “we should add X” becomes “Add X”."""

from collections.abc import Sequence

from bot.coach.clauses import Clause
from bot.coach.head import Form
from bot.coach.lexicon import artefacts, closed, nouns, qualities
from bot.coach.lexicon.table import words
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading
from bot.coach.rules.pseudo_owner import is_group
from bot.coach.tagging import Tag, Token
from bot.coach.wording.quoting import own, sentence


def command(reading: Reading) -> str:
    """The main sentence as a command, its subject, hedge and “need to” dropped; nouns get “Add”."""
    main = reading.main
    if main.form is Form.NOUNS:
        return _add(_text(reading, main.tokens))
    if main.head is None and main.form is not Form.OBLIGATION:
        return whole(reading)
    if main.head is None:
        return _wanted(reading, main)
    if main.form is Form.OBLIGATION and not (main.subject and _is_someone(main.subject)):
        return _without_dummy(reading, main)
    return _from_verb(reading, main.head)


def _from_verb(reading: Reading, verb: Token) -> str:
    """“Enabling the log” and “enable the log” give “Enable the log”."""
    end = reading.main.tokens[-1].end
    said = reading.text[verb.start : end] if verb.tag is not Tag.ING else f"{verb.base}{reading.text[verb.end : end]}"
    return sentence(own(said))


def bare(reading: Reading, tokens: Sequence[Token]) -> str:
    """A verb phrase to stand behind “let it”: small letters first, nothing of care in it; empty where there is none."""
    words = [token for token in tokens if token.tag is not Tag.PUNCTUATION]
    if not words or words[0].tag is not Tag.VERB or any(token.low in _OF_PEOPLE for token in words):
        return ""
    said = own(reading.text[tokens[0].start : max(token.end for token in tokens)])
    return said[:1].lower() + said[1:]


_OF_PEOPLE = qualities.CARE | qualities.CARE_ADVERBS | qualities.COMPARATIVES | words(
    "i me my you your yourself we us our ourselves them their themselves he she him her always never"
)  # fmt: skip


def without_comparatives(reading: Reading) -> str:
    """The command without “better” and “proper” before its object."""
    said = command(reading)
    for token in reading.first.object:
        if token.low in qualities.COMPARATIVES | qualities.EMPTY_QUALITIES | {"proactive"}:
            said = said.replace(f"{token.text} ", "", 1).replace(f"{token.low} ", "", 1)
    return said


def is_plain(reading: Reading) -> bool:
    """It commands with a verb, or names a thing: only then a suggestion can go on from its words."""
    main = reading.main
    if main.form is Form.NOUNS:
        return len(reading.clauses) == 1 and main.head is None
    if main.form is Form.OBLIGATION:
        return bool(main.subject) and _is_someone(main.subject) and main.head is not None and main.head.base != "be"
    return main.form is Form.COMMAND and main.head is not None and main.head.tag in {Tag.VERB, Tag.ING}


def whole(reading: Reading) -> str:
    """The main sentence as it stands."""
    return sentence(own(_text(reading, reading.main.tokens)))


def embedded(reading: Reading) -> str | None:
    """What an inquiry is about, as a command: “consider adding X” gives “Add X”; None if it is no activity."""
    tokens = reading.first.all
    for position, token in enumerate(tokens[:5]):
        if token.tag is Tag.ING or token.low in {"having", "using"}:
            verb = {"having": "have", "using": "use"}.get(token.low, token.base)
            rest = tokens[position + 1 :]
            return sentence(own(f"{verb} {reading.words_of(rest)}")) if rest else None
        if token.tag not in {Tag.PREPOSITION, Tag.DETERMINER} and token.low not in _BRIDGES:
            return None
    return None


def weighed(reading: Reading) -> str | None:
    """“It may be worth splitting the table” gives “Split the table”; None where nothing of the kind is said."""
    tokens = reading.main.tokens
    if len(tokens) > 2 and tokens[0].low == "would" and tokens[1].low in {"love", "like", "want"}:  # noqa: PLR2004
        return _add(reading.words_of(tokens[2:]))
    for position, token in enumerate(tokens[1:-1], start=1):
        if token.tag is Tag.ING and tokens[position - 1].low in {
            "worth",
            "suggest",
            "recommend",
            "propose",
            "worthwhile",
        }:
            return sentence(own(f"{token.base} {reading.words_of(tokens[position + 1 :])}"))
    return None


def after_verb(reading: Reading, phrase: Phrase) -> str:
    """What stands after the verb: “when running migrations” of “be careful when running migrations”."""
    rest = [*phrase.extent, *phrase.purpose, *phrase.condition] or [*phrase.object]
    return own(reading.text[rest[0].start : rest[-1].end]) if rest else ""


_BRIDGES = words("possibility option options idea way ways feasibility use")


def _text(reading: Reading, tokens: tuple[Token, ...]) -> str:
    return reading.text[tokens[0].start : tokens[-1].end]


_COMMON = (
    closed.DETERMINERS | nouns.GENERIC | nouns.MONITORING | nouns.ABSTRACT | nouns.ACTIVITIES | artefacts.MADE
    | artefacts.MADE_BY_ITSELF | qualities.COMPARATIVES | qualities.EMPTY_QUALITIES
)  # fmt: skip


def _add(said: str) -> str:
    words = own(said)
    plain = words.split(" ", 1)[0].lower() in _COMMON
    return f"Add {words[:1].lower() + words[1:] if plain else words}"


def _is_someone(subject: tuple[Token, ...]) -> bool:
    return is_group(subject) or (subject[0].tag is Tag.PRONOUN and subject[0].low not in closed.DUMMY_SUBJECTS)


def _wanted(reading: Reading, main: Clause) -> str:
    """“We need a bigger queue” has no verb of change: “Get a bigger queue”."""
    after = [token for token in main.tokens if token.start > main.tokens[len(main.opener) + len(main.subject) - 1].end]
    while after and (after[0].tag in {Tag.MODAL, Tag.ADVERB} or after[0].low in {"need", "needs", "want"}):
        after = after[1:]
    return sentence(own(f"get {reading.words_of(after)}")) if after else whole(reading)


def _without_dummy(reading: Reading, main: Clause) -> str:
    """“It would be useful to have X” becomes “Have X”; “a canary would help” becomes “Add a canary”."""
    purpose = reading.first.purpose
    if main.subject and main.subject[0].low in closed.DUMMY_SUBJECTS and len(purpose) > 1 and purpose[0].tag is Tag.TO:
        return sentence(own(reading.words_of(purpose[1:])))
    finite = main.tokens[len(main.opener) + len(main.subject)]
    helps = main.head is not None and main.head.base in {"help", "be"} and len(main.rest) <= 2  # noqa: PLR2004
    if (
        helps
        and finite.low in closed.HEDGING_MODALS
        and main.subject
        and main.subject[0].low not in closed.DUMMY_SUBJECTS
    ):
        return _add(_text(reading, main.subject))
    return whole(reading)
