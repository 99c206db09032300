"""An incident: the channel it was handled in, and what its items are linked to."""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errors import Refused, refuse_at
from bot.domain.form_fields import INCIDENT
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, is_link, too_long
from bot.domain.person import Person
from bot.domain.words import Text

FACTS = tuple(field.name for field in INCIDENT)
"""What people say of an incident in its form."""
SERVICE_LIMIT = 80
"""Characters of a service's name."""


class Severity(StrEnum):
    """The usual words for how bad it was, where a workspace has none of its own (`policy.severities`)."""

    SEV1 = "SEV1 – critical"
    SEV2 = "SEV2 – major"
    SEV3 = "SEV3 – minor"
    SEV4 = "SEV4 – low"


@dataclass(frozen=True)
class Incident:
    """An incident of one workspace. `channel` is None when it was imported without one.

    `severity` is a word of the workspace's. Its end was said at `end_said_at`. `none_needed` is why it needs neither
    post-mortem nor items; `asked_on` the day on which its channel was last asked for them, for the `times_asked`-th
    time, when it was `asked_team`'s. `external_id` is what the tool that handled it calls it, where one registered it.
    """

    workspace: str
    id: int
    title: str
    began_at: datetime
    channel: str | None = None
    private: bool = False
    severity: str | None = None
    postmortem_url: str = ""
    root_cause: str = ""
    services: tuple[str, ...] = ()
    recurrence_of: int | None = None
    ended_at: datetime | None = None
    end_said_at: datetime | None = None
    lead: str = ""
    none_needed: str = ""
    asked_on: date | None = None
    asked_team: int | None = None
    times_asked: int = 0

    @property
    def lasted(self) -> timedelta | None:
        """From its beginning to its end; None while it is not said to be over."""
        return self.ended_at - self.began_at if self.ended_at else None

    @property
    def judged_at(self) -> datetime | None:
        """The moment whose policy it lives by: when its end was said; None while it is not over."""
        # Not the end itself, which may be said days later: what was asked of it until then was asked of nobody.
        return self.end_said_at or self.ended_at

    external_id: str | None = None


def check_may_change(person: Person | None) -> None:
    """Raises `Refused` for a guest, and for whom Slack does not know: they neither rename an incident nor rate it."""
    if person is None or person.is_guest:
        raise Refused("Guests see this incident and cannot change it. Ask a full member.")


def check_end(incident: Incident, now: datetime) -> None:
    """Raises `Refused` at “ended_at” when it ends before it began, or later than *now*."""
    if incident.ended_at is None:
        return
    if incident.ended_at > now:
        raise Refused("Choose when it ended: a moment that has passed.", field="ended_at")
    if incident.ended_at < incident.began_at:
        raise Refused("It ends before it began. Choose a later moment, or correct when it began.", field="ended_at")


def marks(incident: Incident) -> dict[str, str]:
    """A short mark of each fact, for the form that shows them to remember: two facts of one mark are the same."""
    # Marks and not the facts: a modal carries 3,000 characters, and a root cause alone may have as many.
    return {name: _mark(getattr(incident, name)) for name in FACTS}


def kept_up(typed: Incident, seen: Mapping[str, str], now: Incident) -> Incident:
    """What was *typed*; and as they are *now*, the facts that its writer left as the form had shown them (`seen`)."""
    # Without this, of two who had the form open at once the second erased what the first had said.
    untouched = {name for name, mark in marks(typed).items() if seen.get(name) == mark}
    return replace(typed, **{name: getattr(now, name) for name in untouched})


def _mark(fact: object) -> str:
    known = int(fact.timestamp()) if isinstance(fact, datetime) else fact  # a form knows no fractions of a second
    return hashlib.blake2s(str(known).encode(), digest_size=6).hexdigest()


def parse_services(text: str) -> tuple[str, ...]:
    """`checkout, Search API` as services, each once. Raises `Refused` at “services”."""
    named = (" ".join(part.split()) for part in re.split(r"[,;\n]", text))
    # `Checkout` and `checkout` are one service, or recurrence by service would miss it (R105).
    services = tuple({service.casefold(): service for service in named if service}.values())
    if any(len(service) > SERVICE_LIMIT for service in services):
        reason = Text("A service has up to {limit} characters. Put commas between them.", limit=SERVICE_LIMIT)
        raise Refused(reason, field="services")
    return services


def check_facts(incident: Incident, now: datetime) -> None:
    """Raises `Missing` with the field of each fact that cannot be."""
    wrong: dict[str, Text | None] = {}
    if not incident.title or len(incident.title) > TITLE_LIMIT:
        wrong["title"] = Text("Name the incident in 1 to {limit} characters.", limit=TITLE_LIMIT)
    if incident.postmortem_url and not is_link(incident.postmortem_url):
        wrong["postmortem_url"] = Text("Paste the link to the post-mortem: it begins with https://")
    if incident.began_at > now:
        wrong["began_at"] = Text("Choose when it began: a moment that has passed.")
    wrong["root_cause"] = too_long(incident.root_cause, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    refuse_at(wrong)


def check_same_as(incident: Incident, earlier: Incident, line: Collection[int]) -> None:
    """Raises `Refused` when *incident* cannot be *earlier* once more; `line`: what *earlier* goes back to.

    Nothing public may point to something private.
    """
    if incident.workspace != earlier.workspace:
        raise Refused("That incident does not exist any more. Choose another one.", "earlier")
    # Else the incidents would repeat each other in a ring, and whoever walks it would never arrive.
    if incident.id in line:
        raise Refused("That incident came later, or is this one. Choose an earlier one.", "earlier")
    if earlier.private:  # the link is seen by whoever sees the later one
        raise Refused("That incident was handled in a private channel, so nothing can point to it.", "earlier")


def check_shown_in(incident: Incident, channel: str | None, *, private: bool) -> None:
    """Raises `Refused` when an item in *channel* would tell of a private incident to people who may not know of it."""
    if incident.private and not (private and channel == incident.channel):
        raise Refused("That incident was handled in a private channel. Create an item there instead.", "incident")


def may_be_named(incident: Incident, channel: str | None, *, private: bool) -> bool:
    """Whether everybody who sees an item in *channel* may know of its incident, which may have become private."""
    # An imported incident may be private without a channel; then all its items are private too.
    return not incident.private or (private and incident.channel in (None, channel))


def title_from_channel(name: str, pattern: str) -> str:
    """A first title from the channel's name: `inc-2026-11-03-checkout-down` → `Checkout down, 2026-11-03`."""
    rest = re.sub(pattern, "", name)
    date = re.match(r"(\d{4}-?\d{2}-?\d{2})[-_]?", rest)
    words = re.sub(r"[-_]+", " ", rest[date.end() :] if date else rest).strip()
    title = words[:1].upper() + words[1:] if words else name
    return f"{title}, {date.group(1)}" if date and words else title


def lacks_title(title: str) -> bool:
    """Whether the title is no more than a number and a word or two, as channels are called: `2050 dns`."""
    return bool(re.fullmatch(r"\d+( [^\W\d]+){0,2}", title))
