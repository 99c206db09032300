"""An incident: the channel it was handled in, and what its items are linked to."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.errors import Refused


class Severity(StrEnum):
    """How bad it was. The values are the words in the form."""

    SEV1 = "SEV1 – critical"
    SEV2 = "SEV2 – major"
    SEV3 = "SEV3 – minor"
    SEV4 = "SEV4 – low"


@dataclass(frozen=True)
class Incident:
    """An incident of one workspace. `channel` is None when it was imported without one."""

    workspace: str
    id: int
    title: str
    began_at: datetime
    channel: str | None = None
    private: bool = False
    severity: Severity | None = None
    postmortem_url: str = ""


def check_shown_in(incident: Incident, channel: str | None, *, private: bool) -> None:
    """Raises `Refused` when an item in *channel* would tell of a private incident to people who may not know of it."""
    if incident.private and not (private and channel == incident.channel):
        raise Refused("That incident was handled in a private channel. Create an item there instead.", "incident")


def title_from_channel(name: str, pattern: str) -> str:
    """A first title from the channel's name: `inc-2026-11-03-checkout-down` → `Checkout down, 2026-11-03`."""
    rest = re.sub(pattern, "", name)
    date = re.match(r"(\d{4}-?\d{2}-?\d{2})[-_]?", rest)
    words = re.sub(r"[-_]+", " ", rest[date.end() :] if date else rest).strip()
    title = words[:1].upper() + words[1:] if words else name
    return f"{title}, {date.group(1)}" if date and words else title
