"""What handlers, blocks, rituals and delivery say to each other in strings: written here, and read here alone.

They name what a message follows: `CardOf(12).key`, `.ref`, `.live(channel)`, `CardOf.read(ref)`. What is
written stands in queues and in records of what was sent: it never changes, and what is read may be years old. All
`read` raise ValueError for what was never written. What buttons carry is in `pressed`, and what is drawn
anew without being a message in `surfaces`.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self

from bot.domain.joined import Joined
from bot.domain.messages import Live
from bot.domain.ritual_keys import RitualOf

WEEKLY_DIGEST = "weekly-digest"
POSTMORTEM_CHECK = "postmortem-check"
UNLINKED = "unlinked"


# Subjects of messages that follow something


@dataclass(frozen=True)
class Subject(Joined):
    """What a live message shows; `ref` is how its renderer finds it."""

    subject: ClassVar[str]

    @property
    def ref(self) -> str:
        """For the renderer of `subject`."""
        return self.value

    @property
    def key(self) -> str:
        """The message's own name: there is one for each subject."""
        return f"{self.subject}:{self.value}"

    def live(self, to: str) -> Live:
        """The message, which is drawn anew each time it is sent."""
        return Live(self.key, to, self.subject, self.ref)


@dataclass(frozen=True)
class CardOf(Subject):
    """The card of an item: `card:12`."""

    subject = "card"
    number: int


@dataclass(frozen=True)
class RequestOf(Subject):
    """The approver's message about a request: `request:34`."""

    subject = "request"
    request_id: int

    @property
    def decided(self) -> str:
        """The key of what its asker is told at the end."""
        return f"{self.key}:decided"

    @property
    def reminder(self) -> str:
        """The key of what its approver is told when they have not answered."""
        return f"{self.key}:reminder"

    @classmethod
    def read_reminder(cls, key: str) -> Self | None:
        """The request that a message with that key reminds of; None when it does not."""
        kind, request_id, what = [*key.split(":", 2), "", ""][:3]
        return cls(int(request_id)) if (kind, what) == (cls.subject, "reminder") and request_id.isdigit() else None


@dataclass(frozen=True)
class AskedFor(Subject):
    """The asker's message about their request: `asked:34`."""

    subject = "asked"
    request_id: int


@dataclass(frozen=True)
class RecurrenceOf(Subject):
    """What came before an incident: `recurrence:5`. `unlinked`: the message stands there, and must change."""

    subject = "recurrence"
    incident_id: int
    unlinked: bool = False

    @property
    def key(self) -> str:
        """An incident has one, whatever it says."""
        return f"{self.subject}:{self.incident_id}"

    @property
    def value(self) -> str:
        """`5`, or `5:unlinked`."""
        return f"{self.incident_id}:{UNLINKED}" if self.unlinked else str(self.incident_id)

    @classmethod
    def read(cls, text: str) -> Self:
        """From its ref."""
        incident_id, _sep, unlinked = text.partition(":")
        return cls(int(incident_id), bool(unlinked))


@dataclass(frozen=True)
class AskedOwner(Subject):
    """The message about the change that asked *person* to own an item."""

    subject = "asked-owner"
    number: int
    change_id: int
    person: str

    @property
    def key(self) -> str:
        """That of what the change says to the owner."""
        return ChangeOf(self.change_id).owner


@dataclass(frozen=True)
class QuestionTo(Subject):
    """A ritual's message to *reader* that asks about several items; `asked` is the key under which it was said."""

    subject = "question"
    reader: str
    asked: str

    @property
    def key(self) -> str:
        """As it was said."""
        return self.asked


@dataclass(frozen=True)
class TicketQuestion(Subject):
    """What news from a tracker ask *person*; the change that brought them, and which question it is."""

    subject = "ticket-question"
    number: int
    change_id: int
    person: str
    question: str


@dataclass(frozen=True)
class GuardQuestion(Subject):
    """What *person* is asked because what would tell us is gone; the change that says so."""

    subject = "guard-question"
    number: int
    change_id: int
    person: str


@dataclass(frozen=True)
class MadeOf(Subject):
    """What was made of a message, in place of the offer to make something of it, which has a key of its own."""

    subject = "offer"
    channel: str
    ts: str


@dataclass(frozen=True)
class PastDigest(Subject):
    """The weekly digest of a team for a period, once the next one is said."""

    subject = "past-digest"
    team_id: int
    period: str

    @property
    def key(self) -> str:
        """As the digest was said."""
        return RitualOf(WEEKLY_DIGEST, str(self.team_id), self.period).value


@dataclass(frozen=True)
class TemplateOffer(Subject):
    """The standard items that are offered in an incident's channel: `template-offer:5`."""

    subject = "template-offer"
    incident_id: int


@dataclass(frozen=True)
class PostmortemAsk(Subject):
    """What an incident's channel was asked on a day, about its post-mortem or its items."""

    subject = "postmortem-ask"
    team_id: int
    incident_id: int
    day: date

    @property
    def key(self) -> str:
        """As it was asked: a ritual's key, whose period is the incident and the day."""
        return RitualOf(POSTMORTEM_CHECK, str(self.team_id), f"{self.incident_id}.{self.day.isoformat()}").value

    @property
    def to_lead(self) -> str:
        """The key of what the team's lead is told of it."""
        return f"{self.key}.lead"

    @classmethod
    def read_key(cls, key: str) -> Self | None:
        """What the message with that key asked; None for what the lead is told."""
        asked = RitualOf.read(key)
        incident_id, day, *more = asked.period.split(".")
        return None if more else cls(int(asked.place), int(incident_id), date.fromisoformat(day))


@dataclass(frozen=True)
class IdeasIn(Subject):
    """The ideas that were written down in a channel, in a line: `ideas:C0INC`."""

    subject = "ideas"
    channel: str


@dataclass(frozen=True)
class OwnerIn(Subject):
    """What a review meeting gave to *person*: `meeting-owner:1f3c…:U0PRIYA`. `meeting` is its key."""

    subject = "meeting-owner"
    meeting: str
    person: str


# Keys of messages that are said once


@dataclass(frozen=True)
class MeetingOf:
    """What is said of a review meeting in its channel, once: `meeting:1f3c…`."""

    meeting: str

    @property
    def key(self) -> str:
        """Of the message that lists what was committed, in whose thread the cards stand."""
        return f"meeting:{self.meeting}"

    @classmethod
    def read(cls, key: str) -> Self | None:
        """The meeting that a message with that key is about; None when it is about something else."""
        kind, _sep, meeting = key.partition(":")
        return cls(meeting) if kind == "meeting" and meeting else None


@dataclass(frozen=True)
class ChangeOf:
    """What is said of one line of an item's history: `change:7`, `change:7:owner`, `change:7:U0PRIYA` …"""

    change_id: int

    @property
    def key(self) -> str:
        """Of the whole delivery."""
        return f"change:{self.change_id}"

    @property
    def thread(self) -> str:
        """Of the line in the card's thread."""
        return self.told("thread")

    @property
    def owner(self) -> str:
        """Of what its owner is told."""
        return self.told("owner")

    def told(self, to: str) -> str:
        """Of a message for somebody, or with some purpose."""
        return f"{self.key}:{to}"

    @classmethod
    def read(cls, key: str) -> Self | None:
        """The change that a message with that key is about; None when it is about something else."""
        kind, _sep, rest = key.partition(":")
        change_id = rest.partition(":")[0]
        # Keys of every kind are shown to it, so what is no change is no error here.
        return cls(int(change_id)) if kind == "change" and change_id.isdigit() else None


def kind_of(key: str) -> str:
    """What kind of thing a key names, whatever it is: `weekly-digest`, `change`, `home` …"""
    return key.partition(":")[0]
