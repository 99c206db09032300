"""Finds training, telling and guidance as the only remedy."""

from collections.abc import Sequence

from bot.coach.concreteness import content
from bot.coach.head import Form
from bot.coach.lexicon import nouns, verbs
from bot.coach.model import Kind, Label, Reason
from bot.coach.phrases import Phrase
from bot.coach.reading import Reading, reason, said
from bot.coach.rules.telling import names_lesson, tells
from bot.coach.tagging import Tag, Token


def find(reading: Reading) -> Reason | None:
    """The reason, or None when the item teaches nobody, or changes a system as well."""
    # “We trained the team” is a status, and is told so.
    if reading.main.form in {Form.PAST, Form.QUESTION}:
        return None
    trigger = (
        _teaches(reading.first)
        or _sends_to_a_lesson(reading.first)
        or _shall_be_shared(reading)
        or _lesson(reading)
        or _tells_what_is_written(reading)
    )
    # R11: training is weak only as the sole remedy.
    if trigger is None or _has_system_control(reading):
        return None
    return reason(Label.TRAINING_ONLY, Kind.LESSON, trigger)


def _teaches(phrase: Phrase) -> Sequence[Token] | None:
    """“Train …”, “Remind …”, “Raise awareness …”, “Share with more people …”."""
    verb = phrase.verb
    if verb is None or _is_for_machines(phrase):
        return None
    people = [token for token in (*phrase.core, *phrase.condition[:6]) if token.low in nouns.PEOPLE]
    teaches = verb.base in verbs.TEACHING and verb.tag is not Tag.NOUN
    if teaches and (people or verb.base not in verbs.TEACHING_IF_PEOPLE):
        return [verb]
    if tells(verb, phrase, people):
        return [verb, *people[:1]]
    help_to = [token for token in phrase.purpose if token.base in {"train", "onboard", "educate", "teach"}]
    return help_to[:1] if help_to and verb.base in verbs.IMPROVEMENT else None


_SENDS = frozenset({"send", "enrol", "enroll", "sign", "book", "register"})


def _sends_to_a_lesson(phrase: Phrase) -> Sequence[Token] | None:
    """“Send the team to a Kafka training”, “Enrol on-call in the course”."""
    if phrase.verb is None or phrase.verb.base not in _SENDS:
        return None
    said = phrase.all
    lesson = next((token for token in said[1:] if token.low in nouns.LESSONS | {"course", "courses"}), None)
    return [phrase.verb, lesson] if lesson and not _other_head(said, lesson) else None


def _shall_be_shared(reading: Reading) -> Sequence[Token] | None:
    """“Knowledge of the importer should be spread across the team”."""
    verb, subject = reading.first.verb, reading.main.subject
    passes_on = verb is not None and verb.base in {"share", "spread", "communicate"}
    return [subject[0]] if passes_on and names_lesson(subject) else None


def _is_for_machines(phrase: Phrase) -> bool:
    """“Train the detector”, “Notify customers automatically”."""
    taught = any(token.low in nouns.MACHINES | {"automatic", "automated"} for token in phrase.object)
    signalled = bool(phrase.condition) and phrase.condition[0].low in {"when", "if", "whenever", "once"}
    signalled = signalled or any(token.low in {"via", "through"} for token in phrase.extent)
    pages = phrase.verb is not None and phrase.verb.base in verbs.TEACHING_IF_PEOPLE and signalled
    return taught or pages or any(token.low == "automatically" for token in phrase.all)


_VESSELS = frozenset({"session", "sessions", "material", "materials", "program", "programme"})


def _tells_what_is_written(reading: Reading) -> Sequence[Token] | None:
    """“Document and communicate the change to the team”."""
    documents = reading.first.verb is not None and reading.first.verb.base in verbs.DOCUMENTING
    return next((found for phrase in reading.phrases[1:2] if documents and (found := _teaches(phrase))), None)


def _lesson(reading: Reading) -> Sequence[Token] | None:
    """“Run a workshop on …”, “Training for …”, “More communication …”, “Publish guidance …”."""
    first = reading.first
    if first.verb is not None and first.verb.base not in verbs.GIVING_A_LESSON - {"write"}:
        return None
    if reading.main.form is Form.OBLIGATION and first.verb is None and not first.object:
        return None
    last = -2 if first.object and first.object[-1].low in _VESSELS else -1
    heads = first.object[last:] if first.verb is not None else first.object[:4]
    named = [token for token in heads if token.low in nouns.LESSONS and not _other_head(first.object, token)]
    if named:
        return [*([first.verb] if first.verb is not None else []), named[0]]
    where = said(reading.low, nouns.LESSON_PHRASES)
    object_end = reading.main.tokens[min(len(reading.main.tokens), 8) - 1].end
    written = any(token.low in nouns.DOCUMENTATION for token in first.object)
    if where is None or where[0] > object_end or not first.object or written or _documents(first):
        return None
    return first.object


def _other_head(noun_phrase: Sequence[Token], lesson: Token) -> bool:
    """“onboarding checklist”, “training environment”: the lesson only modifies."""
    after = [token for token in noun_phrase if token.start > lesson.start]
    nouns_after = [token for token in after if token.tag in {Tag.NOUN, Tag.NAME, Tag.VERB}]
    return bool(nouns_after) and nouns_after[0].low not in _VESSELS


def _documents(phrase: Phrase) -> bool:
    return phrase.verb is not None and phrase.verb.base in {"document", "write", "add", "implement", "follow"}


def _has_system_control(reading: Reading) -> bool:
    """Another verb of the item changes a system: “… and add a CI check”."""
    rest = (*reading.phrases[1:], *reading.other_phrases)
    return any(
        phrase.verb is not None
        and phrase.verb.base not in verbs.TEACHING | verbs.INQUIRY | verbs.DOCUMENTING | {"share", "make", "talk"}
        and len(content(phrase.core)) > 0
        for phrase in rest
    )
