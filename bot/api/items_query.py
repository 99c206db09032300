"""What `GET /items` can be asked for, and the condition that it is."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bot.api.asked import LARGEST_ID, NO_TRUTH, Moment, ShortWords
from bot.api.cursors import mark_of
from bot.api.problems import Wrong, invalid
from bot.domain.digest import STALE_AFTER
from bot.domain.errors import NotFound
from bot.domain.lifecycle import ENDED, IDEAS, OPEN, PARKED, State
from bot.domain.queries import Wanted, today_of
from storage import teams

GROUPS = {"open": OPEN, "parked": PARKED, "ended": ENDED, "ideas": IDEAS}
"""Several states in a word."""
_STATES = "One or more, with commas or given again; also `open`, `parked`, `ended`, `ideas`."
_SINCE = (
    "Changed at that moment or later. The header `As-Of` of the first page is the moment from which to read next time: "
    "nothing that changed is missed then, whatever happens between."
)


class ItemsQuery(BaseModel):
    """The parameters; every condition that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    state: list[ShortWords] | None = Field(None, description=_STATES)
    team: ShortWords | None = Field(None, description="By name.")
    owner: ShortWords | None = Field(None, description="A Slack id, or an e-mail address.")
    incident: Annotated[int, Field(ge=1, le=LARGEST_ID), NO_TRUTH] | None = None
    overdue: bool | None = None
    stale: bool | None = Field(None, description="Open, without progress for thirty days.")
    blocked: bool | None = None
    updated_since: Moment | None = Field(None, description=_SINCE)
    q: ShortWords | None = Field(None, description="Words that are all in it.")
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most."), NO_TRUTH] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="The `next_cursor` of the page before.")] = None

    @property
    def mark(self) -> str:
        """What a cursor belongs to: the conditions, whatever the size of the page."""
        return mark_of(self.model_dump(mode="json", exclude={"limit", "cursor"}))


def wanted_in(
    session: Session, workspace: str, query: ItemsQuery, owner: str | None, now: datetime, wrong: Wrong
) -> Wanted:
    """The conditions as storage knows them; a state or team that there is not is kept in *wrong*."""
    wanted = Wanted(
        states=wrong.take(lambda: _states(query.state), None),
        owner=owner,
        team_id=wrong.take(lambda: _team_id(session, workspace, query.team), None),
        incident_id=query.incident,
        blocked=query.blocked,
        words=tuple(query.q.split()) if query.q else (),
    )
    open_too = OPEN if wanted.states is None else wanted.states & OPEN
    if query.overdue is not None:
        today = today_of(teams.list_teams(session, workspace), now)
        late = {"states": open_too, "overdue": today} if query.overdue else {"not_overdue": today}
        wanted = replace(wanted, **late)
    if query.stale is not None:
        since = now - STALE_AFTER
        idle = {"states": open_too, "no_progress_since": since} if query.stale else {"not_stale_since": since}
        wanted = replace(wanted, **idle)
    return wanted


def _states(given: list[str] | None) -> frozenset[State] | None:
    if not given:
        return None
    names = [name for text in given for name in text.replace(",", " ").split()]
    unknown = [name for name in names if name not in GROUPS and name not in set(State)]
    if unknown or not names:
        known = ", ".join([*State, *GROUPS])
        raise invalid({"state": f"There is no state “{(unknown or given)[0]}”. States: {known}."})
    return frozenset[State]().union(*(GROUPS.get(name) or {State(name)} for name in names))


def _team_id(session: Session, workspace: str, name: str | None) -> int | None:
    if name is None:
        return None
    try:
        return teams.get_team(session, workspace, name).id
    except NotFound as error:
        raise invalid({"team": error.reason}) from None
