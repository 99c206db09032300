"""Where a review meeting is held, who holds it, and what there is room for; looked up anew for each of its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.deps import Deps
from bot.domain.errors import Unreadable
from bot.domain.incident import Incident, check_may_change
from bot.domain.item import By, Item
from bot.domain.lifecycle import IDEAS, OPEN, PARKED
from bot.domain.meeting import MOST, Room, is_movable
from bot.domain.queries import Wanted
from bot.domain.roles import decides
from bot.domain.team import Team
from handlers.gateway.asked import Asked
from handlers.shared.item_change import remember_asker
from handlers.shared.item_form import likely_team
from handlers.shared.place import Place, place_carried
from storage import incidents, items, teams
from storage.intake import gate


@dataclass(frozen=True)
class Scene:
    """Where the meeting is held: the incident, the channel, the asker's team; and what the incident has already, as
    far as it may be said aloud there."""

    incident: Incident
    place: Place
    team: Team | None
    had: Sequence[Item]
    teams: Mapping[int, Team]

    def team_of(self, item: Item) -> Team | None:
        """The item's team."""
        return self.teams.get(item.team_id or 0)


def scene_carried(deps: Deps, asked: Asked) -> Scene:
    """Where the form was opened, as it is now. Raises `Refused` for who is not there, or may not any more."""
    check_may_change(remember_asker(deps, asked))
    place = place_carried(deps, asked)
    with deps.db.read() as session:
        incident = incidents.find_incident(session, asked.workspace, asked.metadata["incident"])
    if incident is None or incident.channel != place.channel or place.channel is None:
        raise Unreadable
    return scene_at(deps, asked, incident, place)


def scene_at(deps: Deps, asked: Asked, incident: Incident, place: Place) -> Scene:
    aloud = deps.directory.everybody_in(asked.workspace, str(place.channel), private=place.private)
    wanted = Wanted(states=OPEN | IDEAS | PARKED, incident_id=incident.id)
    with deps.db.read() as session:
        every = teams.list_teams(session, asked.workspace)
        had = items.list_items(session, asked.workspace, wanted, aloud)
    return Scene(incident, place, likely_team(every, asked.user), had, {team.id: team for team in every})


def room_in(deps: Deps, asked: Asked, scene: Scene) -> Room:
    person = remember_asker(deps, asked)
    with deps.db.read() as session:
        found = gate(session, asked.workspace, scene.incident.id, scene.team, deps.clock(), lock=False)
    movable = [item for item in scene.had if _is_movable(deps, asked, scene, item)]
    return Room(found, tuple(movable[:MOST]), decides(asked.user, person, scene.team))


def _is_movable(deps: Deps, asked: Asked, scene: Scene, item: Item) -> bool:
    person, team = remember_asker(deps, asked), scene.team_of(item)
    by = By(asked.user, deps.clock(), None, decides(asked.user, person, team))
    return is_movable(item, by, person, team)
