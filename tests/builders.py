"""Things as a test needs them: sensible in everything that the test does not say."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk import WebClient

from bot.domain.digest import Digest, Figures
from bot.domain.incident import Incident
from bot.domain.item import By, Created, Draft, Item, Remedy
from bot.domain.item_values import VerificationMethod
from bot.domain.lifecycle import Action, Change, LastMove, State
from bot.domain.person import Person
from bot.domain.request import Ask
from bot.domain.team import Team
from bot.domain.verify import Evidence
from bot.slack.directory import Directory
from bot.slack.lookups import OwnChannel

WORKSPACE = "T0ACME"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday."""
TODAY = NOW.date()
DUE = date(2026, 12, 4)
LINK = "https://example.com/pull/7"

Changes = Any
"""What a test says of the thing: values of its fields."""


def item(**changes: Changes) -> Item:
    """AI-12, not started, of U0PRIYA, due on 4 December."""
    due = changes.get("due", DUE)
    plain = Item(
        workspace=WORKSPACE,
        number=12,
        title="Alert when checkout errors exceed 2 % for 5 minutes",
        owner="U0PRIYA",
        state=State.NOT_STARTED,
        due=due,
        original_due=due,
        created_at=NOW,
        created_by="U0MARCO",
        impact=4,
        urgency=3,
        effort=2,
        remedy=Remedy.MONITORING,
        verification="Fire the alert on purpose in staging",
        last_progress_at=NOW,
    )
    return replace(plain, **changes)


def draft(**changes: Changes) -> Draft:
    """What becomes of a form that was filled in properly."""
    plain = Draft(
        title="Alert when checkout errors exceed 2 % for 5 minutes",
        owner="U0PRIYA",
        due=DUE,
        remedy=Remedy.MONITORING,
        impact=4,
        urgency=3,
        effort=2,
        verification="Fire the alert on purpose in staging",
    )
    return replace(plain, **changes)


def created(by: str = "U0MARCO", at: datetime = NOW, channel: str | None = None, **changes: Changes) -> Created:
    """A new item; `private` and the draft's fields may be given."""
    private = changes.pop("private", False)
    return Created(draft(**changes), by, at, channel, private)


def evidence(**changes: Changes) -> Evidence:
    """An alert that was fired on purpose, and that would tell us."""
    plain = Evidence(VerificationMethod.ALERT_FIRED, "It fired after 5 minutes", would_know=True, guard=LINK)
    return replace(plain, **changes)


def by(user: str = "U0MARCO", at: datetime = NOW, last: LastMove | None = None) -> By:
    """Somebody who acts now."""
    return By(user, at, last)


def change(**changes: Changes) -> Change:
    """U0MARCO started it."""
    return replace(Change("start", State.NOT_STARTED, State.IN_PROGRESS, "U0MARCO", NOW), **changes)


def team(**changes: Changes) -> Team:
    """Payments, in Berlin, led by U0MARCO."""
    plain = Team(
        WORKSPACE, 1, "Payments", "C0PAYMENTS", "U0MARCO", timezone="Europe/Berlin", members=("U0PRIYA", "U0AISHA")
    )
    return replace(plain, **changes)


def incident(**changes: Changes) -> Incident:
    """Checkout down, in its public channel."""
    return replace(Incident(WORKSPACE, 1, "Checkout down", datetime(2026, 11, 3, tzinfo=UTC), "C0INC"), **changes)


def person(**changes: Changes) -> Person:
    """Priya, a full member."""
    return replace(Person(WORKSPACE, "U0PRIYA", "Priya Raman", NOW, "Europe/Berlin"), **changes)


def figures(**changes: Changes) -> Figures:
    """A quiet week, except for what is given."""
    return replace(Figures(), **changes)


def digest(**changes: Changes) -> Digest:
    """Payments' digest of a quiet week."""
    return replace(Digest("Payments", NOW, TODAY, Figures(open=1), (item(),)), **changes)


def slack_is_away(_workspace: str) -> WebClient:
    """A client that is refused at once."""
    return WebClient(base_url="http://127.0.0.1:9/api/", retry_handlers=[])


def names(user: str) -> str:
    """Everybody's name, ready for mrkdwn."""
    return {"U0PRIYA": "Priya Raman", "U0MARCO": "Marco Rossi"}.get(user, user)


def ask(approver: str) -> Ask:
    """A request to say that it will not be done, for *approver* to decide."""
    return Ask(Action.DROP, {"why": "The new client covers it"}, approver)


class SettledDirectory(Directory):
    """Of what was recorded, for tests that ask no Slack: nobody changes, nobody is in a channel, none is shared."""

    def person(self, workspace: str, user: str) -> Person | None:
        """As recorded; somebody of whom nothing was recorded is a member."""
        return self._as_known(workspace, user) or Person(workspace, user, user, NOW)

    def members(self, workspace: str, channel: str) -> frozenset[str]:
        """Nobody that is told."""
        return frozenset()

    def _look_for_private(self, workspace: str) -> tuple[OwnChannel, ...]:
        return ()

    def _is_shared(self, workspace: str, channel: str) -> bool:
        return False

    def _channels_of(self, workspace: str, user: str, key: str, types: str, *, fresh: bool) -> frozenset[str]:
        return frozenset()
