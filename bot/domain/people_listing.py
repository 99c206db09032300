"""When everybody in a workspace is read from Slack's list: once at the installation, then every night."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

NIGHT = time(3)
SPREAD_S = 3600
"""Workspaces do not all begin in the same second."""


@dataclass(frozen=True)
class PeopleListing:
    """How far the list of a workspace was read. `cursor` is Slack's, of the page that is next; "" of the first one.

    `began_at`: when the reading under way began; `listed_at`: when one last came to its end; None: none did.
    """

    workspace: str
    due_at: datetime
    cursor: str = ""
    began_at: datetime | None = None
    listed_at: datetime | None = None


def night_after(now: datetime, zone: ZoneInfo, workspace: str) -> datetime:
    """When the workspace is read next after *now*: in the next night of its zone that has not begun."""
    today = now.astimezone(zone).date()
    nights = (datetime.combine(today + timedelta(days=days), NIGHT, zone) for days in (0, 1))
    # By seconds that pass and not by the clock on the wall, which may skip the hour or have it twice.
    offset = timedelta(seconds=crc32(workspace.encode()) % SPREAD_S)
    return next(night for night in nights if night > now).astimezone(now.tzinfo) + offset
