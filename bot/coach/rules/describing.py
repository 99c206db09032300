"""Finds sentences that describe instead of promising: questions, statuses, observations, hindsight."""

from collections.abc import Sequence

from bot.coach.clauses import Clause
from bot.coach.head import Form
from bot.coach.lexicon import closed, nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, reason
from bot.coach.rules.inquiry import INQUIRY_NOUNS
from bot.coach.tagging import Tag, Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.NOT_AN_ACTION, kind, tokens)


def question(reading: Reading) -> Reason | None:
    about = any(token.low in nouns.DOCUMENTATION for token in reading.main.opener)  # “Runbook: how to …”
    if reading.main.form is not Form.QUESTION or about:
        return None
    return _because(Kind.QUESTION, reading.main.tokens)


def status_or_observation(reading: Reading) -> Reason | None:
    """“Backups failed”, “We added …”, “The alert is noisy”, “No alert on …”."""
    main = reading.main
    if any(_already_done(clause) for clause in reading.clauses):
        return _because(Kind.STATUS, next(clause for clause in reading.clauses if _already_done(clause)).tokens)
    # From the surest to the vaguest: the first that holds gives the message its reason.
    for holds, kind in (
        (_is_headline, Kind.OBSERVATION),
        (_reports_done, Kind.STATUS),
        (_describes, Kind.OBSERVATION),
        (_in_hindsight, Kind.OBSERVATION),
        (_foretells, Kind.OBSERVATION),
        (_asks_for_inquiry, Kind.INQUIRY),
        (_opens_for_talk, Kind.TICKET),
        (_is_absence, Kind.OBSERVATION),
    ):
        if holds(main):
            return _because(kind, main.tokens)
    return None


def _reports_done(clause: Clause) -> bool:
    """“We added …”, “Ticket created”, “The importer is being rewritten”, “In progress”."""
    lead = [token.low for token in clause.tokens[:2]]
    labelled = len(clause.opener) > 1 and clause.opener[0].low in _DONE and clause.opener[1].text == ":"
    if (
        labelled
        or _already_done(clause)
        or lead[0] in _SHORT_STATUS
        or lead in (["in", "progress"], ["as", "of"], ["not", "clear"])
    ):
        return True
    if _is_under_way(clause):
        return True
    if clause.form is Form.PRESENT:
        return clause.head is not None and clause.head.tag is Tag.ING and _observes(clause)
    if (
        clause.form is Form.NOUNS
        and len(clause.tokens) > 1
        and clause.tokens[-1].low in _SHORT_STATUS - {"none", "same"}
    ):
        return True
    failed = clause.head is not None and clause.head.base in _WENT_WRONG
    # “The backup failed” and “We did not notice” are no work that was done; they describe.
    return clause.form is Form.PAST and not failed and not _negated(clause)


def _already_done(clause: Clause) -> bool:
    """“Switch to the new policy – this has already been done”."""
    for one, two, *rest in zip(clause.tokens, clause.tokens[1:], clause.tokens[2:], clause.tokens[3:], strict=False):
        said = one.tag in {Tag.AUX, Tag.PRONOUN} and two.low == "already"
        if said and any(token.tag is Tag.PAST or token.low == "done" for token in rest):
            return one.start > clause.tokens[0].start or one.tag is Tag.PRONOUN
    return False


def _is_under_way(clause: Clause) -> bool:
    """“Tracking in Jira”, “Currently testing a patch”."""
    first, second = clause.tokens[0], clause.tokens[1:2]
    working = first.tag is Tag.ING and first.base in {"track", "work", "wait", "discuss"} and bool(second)
    return (working and second[0].tag is Tag.PREPOSITION) or (
        first.low in {"currently", "still"} and bool(second) and second[0].tag is Tag.ING
    )


def _is_headline(clause: Clause) -> bool:
    """“What went well: …”."""
    return len(clause.opener) > 2 and clause.opener[0].low in {"what", "where"} and clause.opener[-1].text == ":"  # noqa: PLR2004


_DONE = words("done completed fixed resolved implemented finished deployed merged shipped")


def _describes(clause: Clause) -> bool:
    return clause.form is Form.PAST or (clause.form is Form.PRESENT and _observes(clause))


_ABSENCES = (
    "not enough",
    "too many",
    "too few",
    "too much",
    "limited",
    "lack",
    "lacking",
    "no",
    "missing",
    "insufficient",
)


def _is_absence(clause: Clause) -> bool:
    """“Too many alerts”, “No alert on the queue”."""
    lead = " ".join(token.low for token in clause.tokens[:2]) + " "
    return clause.form is Form.NOUNS and lead.startswith(tuple(absence + " " for absence in _ABSENCES))


_TELLING = words("the our this these those several many most both its their his her as")
_LONG_ENOUGH = 5  # tokens: “The fix landed in 4.2”, not “The weekly report”


def told(reading: Reading) -> Reason | None:
    """“Our runbook says nothing about …”: who points at what is there tells of it, even if no verb was recognised."""
    clause = reading.main
    pointing = clause.form is Form.NOUNS and clause.tokens[0].low in _TELLING
    if pointing and len(clause.tokens) >= _LONG_ENOUGH and not any(token.tag is Tag.TO for token in clause.tokens):
        return _because(Kind.OBSERVATION, clause.tokens)
    return None


_QUANTIFIERS = words("only most many some too few not nothing none much")
_WENT_WRONG = words(
    """
    mention complain turn slip appear seem suspect realise realize fail break crash miss lose forget overload suffer
    happen occur cause go take notice fire
    """
)
_FAULTS = words("fail break lack cause seem appear take")
_SHORT_STATUS = words(
    """
    ongoing wip n/a none done pending underway deferred blocked unclear unsure same covered
    """
)


def _negated(clause: Clause) -> bool:
    return any(token.low in closed.NEGATIONS or token.low.endswith("n't") for token in clause.tokens)


def _in_hindsight(clause: Clause) -> bool:
    """“The tests should have caught this”: nothing can be done about the past."""
    after = clause.tokens[len(clause.opener) + len(clause.subject) :][:4]
    if clause.form is not Form.OBLIGATION or not after or after[0].tag is not Tag.MODAL:
        return False
    have = next((position for position, token in enumerate(after) if token.low == "have"), None)
    following = clause.tokens[clause.tokens.index(after[have]) + 1 :][:1] if have is not None else ()
    return bool(following) and (following[0].tag is Tag.PAST or following[0].low == "been")


_EFFECTS = words("prevent avoid help reduce mitigate solve fix address ease eliminate")
_SUCH = words("this these such similar future recurrence recurrences again that it us")


def _foretells(clause: Clause) -> bool:
    """“Deploying to staging first should prevent this”: what will come of it, not what to do."""
    tokens = clause.tokens
    for at, token in enumerate(tokens[1:-1], start=1):
        if token.tag is Tag.MODAL and tokens[at + 1].base in _EFFECTS:
            subject = tokens[len(clause.opener) : at]
            person = any(one.low in nouns.COLLECTIVES for one in subject[:3])
            return not person and any(one.low in _SUCH for one in tokens[at + 2 : at + 5])
    return False


def _opens_for_talk(clause: Clause) -> bool:
    """“A pull request will be opened to discuss …”."""
    opened = clause.form is Form.OBLIGATION and clause.head is not None and clause.head.base in _OPENED
    ticket = any(token.low in nouns.TICKETS | {"pr", "mr", "rfc", "request", "thread"} for token in clause.subject[:4])
    asks = any(
        one.tag is Tag.TO and two.base in verbs.INQUIRY for one, two in zip(clause.rest, clause.rest[1:], strict=False)
    )
    return bool(opened and ticket and asks)


_OPENED = words("open create raise file start make")


_WANTED = words("needed required necessary")
_HELD = words("undertake conduct perform do carry hold take be start begin happen continue schedule")


def _asks_for_inquiry(clause: Clause) -> bool:
    """“More investigation is needed”, “A review of X will be undertaken”."""
    wanted = any(token.low in _WANTED for token in clause.tokens)
    held = clause.form is Form.OBLIGATION and clause.head is not None and clause.head.base in _HELD
    return (wanted or held) and any(token.low in INQUIRY_NOUNS for token in clause.subject)


def _observes(clause: Clause) -> bool:
    """A sentence in the present describes, unless it states how a thing shall behave: “The API logs the query”."""
    subject = clause.subject[0] if clause.subject else clause.tokens[0]
    if subject.tag is Tag.ING and clause.subject:
        return True  # “Restoring from backup takes nine hours”
    if clause.head is None and not clause.subject:
        return True  # “Nothing …”, “None of …”
    if subject.tag is Tag.PRONOUN or subject.low in closed.DUMMY_SUBJECTS or _negated(clause):
        return True
    if subject.low in _QUANTIFIERS or any(token.low == "being" for token in clause.tokens):
        return True
    finite = clause.tokens[len(clause.opener) + len(clause.subject)]
    now = any(token.low in {"already", "currently", "now", "still"} for token in clause.tokens)
    if finite.tag is not Tag.AUX:
        only = any(
            token.low in {"only", "just", "often", "sometimes", "always", "never"} for token in clause.tokens[:6]
        )
        return now or only or (clause.head is not None and clause.head.base in _FAULTS)
    passive = clause.head is not None and clause.head.tag is Tag.PAST
    return not passive or now
