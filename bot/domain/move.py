"""Moving an item to another team: for the lead of the team that it leaves, or an admin, to decide.

Whoever leads an item's team decides about its risk. If anybody could move it, they would choose who that is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from bot.domain.errors import Refused
from bot.domain.item import By, Draft, Item, Moved, moved, refuse_if_ended
from bot.domain.lifecycle import Action
from bot.domain.words import Text


@dataclass(frozen=True)
class TeamMove:
    """To which team, as a request keeps it; the names are those of the day on which it was asked. None: to no team."""

    action: ClassVar = Action.MOVE

    to: int | None
    to_name: str
    from_name: str
    why: str = ""

    def check(self, _today: object) -> None:
        """Nothing of it becomes wrong while it waits: whatever changes the item ends the request."""


def needs_its_lead(item: Item, by: By, team_id: int | None) -> bool:
    """Whether somebody else has to agree that the item goes to that team."""
    # What has no team has nobody yet who would decide about it.
    return item.team_id is not None and team_id != item.team_id and not by.decides


def move(item: Item, by: By, terms: TeamMove, detail: Mapping[str, Any]) -> Moved:
    """The item in the other team, whose lead decides about it from now on."""
    refuse_if_ended(item)
    told = {**detail, "team_id": {"from": item.team_id, "to": terms.to}}
    return moved(item, replace(item, team_id=terms.to, team_name=terms.to_name), Action.MOVE, by, "", told)


def check_promoted_in(idea: Item, by: By, draft: Draft) -> None:
    """Raises `Refused` at “team” when promoting an idea would take it from its team."""
    if needs_its_lead(idea, by, draft.team_id):
        raise Refused(
            Text(
                "{item} is an idea of {team}. Promote it there; “Edit” asks the lead of {team} to move it.",
                item=idea.label,
                team=idea.team_name,
            ),
            "team",
        )
