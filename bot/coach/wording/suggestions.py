"""A better version of the text for each kind of weakness, made of the person's words and of slots to fill.

What only the person can know – signal, threshold, mechanism, place, audience – stands as `*[…]*`. Of blame nothing is
said again but the work itself. `wording/checked.py` reads each version as the coach would and lets only sound ones out.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from bot.coach.concreteness import content
from bot.coach.head import Form
from bot.coach.lexicon import nouns, qualities
from bot.coach.lexicon.table import words
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading
from bot.coach.rules.monitoring import anything_wrong
from bot.coach.tagging import Tag
from bot.coach.wording.action import after_verb, bare, command, embedded, is_plain, weighed, whole, without_comparatives
from bot.coach.wording.quoting import own, sentence, slot

_DONE = f"done when {slot('what anyone can observe')}"
_PLACE = slot("document or ticket")
_GUARD = slot("a check, prompt or limit")
_INSTEAD = f"Add {_GUARD} to {slot('the step where it slipped')}"


def version(reading: Reading, reason: Reason, others: Sequence[Reason] = ()) -> str:
    """A version of the text that its reasons would no longer hold against once its slots are filled, or an empty text.

    `others` are all reasons of the text: one owner alone makes no wish of a group an action.
    """
    graver = next((other for other in others if other.label in _BEFORE_OWNER), None)
    if reason.kind is Kind.GROUP and graver is not None:
        written = _WRITERS[graver.kind](reading, graver)
        return f"{written} (owner: {slot('one person')})" if written else ""
    if reason.kind in _GOES_ON and not is_plain(reading):
        return ""
    # R38: a better version must not repeat the blame that stands beside this weakness.
    if reason.label is not Label.BLAME and any(other.label is Label.BLAME for other in others):
        return _INSTEAD
    return _WRITERS[reason.kind](reading, reason)


# Their version goes on from the person's own sentence.
_GOES_ON = frozenset(
    {Kind.GENERIC, Kind.CHECK, Kind.DOCUMENTATION, Kind.COMPARATIVE, Kind.NO_SIGNAL, Kind.RHYTHM, Kind.EVENT}
)
_BEFORE_OWNER = frozenset(Label) - {Label.PSEUDO_OWNER, Label.MULTIPLE_ACTIONS}


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


def _check(reading: Reading, _: Reason) -> str:
    return f"{command(reading)} that refuses {slot('what is wrong')} in {slot('the place where it runs')}"


def _documentation(reading: Reading, _: Reason) -> str:
    subject = "" if content(reading.first.extent) else f" on {slot('subject')}"
    return f"{command(reading)}{subject} for {slot('audience')} in {slot('place')}"


def _comparative(reading: Reading, reason: Reason) -> str:
    objects = {token.low for token in reading.first.object}
    if objects & (nouns.MONITORING - {"logging", "tracing"}):
        return _no_signal(reading, reason)
    if objects & nouns.DOCUMENTATION:
        return f"{command(reading)} with {slot('what is missing')}, for {slot('audience')} in {slot('place')}"
    measure = f"so that {slot('measure')} goes from {slot('now')} to {slot('target')}"
    return f"{command(reading)} by {slot('the setting, check or limit that changes')}, {measure}"


def _no_signal(reading: Reading, _: Reason) -> str:
    if where := anything_wrong(reading):
        at_the_end = not own(reading.text[where[1] :])
        told = re.split(r" (?:when|whenever|if|as soon as|once|that) ", reading.text[: where[1]], maxsplit=1)[0]
        fires = f"when {slot('signal')} of {slot('component')} is over {slot('threshold')}"
        return sentence(f"{told} {fires}") if at_the_end and is_plain(reading) else ""
    component = "" if _names_component(reading) else f" of {slot('component')}"
    fires = f"alert when {slot('signal')} is over {slot('threshold')} for {slot('how long')}"
    return f"{without_comparatives(reading)}{component}: {fires}"


def _names_component(reading: Reading) -> bool:
    said = reading.first.core if reading.first.verb is not None else reading.main.tokens
    return any(token.low not in qualities.COMPARATIVES | qualities.EMPTY_QUALITIES for token in content(said))


def _open_value(reading: Reading, reason: Reason) -> str:
    """The open value itself becomes the slot: “to a sane value” gives “to *[sane value: figure and unit]*”."""
    return _replaced(reading, reason, "figure and unit")


def _judgement(reading: Reading, reason: Reason) -> str:
    return _replaced(reading, reason, "what anyone can observe")


def _placeholder(reading: Reading, reason: Reason) -> str:
    before = own(reading.text[: reason.start])
    return sentence(f"{before} {slot('what is still open')}") if before and is_plain(reading) else ""


def _rhythm(reading: Reading, _: Reason) -> str:
    action = whole(reading) if reading.main.form is Form.NOUNS else command(reading)
    return f"{action}: every {slot('interval')}, with {slot('an alert or a ticket')} when one is missed"


def _open_end(reading: Reading, reason: Reason) -> str:
    """“Fix errors in Slack as they arise” gives “Fix errors in Slack: *[which ones, or until when]*”."""
    if "again" in reading.text[reason.start : reason.end].lower():
        return f"{command(reading)}: {slot('the change that prevents it')} in {slot('component')}, {_DONE}"
    at_the_end = not own(reading.text[reason.end : reading.main.tokens[-1].end])
    kept = own(reading.text[: reason.start])
    adverbial = reading.text[reason.start :].lower().startswith(("as ", "if ", "when ", "where ", "etc", "and "))
    return sentence(f"{kept}: {slot('which ones, or until when')}") if at_the_end and adverbial and kept else ""


def _replaced(reading: Reading, reason: Reason, what: str) -> str:
    before, trigger = reading.text[: reason.start].rstrip(), own(reading.text[reason.start : reason.end])
    for article in (" a", " an", " the"):
        before = before.removesuffix(article)
    after = reading.text[reason.end : reading.main.tokens[-1].end]
    return sentence(" ".join(part for part in (own(before), slot(f"{trigger}: {what}"), own(after)) if part))


def _no_plan(reading: Reading, _: Reason) -> str:
    action = whole(reading) if reading.main.form is Form.NOUNS else command(reading)
    return f"{action}: {slot('the change to make')} in {slot('component')}, {_DONE}" if is_plain(reading) else ""


def _inquiry(reading: Reading, _: Reason) -> str:
    inner = embedded(reading)
    if inner is not None:
        return f"{inner}, {_DONE}"
    action = whole(reading) if reading.main.form is Form.NOUNS else command(reading)
    return f"{action}, and write {slot('the answer and the change to make')} in {_PLACE}" if is_plain(reading) else ""


def _event(reading: Reading, _: Reason) -> str:
    return f"{command(reading)}, and write {slot('the decision and the change to make')} in {_PLACE}"


def _ticket(reading: Reading, _: Reason) -> str:
    asks = f"it asks for {slot('the concrete change')} and ends when {slot('what anyone can observe')}"
    return f"{whole(reading)}: {asks}" if is_plain(reading) else ""


def _question(reading: Reading, _: Reason) -> str:
    if reading.first.verb is not None and reading.first.verb.tag is Tag.ING and not reading.main.subject:
        return f"{command(reading)}, {_DONE}"
    return f"Write the answer to “{whole(reading)}” in {_PLACE}, and make {slot('the change that follows')}"


def _hedge(reading: Reading, reason: Reason) -> str:
    opener = reading.main.opener
    if opener and reason.start <= opener[-1].start and reading.main.form is Form.NOUNS:
        return f"Add {own(reading.text[opener[-1].end : reading.main.tokens[-1].end])}, {_DONE}"
    return f"{weighed(reading) or command(reading)}, {_DONE}"


def _status(reading: Reading, _: Reason) -> str:
    # “Done.” holds nothing that a test or an alert could be about.
    if len(content(reading.main.tokens)) < 3:  # noqa: PLR2004
        return f"Add {slot('what is left to do')} to {slot('component')}, {_DONE}"
    return f"Add {slot('a test or an alert')} that tells us if this stops being true: {whole(reading)}"


def _observation(reading: Reading, _: Reason) -> str:
    """Only of what is said to be wrong: that a thing works need not be changed."""
    now = reading.main.form in {Form.PRESENT, Form.NOUNS}
    wrong = any(token.low in _WRONG or token.low.endswith("n't") for token in reading.main.tokens)
    return (
        f"Change {slot('component or setting')} so that this is no longer so: {whole(reading)}" if wrong and now else ""
    )


_WRONG = words(
    """
    not no never only cannot nothing nobody none missing unclear slow noisy too lack lacks fails failed broken wrong
    still manually manual unreliable outdated stale hard difficult insufficient
    """
)


def _care(reading: Reading, _: Reason) -> str:
    verb = reading.first.verb
    if verb is not None and verb.base in {"remember", "forget"} and reading.first.purpose:
        return _done_by_itself(bare(reading, reading.first.purpose[1:]))
    about = after_verb(reading, reading.first)
    if about.lower().startswith(_OCCASIONS) and not reading.main.subject:
        return f"Add {_GUARD} that catches a slip {about}"
    return _INSTEAD


_OCCASIONS = ("when ", "while ", "before ", "after ", "during ")


def _done_by_itself(work: str) -> str:
    return f"Let {slot('a pipeline step, script or bot')} {work}" if work else _INSTEAD


def _by_hand(reading: Reading, _: Reason) -> str:
    verb = reading.first.verb
    if verb is None or reading.main.subject or reading.main.opener or verb.tag is not Tag.VERB:
        return _INSTEAD
    lead = {token.low for token in reading.main.tokens if token.start < verb.start}
    work = bare(reading, (verb, *reading.first.all))
    if lead & {"never", "not", "don't"}:
        return f"Add {slot('a permission, check or guard')} so that nobody can {work}" if work else _INSTEAD
    if verb.base in {"avoid", "refrain", "stop", "ensure", "make", "be", "follow", "stick", "adhere", "use"}:
        return _INSTEAD
    return _done_by_itself(work)


def _person(_: Reading, __: Reason) -> str:
    return _INSTEAD


def _lesson(reading: Reading, _: Reason) -> str:
    if not is_plain(reading) or reading.main.form is Form.NOUNS:
        return f"Add {slot('a guardrail, check or alert')} to {slot('component')} that works when nobody remembers"
    return f"{command(reading)}, and add {slot('a guardrail, check or alert')} to {slot('component')}"


def _group(reading: Reading, reason: Reason) -> str:
    verb = reading.main.head
    if reading.main.form is not Form.OBLIGATION or (verb is not None and reason.start > verb.start):
        rest = own(reading.text[reason.end :]).removeprefix("to ").removeprefix("please ")
        return f"{sentence(rest) or command(reading)} (owner: {slot('one person')})"
    return f"{command(reading)} (owner: {slot('one person')})"


_JOINTS = frozenset({"", "and", "&", "then", "also", "plus", "+", "/"})
_NUMBER = re.compile(r"\(?\d[.)]")


def _several(reading: Reading, reason: Reason) -> str:
    """The first of them, to stay here; the others are to be items of their own."""
    first = reading.text[(reading.main.head or reading.main.tokens[0]).start : reason.start]
    kept = own(first).split(" ")
    while kept and (kept[-1].lower().strip(",;") in _JOINTS or _NUMBER.fullmatch(kept[-1])):
        kept.pop()
    return sentence(own(" ".join(kept)))


_WRITERS: Mapping[Kind, Callable[[Reading, Reason], str]] = {
    Kind.GENERIC: _generic,
    Kind.CHECK: _check,
    Kind.COMPARATIVE: _comparative,
    Kind.NO_SIGNAL: _no_signal,
    Kind.OPEN_VALUE: _open_value,
    Kind.JUDGEMENT: _judgement,
    Kind.PLACEHOLDER: _placeholder,
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
    Kind.PERSON: _person,
    Kind.LESSON: _lesson,
    Kind.GROUP: _group,
    Kind.SEVERAL: _several,
    Kind.OPEN: _no_plan,
    Kind.NO_CHANGE: _inquiry,
}
