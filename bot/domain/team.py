"""A team: who leads it, where it reads its digest, and when its week begins."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from bot.domain.days import zone_of
from bot.domain.errors import Refused
from bot.domain.words import Text

DEFAULT_REACTION = "pushpin"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EMOJI = re.compile(r"[a-z0-9_+'\-]{1,100}")
DIGEST_TIME = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)\s+([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE)


MONTHLY, QUARTERLY = "monthly", "quarterly"
LANGUAGES = {"en": "English", "de": "German"}
"""What can be spoken in a team's channel, and the words for it in the form."""
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True)
class WeeklyTime:
    """A day and time of the week in the team's zone, for example Monday 09:00. `weekday` 0 is Monday."""

    weekday: int
    at: time

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.at:%H:%M}"


@dataclass(frozen=True)
class Team:
    """A team of one workspace. `capacity` is the share of time reserved for this work, in percent.

    `leadership_every` says how often its leadership reads a summary: `monthly` or `quarterly`.
    `reaction` is the emoji's name with which a member makes an idea of a message; "" switches that off.
    `outsiders_read`: its own channel names what outsiders in it could not list themselves. `language` is what the bot
    writes in where the team reads together (P12); each person reads their own.
    `tracker` is the connection in which its tickets are made, with `auto_ticket` one for each public item.
    """

    workspace: str
    id: int
    name: str
    channel: str
    lead: str
    timezone: str = "UTC"
    holidays: str = ""
    digest: WeeklyTime = WeeklyTime(0, time(9))
    members: tuple[str, ...] = ()
    # R25: three to five for each incident.
    quota: int = 5
    # R87: ten to fifteen per cent.
    capacity: int = 10
    leadership_channel: str = ""
    # R9: the coach explains and lets one keep one's wording; strict is the team's own choice.
    strict_coach: bool = False
    reaction: str = DEFAULT_REACTION
    leadership_every: str = MONTHLY
    outsiders_read: bool = False
    language: str = DEFAULT_LANGUAGE
    tracker: str = ""
    auto_ticket: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return zone_of(self.timezone)

    def includes(self, user: str) -> bool:
        """Whether *user* is the lead or a member."""
        return user == self.lead or user in self.members


def no_such_team(name: str, known: Sequence[str]) -> Text:
    """What is said when nobody knows the team *name*: the ones that exist."""
    return Text("There is no team “{name}”. Teams: {names}.", name=name, names=", ".join(known) or Text("none yet"))


def parse_weekly_time(text: str) -> WeeklyTime:
    """`mon 09:00` as data. Raises `Refused` for anything else."""
    found = DIGEST_TIME.fullmatch(text.strip())
    if not found:
        raise Refused(Text("“{text}” is not a day and time. Write it like: mon 09:00", text=text), field="digest")
    day, hour, minute = found.groups()
    return WeeklyTime(WEEKDAYS.index(day.lower()), time(int(hour), int(minute)))


def check_language(language: str) -> None:
    """Raises `Refused` for a language that is not spoken."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        reason = Text("“{text}” is no language that I speak. Choose one: {known}.", text=language, known=known)
        raise Refused(reason, "language")


def shared_language(languages: Iterable[str]) -> str:
    """What several teams read together: their language if it is the same, else English."""
    found = set(languages)
    return found.pop() if len(found) == 1 else DEFAULT_LANGUAGE


def parse_reaction(text: str) -> str:
    """`:pushpin:` or `pushpin` as the emoji's name; "" for none. Raises `Refused` for anything else."""
    name = text.strip().strip(":").lower()
    if name and not EMOJI.fullmatch(name):
        raise Refused(
            Text("“{text}” is not the name of an emoji. Write it like :pushpin:", text=text), field="reaction"
        )
    return name
