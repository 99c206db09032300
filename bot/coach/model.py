"""What the coach says: a label, a reason that quotes the text, and a better version of the text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Label(StrEnum):
    VAGUE = "vague"
    NOT_AN_ACTION = "not_an_action"
    BLAME = "blame"
    TRAINING_ONLY = "training_only"
    PSEUDO_OWNER = "pseudo_owner"
    MULTIPLE_ACTIONS = "multiple_actions"


@dataclass(frozen=True, slots=True)
class Finding:
    """One weakness. `message` says why and quotes the words it is about; `suggestion` is the person's own
    text made better, with what only they can know as slots: `*[threshold]*`; empty where that cannot be done."""

    label: Label
    message: str
    suggestion: str


class Kind(StrEnum):
    """Why a label was given; messages and suggestions are chosen by it."""

    GENERIC = "generic"  # no concrete object
    CHECK = "check"  # a check that does not say what it refuses
    COMPARATIVE = "comparative"  # better than what, and how
    NO_SIGNAL = "no_signal"  # monitoring without what it watches
    OPEN_VALUE = "open_value"  # “a sane value”
    JUDGEMENT = "judgement"  # “thoroughly tested”, “up to date”
    PLACEHOLDER = "placeholder"  # “TBD”
    RHYTHM = "rhythm"  # “regular testing”
    OPEN_END = "open_end"  # “as needed”, “everything”
    NO_PLAN = "no_plan"  # an outcome or a topic, no change
    DOCUMENTATION = "documentation"  # no subject, audience, place
    INQUIRY = "inquiry"
    EVENT = "event"
    TICKET = "ticket"
    QUESTION = "question"
    HEDGE = "hedge"
    STATUS = "status"
    OBSERVATION = "observation"
    CARE = "care"
    PERSON = "person"  # “Bob should have …”
    BY_HAND = "by_hand"
    LESSON = "lesson"
    GROUP = "group"
    SEVERAL = "several"
    OPEN = "open"  # no rule says why: the second opinion alone
    NO_CHANGE = "no_change"  # the same, of what commits to nothing


class Reason(NamedTuple):
    """A label before it is put into words. `start` and `end` delimit the trigger in the normalised text."""

    label: Label
    kind: Kind
    start: int
    end: int
