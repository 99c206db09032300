"""Turns the person's sentence into a plain command in their own words: “we should add X” becomes “Add X”."""

from bot.coach.clauses import Clause
from bot.coach.head import Form
from bot.coach.lexicon import closed
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
    return sentence(own(_text(reading, (main.head, main.tokens[-1]))))


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


def _add(nouns: str) -> str:
    words = own(nouns)
    first = words.split(" ", 1)[0]
    plain = first[1:].islower() or len(first) == 1
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
    if finite.low in closed.HEDGING_MODALS and main.subject and main.subject[0].low not in closed.DUMMY_SUBJECTS:
        return _add(_text(reading, main.subject))
    return whole(reading)
