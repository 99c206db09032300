"""What comes by itself, for whoever types its name: when it comes next, where, and who may post it now."""

from collections.abc import Callable

from bot.blocks.rituals import digest_comes, leadership_comes, themes_known
from bot.deps import Deps
from bot.domain.digest import next_digest
from bot.domain.errors import Refused
from bot.domain.team import Team
from bot.services.days_off import days_off
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from storage import teams
from storage.themes import list_known_themes

NO_TEAM = "You are in no team yet, so no digest comes to you. An admin makes one with `/actionitem team`."


def register(router: Router, deps: Deps) -> None:
    """`digest`, `leadership` and `themes`: no subcommands, but people type them."""
    router.word("digest", lambda asked: _of_teams(deps, asked, lambda team: _digest(deps, team)))
    router.word("leadership", lambda asked: _of_teams(deps, asked, leadership_comes))
    router.word("themes", lambda asked: _themes(deps, asked))


def _of_teams(deps: Deps, asked: Asked, say: Callable[[Team], str]) -> Answer:
    """A line for each team that they are in, or that reads in this channel."""
    with deps.db.read() as session:
        every = teams.list_teams(session, asked.workspace)
    mine = [team for team in every if team.includes(asked.user) or team.channel == asked.channel]
    if not mine:
        raise Refused(NO_TEAM)
    return Answer("\n".join(say(team) for team in mine))


def _digest(deps: Deps, team: Team) -> str:
    return digest_comes(team, next_digest(team, deps.clock(), days_off(team)))


def _themes(deps: Deps, asked: Asked) -> Answer:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        return Answer(themes_known(list_known_themes(session, asked.workspace, viewer)))
