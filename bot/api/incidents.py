"""`/incidents`: the incidents that the token sees, and those that come from the tools that handled them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bot.api import shapes
from bot.api.answers import Bearer, answer, problems
from bot.api.asked import Id, Line
from bot.api.bodies import Json, etag_of, incident_body
from bot.api.caller import Caller, TokenDoor
from bot.api.cursors import Cursor, mark_of, read_cursor
from bot.api.problems import not_found
from bot.deps import Deps
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.token import TokenScope
from storage import incidents


class IncidentsQuery(BaseModel):
    """The parameters of the list."""

    model_config = ConfigDict(extra="forbid")

    external_id: Line | None = Field(None, description="What the tool that handled it calls it.")
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most.")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="The `next_cursor` of the page before.")] = None


def routes(deps: Deps, door: TokenDoor) -> APIRouter:
    """Everything about incidents."""
    router = APIRouter(tags=["incidents"])

    @router.get("/incidents", response_model=shapes.IncidentsOut, responses=problems())
    def list_incidents(request: Request, bearer: Bearer, query: Annotated[IncidentsQuery, Query()]) -> Response:
        """Incidents in the order in which they were registered."""
        caller = door.enter(request, bearer, TokenScope.ITEMS_READ)
        mark = mark_of(query.external_id)
        begun = read_cursor(query.cursor, mark)
        with deps.db.read() as session:
            found = incidents.list_incidents_after(
                session, caller.workspace, caller.viewer,
                after=begun.after if begun else 0, limit=query.limit + 1, external_id=query.external_id,
            )  # fmt: skip
        page = [incident_body(incident) for incident in found[: query.limit]]
        more = Cursor(page[-1]["id"], mark).text if len(found) > query.limit else None
        return answer({"incidents": page, "next_cursor": more})

    @router.get("/incidents/{id}", response_model=shapes.IncidentOut, responses=problems(404))
    def get_incident(request: Request, bearer: Bearer, id: Id) -> Response:  # noqa: A002 – its name in the address
        """One incident, with its `ETag`."""
        caller = door.enter(request, bearer, TokenScope.ITEMS_READ)
        with deps.db.read() as session:
            body = _body(session, caller, id)
        return answer(body, headers={"ETag": etag_of(body)})

    return router


def seen_incident(session: Session, caller: Caller, incident_id: int, *, lock: bool = False) -> Incident:
    """The incident. Raises `Problem` when there is none that the token may see."""
    try:
        return incidents.get_incident(session, caller.workspace, incident_id, caller.viewer, lock=lock)
    except NotFound:
        raise not_found(f"Incident {incident_id}") from None


def _body(session: Session, caller: Caller, incident_id: int) -> Json:
    return incident_body(seen_incident(session, caller, incident_id))
