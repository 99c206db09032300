"""What is said of rituals to whoever asks for one by name: when it comes next, and who may post it now."""

from collections.abc import Sequence
from datetime import datetime

from bot.blocks.text import day, escape
from bot.domain.team import QUARTERLY, Team
from bot.domain.words import _

DIGEST = (
    "The digest of *{team}* comes next on {day} at {time} ({zone}) in {channel}. "
    "Who runs me posts it now: `actionitem ritual weekly-digest --team {name}`."
)
LEADERSHIP = (
    "The leadership summary of *{team}* comes on the first working day of a month at 12:00 in {channel}. "
    "Who runs me posts it now: `actionitem ritual leadership-summary --team {name}`."
)
LEADERSHIP_QUARTERLY = (
    "The leadership summary of *{team}* comes on the first working day of a quarter at 12:00 in {channel}. "
    "Who runs me posts it now: `actionitem ritual leadership-summary --team {name}`."
)
NO_LEADERSHIP = "*{team}* has no leadership channel, so no summary comes. Its lead chooses one with `/actionitem team`."
THEMES = "Themes: {themes}. `/actionitem list theme WORD` lists the items of one."
NO_THEMES = "No item has a theme yet. “Themes” is a field of the item's form, under “More fields”."


def digest_comes(team: Team, at: datetime) -> str:
    """When a team's digest comes next: at the moment *at*."""
    there = at.astimezone(team.zone)
    return _(
        DIGEST, team=escape(team.name), day=day(there.date()), time=f"{there:%H:%M}", zone=escape(team.timezone),
        channel=f"<#{team.channel}>", name=_as_argument(team),
    )  # fmt: skip


def leadership_comes(team: Team) -> str:
    """When its leadership reads a summary, and where."""
    if not team.leadership_channel:
        return _(NO_LEADERSHIP, team=escape(team.name))
    return _(
        LEADERSHIP_QUARTERLY if team.leadership_every == QUARTERLY else LEADERSHIP,
        team=escape(team.name), channel=f"<#{team.leadership_channel}>", name=_as_argument(team),
    )  # fmt: skip


def themes_known(themes: Sequence[str]) -> str:
    """The themes of what the asker may see."""
    return _(THEMES, themes=", ".join(map(escape, themes))) if themes else _(NO_THEMES)


def _as_argument(team: Team) -> str:
    name = escape(team.name)
    return f'"{name}"' if " " in name else name
