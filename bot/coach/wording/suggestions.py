"""A better version of the text for each kind of weakness, made of the person's words and of slots to fill.

A suggestion keeps their object, component and verb; what only they can know – signal, threshold, mechanism,
place, audience – stands as `*[…]*`.
"""

from collections.abc import Callable, Mapping, Sequence

from bot.coach.concreteness import content
from bot.coach.head import Form
from bot.coach.lexicon import nouns, verbs
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading
from bot.coach.rules.pseudo_owner import is_group
from bot.coach.wording.action import after_verb, command, embedded, weighed, whole
from bot.coach.wording.quoting import own, sentence, slot

_DONE = f"done when {slot('what anyone can observe')}"
_PLACE = slot("document or ticket")


def suggestion(reading: Reading, reason: Reason, others: Sequence[Reason] = ()) -> str:
    """A version of the text that the reason would no longer hold against once its slots are filled.

    `others` are the text's other reasons: the wish of a group to take care is not handed to one person as it is.
    """
    blame = next((other for other in others if other.label is Label.BLAME), None)
    if reason.kind is Kind.GROUP and blame is not None:
        return f"{_WRITERS[blame.kind](reading, blame)} (owner: {slot('one person')})"
    return _WRITERS[reason.kind](reading, reason)


def _generic(reading: Reading, _: Reason) -> str:
    action = embedded(reading) if reading.first.verb is not None and reading.first.verb.base == "consider" else None
    action = action or command(reading)
    verb = reading.first.verb.base if reading.first.verb is not None else ""
    said = {token.low for token in reading.first.all}
    if said & {"test", "tests", "testing", "coverage"}:
        return f"{action} for {slot('component')} that cover {slot('the case that failed')}"
    if verb in {"fix", "resolve", "solve", "address"}:
        return f"{action}: {slot('symptom')} in {slot('component')}, shown by {slot('regression test or metric')}"
    return f"{action}: {slot('which one, in which component')}, {_DONE}"


def _documentation(reading: Reading, _: Reason) -> str:
    return f"{command(reading)} on {slot('subject')} for {slot('audience')} in {slot('place')}"


def _comparative(reading: Reading, reason: Reason) -> str:
    objects = {token.low for token in reading.first.object}
    if objects & (nouns.MONITORING - {"logging", "tracing"}):
        return _no_signal(reading, reason)
    if objects & nouns.DOCUMENTATION:
        return f"{command(reading)} with {slot('what is missing')}, for {slot('audience')} in {slot('place')}"
    measure = f"so that {slot('measure')} goes from {slot('now')} to {slot('target')}"
    return f"{command(reading)} by {slot('the setting, check or limit that changes')}, {measure}"


def _no_signal(reading: Reading, _: Reason) -> str:
    component = "" if _names_component(reading) else f" of {slot('component')}"
    fires = f"alert when {slot('signal')} is over {slot('threshold')} for {slot('how long')}"
    return f"{command(reading)}{component}: {fires}"


def _names_component(reading: Reading) -> bool:
    return bool(content(reading.first.core)) or (reading.first.verb is None and bool(content(reading.main.tokens)))


def _open_value(reading: Reading, reason: Reason) -> str:
    """The open value itself becomes the slot: “to a sane value” gives “to *[sane value: figure and unit]*”."""
    return _replaced(reading, reason, "figure and unit")


def _judgement(reading: Reading, reason: Reason) -> str:
    return _replaced(reading, reason, "what anyone can observe")


def _rhythm(reading: Reading, _: Reason) -> str:
    action = whole(reading) if reading.main.form is Form.NOUNS else command(reading)
    return f"{action}: every {slot('interval')}, with {slot('an alert or a ticket')} when one is missed"


def _open_end(reading: Reading, reason: Reason) -> str:
    if "again" in reading.text[reason.start : reason.end].lower():
        return f"{command(reading)}: {slot('the change that prevents it')} in {slot('component')}, {_DONE}"
    return _replaced(reading, reason, "which ones, or until when")


def _replaced(reading: Reading, reason: Reason, what: str) -> str:
    before, trigger = reading.text[: reason.start].rstrip(), own(reading.text[reason.start : reason.end])
    for article in (" a", " an", " the"):
        before = before.removesuffix(article)
    after = reading.text[reason.end : reading.main.tokens[-1].end]
    return sentence(" ".join(part for part in (own(before), slot(f"{trigger}: {what}"), own(after)) if part))


def _no_plan(reading: Reading, _: Reason) -> str:
    action = whole(reading) if reading.main.form is Form.NOUNS else command(reading)
    return f"{action}: {slot('the change to make')} in {slot('component')}, {_DONE}"


def _inquiry(reading: Reading, _: Reason) -> str:
    inner = embedded(reading)
    if inner is not None:
        return f"{inner}, {_DONE}"
    if reading.main.subject and not is_group(reading.main.subject):
        return f"{whole(reading)}; it ends with {slot('the answer and the change to make')} in {_PLACE}"
    action = whole(reading) if reading.main.form is Form.NOUNS else command(reading)
    return f"{action}, and write {slot('the answer and the change to make')} in {_PLACE}"


def _event(reading: Reading, _: Reason) -> str:
    return f"{command(reading)}, and write {slot('the decision and the change to make')} in {_PLACE}"


def _ticket(reading: Reading, _: Reason) -> str:
    return (
        f"{whole(reading)}: it asks for {slot('the concrete change')} and ends when {slot('what anyone can observe')}"
    )


def _question(reading: Reading, _: Reason) -> str:
    if reading.first.verb is not None and not reading.main.subject:
        return f"{command(reading)}, {_DONE}"
    return f"Write the answer to “{whole(reading)}” in {_PLACE}, and make {slot('the change that follows')}"


def _hedge(reading: Reading, reason: Reason) -> str:
    opener = reading.main.opener
    if opener and reason.start <= opener[-1].start and reading.main.form is Form.NOUNS:
        return f"Add {own(reading.text[opener[-1].end : reading.main.tokens[-1].end])}, {_DONE}"
    return f"{weighed(reading) or command(reading)}, {_DONE}"


def _status(reading: Reading, _: Reason) -> str:
    if len(content(reading.main.tokens)) < 3:  # noqa: PLR2004
        left = f"{slot('what is left to do')} in {slot('component')}, {_DONE}"
        return f"{whole(reading)}; left to do: {left}"
    return f"Add {slot('a test or an alert')} that tells us if this stops being true: {whole(reading)}"


def _observation(reading: Reading, _: Reason) -> str:
    return f"Change {slot('component or setting')} so that this is no longer so: {whole(reading)}"


def _care(reading: Reading, _: Reason) -> str:
    verb = reading.first.verb
    guard = slot("a check, prompt or limit")
    if verb is not None and verb.base in {"remember", "forget", "beware"}:
        about = after_verb(reading, reading.first).removeprefix("to ").removeprefix("that ")
        return f"Add {guard} that sees to this without anyone remembering: {about or whole(reading)}"
    if verb is not None and verb.base in {"work"} | verbs.HAND_CHECKS | {"follow", "stick", "adhere"}:
        return f"Add {guard} that sees to this without anyone remembering: {command(reading)}"
    about = after_verb(reading, reading.first)
    if about.lower().startswith(_OCCASIONS):
        return f"Add {guard} that catches a slip {about}"
    wish = own(reading.text[verb.start :]) if verb is not None else whole(reading)
    return f"Add {guard} to {slot('the step where it slipped')}, so that nobody has to {wish[:1].lower()}{wish[1:]}"


_OCCASIONS = ("when ", "while ", "before ", "after ", "during ", "in ", "if ", "around ")


def _by_hand(reading: Reading, _: Reason) -> str:
    prevents = any(token.low in {"never", "not", "don't", "avoid", "refrain"} for token in reading.main.tokens[:4])
    if prevents:
        return f"Let {slot('a permission, check or guard')} refuse it: {whole(reading)}"
    return f"Let {slot('a pipeline step, script or bot')} do it: {whole(reading)}"


def _lesson(reading: Reading, _: Reason) -> str:
    action = command(reading) if reading.main.form in {Form.COMMAND, Form.OBLIGATION} else whole(reading)
    return f"{action}, beside {slot('a guardrail, check or alert')} that works when nobody remembers (link its item)"


def _group(reading: Reading, reason: Reason) -> str:
    verb = reading.main.head
    if reading.main.form is not Form.OBLIGATION or (verb is not None and reason.start > verb.start):
        rest = own(reading.text[reason.end :]).removeprefix("to ")
        return f"{sentence(rest) or command(reading)} (owner: {slot('one person')})"
    return f"{command(reading)} (owner: {slot('one person')})"


def _several(reading: Reading, reason: Reason) -> str:
    first = reading.text[(reading.main.head or reading.main.tokens[0]).start : reason.start]
    words = own(first).split(" ")
    while words and words[-1].lower().strip(",;") in {"and", "&", "then", "also", "plus"}:
        words.pop()
    return f"1. {sentence(own(' '.join(words)))}\n2. {sentence(own(reading.text[reason.start :]))}"


_WRITERS: Mapping[Kind, Callable[[Reading, Reason], str]] = {
    Kind.GENERIC: _generic,
    Kind.COMPARATIVE: _comparative,
    Kind.NO_SIGNAL: _no_signal,
    Kind.OPEN_VALUE: _open_value,
    Kind.JUDGEMENT: _judgement,
    Kind.RHYTHM: _rhythm,
    Kind.OPEN_END: _open_end,
    Kind.NO_PLAN: _no_plan,
    Kind.DOCUMENTATION: _documentation,
    Kind.INQUIRY: _inquiry,
    Kind.EVENT: _event,
    Kind.TICKET: _ticket,
    Kind.QUESTION: _question,
    Kind.HEDGE: _hedge,
    Kind.STATUS: _status,
    Kind.OBSERVATION: _observation,
    Kind.CARE: _care,
    Kind.BY_HAND: _by_hand,
    Kind.LESSON: _lesson,
    Kind.GROUP: _group,
    Kind.SEVERAL: _several,
    Kind.OPEN: _no_plan,
    Kind.NO_CHANGE: _inquiry,
}
