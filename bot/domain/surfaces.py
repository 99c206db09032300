"""What is drawn anew without being a message, named in strings: App Homes, canvases, tickets and the like.

As in `subjects`, what is written stands in queues and never changes; all `read` raise ValueError.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from bot.domain.joined import Joined
from bot.domain.lifecycle import PARKED, State
from bot.domain.messages import Refresh
from bot.domain.porting.writing import Format


@dataclass(frozen=True)
class Surface(Joined):
    """Something that is drawn anew without being a message; its kind is what stands before the colon of its key."""

    kind: ClassVar[str]

    @property
    def key(self) -> str:
        """Its name among the surfaces."""
        return f"{self.kind}:{self.value}"

    @property
    def refresh(self) -> Refresh:
        """What has it drawn anew."""
        return refresh_of(self.key)


@dataclass(frozen=True)
class HomeOf(Surface):
    """Somebody's App Home: `home:U0PRIYA`."""

    kind = "home"
    user: str


@dataclass(frozen=True)
class CanvasOf(Surface):
    """An incident's canvas: `canvas:5`."""

    kind = "canvas"
    incident_id: int


@dataclass(frozen=True)
class WebhookTo(Surface):
    """A delivery of a webhook, for the *sending*th time: `webhook:1:msg_…`. Those about one thing go in their order."""

    kind = "webhook"
    sending: int
    delivery: str

    def in_turn(self, line: str, subject: str) -> Refresh:
        """The message, behind the earlier ones in that line (`Webhook.line`) about that subject."""
        return Refresh(self.key, f"{self.kind}:{line}:{subject}")


@dataclass(frozen=True)
class ExportFor(Surface):
    """An export that somebody asked for in Slack. `team_id` None: of every team; `deferred`: the register of risk debt.

    The same *request* of Slack's is the same export.
    """

    kind = "export"
    user: str
    form: Format
    team_id: int | None
    deferred: bool
    request: str

    @property
    def states(self) -> frozenset[State] | None:
        """The states of its items; None is every state."""
        return PARKED if self.deferred else None

    @property
    def value(self) -> str:
        """`U0PRIYA:csv:3:0:REQUEST`."""
        team = "" if self.team_id is None else self.team_id
        return f"{self.user}:{self.form}:{team}:{int(self.deferred)}:{self.request}"

    @classmethod
    def read(cls, text: str) -> Self:
        """From what stands behind the kind."""
        user, form, team_id, deferred, request = text.split(":", 4)
        return cls(user, Format(form), int(team_id) if team_id else None, deferred == "1", request)


@dataclass(frozen=True)
class StepOf(Surface):
    """A step of a workflow that made an item, to be completed once its card stands: `step:Fx0123:12`."""

    kind = "step"
    execution: str
    number: int


@dataclass(frozen=True)
class TicketOf(Surface):
    """The ticket of an item in a tracker, brought to where the item is: `ticket:12`."""

    kind = "ticket"
    number: int


@dataclass(frozen=True)
class AskedAbout(Surface):
    """The questions whether an item is in production, which follow it: `asked-about:12`."""

    kind = "asked-about"
    number: int


@dataclass(frozen=True)
class DeployedTo(Surface):
    """What of a connection's code went to production, looked for: `deployed:3`."""

    kind = "deployed"
    connection_id: int


@dataclass(frozen=True)
class GuardOf(Surface):
    """What would tell us if an item's improvement were removed, looked at: `guard:12`."""

    kind = "guard"
    number: int


def refresh_of(key: str) -> Refresh:
    """What has the surface of that key drawn anew: surfaces do not wait behind messages."""
    return Refresh(key, key)


def kind_and_ref(key: str) -> tuple[str, str]:
    """The kind of a surface, and what its class reads."""
    kind, _sep, ref = key.partition(":")
    return kind, ref
