"""Where the card of an item stands that was made in no channel: by a tool, for a team."""

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.team import Team


def card_channel(deps: Deps, team: Team | None, incident: Incident | None) -> tuple[str | None, bool]:
    """The channel, if there is one that everybody in it may see the card in, and whether it is private.

    In the incident's, which makes the item as private as it is; else in the team's, unless that is private: then it
    would be hidden from whoever made it.
    """
    if incident is not None and (incident.channel or incident.private):
        return incident.channel, incident.private
    if team is None:
        return None, False
    try:
        found = deps.directory.channel(team.workspace, team.channel, "")
    except Refused:
        # A channel without the bot: nothing could be posted there. The owner is told all the same.
        return None, False
    return (None, False) if found.private else (found.id, False)
