"""`GET /items`, `/items/{number}`, `/items/{number}/history`, `/teams` and `/measures`."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from sqlalchemy.orm import Session

from bot.api import shapes
from bot.api.answers import Bearer, answer, problems
from bot.api.asked import ItemNumber, ShortWords
from bot.api.caller import Caller, TokenDoor
from bot.api.cursors import Cursor, read_cursor
from bot.api.items_query import ItemsQuery, wanted_in
from bot.api.people import person_id
from bot.api.problems import Wrong, invalid, not_found
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused
from bot.domain.measures_json import as_json
from bot.domain.month import Month, month_of, parse_month
from bot.domain.team import Team
from bot.domain.token import TokenScope
from bot.services.bodies import JsonBody, change_body, etag_of, item_bodies, team_body
from storage import changes, items, reports, teams
from storage.people import list_names
from storage.updates import newest_change, settle


class Reading:
    """Everything that reads items, teams and measures."""

    def __init__(self, deps: Deps, door: TokenDoor) -> None:
        self._deps, self._door = deps, door

    def routes(self) -> APIRouter:
        """In the order in which they are documented."""
        router, one = APIRouter(), "/items/{number}"
        router.get("/items", response_model=shapes.ItemsOut, responses=problems(), tags=["items"])(self.list_items)
        router.get(one, response_model=shapes.ItemOut, responses=problems(404) | {304: {}}, tags=["items"])(
            self.get_item
        )
        router.get(f"{one}/history", response_model=shapes.HistoryOut, responses=problems(404), tags=["items"])(
            self.get_history
        )
        router.get("/teams", response_model=shapes.TeamsOut, responses=problems(), tags=["teams"])(self.list_teams)
        router.get("/measures", response_model=shapes.MeasuresOut, responses=problems(), tags=["measures"])(
            self.get_measures
        )
        return router

    def list_items(self, request: Request, bearer: Bearer, query: Annotated[ItemsQuery, Query()]) -> Response:
        """Items in the order of their numbers, which never change: no row is missed or seen twice."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_READ)
        body, as_of = page_of(self._deps, caller, query)
        return answer(body, headers={"As-Of": as_of} if as_of else {})

    def get_item(
        self, request: Request, bearer: Bearer, number: ItemNumber,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Response:  # fmt: skip
        """One item, with its `ETag`."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_READ)
        with self._deps.db.read() as session:
            body = body_of(self._deps, session, caller, number)
        etag = etag_of(body)
        if if_none_match and etag in {each.strip().removeprefix("W/") for each in if_none_match.split(",")}:
            return Response(status_code=304, headers={"ETag": etag})
        return answer(body, headers={"ETag": etag})

    def get_history(self, request: Request, bearer: Bearer, number: ItemNumber) -> Response:
        """Who did what, when, from where to where, and why; oldest first."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_READ)
        return answer(history_of(self._deps, caller, number))

    def list_teams(self, request: Request, bearer: Bearer) -> Response:
        """Every team, by name."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_READ)
        with self._deps.db.read() as session:
            found = teams.list_teams(session, caller.workspace)
        return answer({"teams": [team_body(team) for team in found]})

    def get_measures(
        self,
        request: Request,
        bearer: Bearer,
        team: Annotated[ShortWords | None, Query(description="By name; none: the whole workspace.")] = None,
        month: Annotated[ShortWords | None, Query(description="`YYYY-MM`; none: the running month.")] = None,
    ) -> Response:
        """The measures of a month; what the token does not see does not count."""
        caller = self._door.enter(request, bearer, TokenScope.MEASURES_READ)
        return answer(measures_of(self._deps, caller, team, month))


def page_of(deps: Deps, caller: Caller, query: ItemsQuery) -> tuple[JsonBody, str]:
    """A page, and where the next reading of what is new begins: the newest change that the token may see."""
    wrong = Wrong()
    begun = wrong.take(lambda: read_cursor(query.cursor, query.mark), None)
    owner = wrong.take(lambda: person_id(deps, caller.workspace, query.owner or ""), None) if query.owner else None
    if query.updated_since:
        with deps.db.read() as session:
            settle(session, caller.workspace)
    now = deps.clock()
    with deps.db.read() as session:
        wanted = wanted_in(session, caller.workspace, query, owner, now, wrong)
        wrong.check()
        newest = None if begun else newest_change(session, caller.workspace, everything=caller.viewer is None)
        # One more than asked for says whether there is another page.
        find = partial(items.list_by_number, session, caller.workspace, wanted, caller.viewer)
        found = find(after=begun.after if begun else 0, limit=query.limit + 1, since=query.updated_since)
        page = item_bodies(session, caller.workspace, found[: query.limit], now)
    as_of = begun.as_of if begun else newest.isoformat() if newest else ""
    more = Cursor(page[-1]["number"], query.mark, as_of).text if len(found) > query.limit else None
    return {"items": page, "next_cursor": more}, as_of


def body_of(deps: Deps, session: Session, caller: Caller, number: int) -> JsonBody:
    """The item. Raises `HttpProblem` when there is none that the token may see."""
    found = items.find_listed(session, caller.workspace, number, caller.viewer)
    if found is None:
        raise not_found(f"AI-{number}")
    return item_bodies(session, caller.workspace, [found], deps.clock())[0]


def history_of(deps: Deps, caller: Caller, number: int) -> JsonBody:
    """The lines of the item's history. Raises `HttpProblem` as `body_of`."""
    with deps.db.read() as session:
        if items.find_listed(session, caller.workspace, number, caller.viewer) is None:
            raise not_found(f"AI-{number}")
        history = changes.list_changes(session, caller.workspace, number)
        names = list_names(session, caller.workspace, {change.by for change in history})
    return {"history": [change_body(change, names) for change in history]}


def measures_of(deps: Deps, caller: Caller, team: str | None, month: str | None) -> JsonBody:
    """The measures. Raises `HttpProblem` for a team or month that there is not."""
    now, wrong = deps.clock(), Wrong()
    with deps.db.read() as session:
        found = wrong.take(lambda: _team(session, caller, team), None)
        running = month_of(now, found.zone if found else reports.NO_TEAM)
        wanted = wrong.take(lambda: _month(month, running), running)
        wrong.check()
        return as_json(reports.report(session, caller.workspace, found, wanted, now, caller.viewer))


def _team(session: Session, caller: Caller, name: str | None) -> Team | None:
    try:
        return teams.get_team(session, caller.workspace, name) if name else None
    except NotFound as error:
        raise invalid({"team": error.reason}) from None


def _month(given: str | None, running: Month) -> Month:
    try:
        return parse_month(given, running) if given else running
    except Refused as error:
        raise invalid({"month": error.reason}) from None
