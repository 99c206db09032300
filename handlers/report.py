"""The measures of a team or of the workspace, for a month; of what the reader may see."""

import re
from functools import partial

from bot.blocks.ids import Button
from bot.blocks.report import measures_view, report_blocks, report_text
from bot.deps import Deps
from bot.domain.errors import NotFound, Unreadable
from bot.domain.month import Month, month_of, parse_month
from bot.domain.pressed import MeasuresOf
from bot.domain.queries import Viewer
from bot.domain.sentence import plain, unquoted
from bot.domain.team import Team
from bot.domain.words import speak
from bot.languages import catalogue
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.shared.place import place_of, speak_to_channel
from storage.reports import NO_TEAM, report
from storage.teams import get_team, list_team_ids
from storage.thresholds import list_thresholds

USAGE = "report [team NAME] [MONTH] [public]"
TEAM, PUBLIC = "team", "public"


def register(router: Router, deps: Deps) -> None:
    """`report …`."""
    router.button(Button.MEASURES, partial(_explain, deps))
    router.subcommand("report", partial(_report, deps), USAGE, "shows the measures; of the workspace, or of a team")


def _report(deps: Deps, asked: Asked) -> Answer:
    words = unquoted(plain(asked.text)).split()
    public = bool(words) and words[-1].lower() == PUBLIC
    team, month = _wanted(deps, asked, words[:-1] if public else words)
    if public and team:
        speak(catalogue(team.language))
    elif public:
        speak_to_channel(deps, asked)
    viewer = _channel(deps, asked) if public else deps.directory.viewer(asked.workspace, asked.user, fresh=True)
    with deps.db.read() as session:
        found = report(session, asked.workspace, team, month, deps.clock(), viewer)
    return Answer(report_text(found), report_blocks(found), public=public)


def _explain(deps: Deps, asked: Asked) -> None:
    """What each measure means and what would move it, with the figures of the report that the button stands under."""
    wanted = MeasuresOf.read(asked.value)
    month = _month(wanted.month)
    with deps.db.read() as session:
        known = list_team_ids(session, asked.workspace)
    team = known.get(wanted.team_id)
    if wanted.team_id and team is None:
        raise Unreadable
    # What a team's channel reads together, each there may read again; all else with their own eyes.
    in_channel = team is not None and team.channel == asked.channel and not asked.message_is_ephemeral
    viewer = _channel(deps, asked) if in_channel else deps.directory.viewer(asked.workspace, asked.user, fresh=True)
    with deps.db.read() as session:
        found = report(session, asked.workspace, team, month, deps.clock(), viewer)
        own = list_thresholds(session, asked.workspace)
    asked.open(measures_view(found, own))


def _month(text: str) -> Month:
    """As a button carries it. Raises `Unreadable`."""
    if not re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise Unreadable
    return Month(int(text[:4]), int(text[5:]))


def _wanted(deps: Deps, asked: Asked, words: list[str]) -> tuple[Team | None, Month]:
    """The team and the month that are named: a team's name may have several words, a month two."""
    running = month_of(deps.clock(), NO_TEAM)
    if not words or words[0].lower() != TEAM:
        return None, parse_month(" ".join(words), running) if words else running
    # The longest name first: there may be a team “Payments” and a team “Payments May”.
    for cut in range(len(words), 1, -1):
        try:
            team = _team(deps, asked.workspace, " ".join(words[1:cut]))
        except NotFound:
            continue
        # The team's month: in Auckland it begins half a day earlier.
        running = month_of(deps.clock(), team.zone)
        return team, parse_month(" ".join(words[cut:]), running) if words[cut:] else running
    return _team(deps, asked.workspace, " ".join(words[1:])), running


def _team(deps: Deps, workspace: str, name: str) -> Team:
    with deps.db.read() as session:
        return get_team(session, workspace, name)


def _channel(deps: Deps, asked: Asked) -> Viewer:
    """Who reads what is shown in the channel."""
    place = place_of(deps, asked)
    return Viewer("", frozenset({place.channel} if place.channel and place.private else ()))
