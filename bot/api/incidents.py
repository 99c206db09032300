"""`/incidents`: the incidents that the token sees, and those that come from the tools that handled them."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from bot.api import shapes
from bot.api.answers import Bearer, answer, problems
from bot.api.asked import PREFIX, Id, Moment, RequestBody, ShortWords, Words
from bot.api.caller import Caller, TokenDoor
from bot.api.cursors import Cursor, mark_of, read_cursor
from bot.api.editing import IfMatch, check_unchanged
from bot.api.once import Done, Key, done_once
from bot.api.problems import NEVER_EMPTY, Wrong, invalid, not_found
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused, Unavailable
from bot.domain.incident import Incident, check_end, check_facts, parse_services
from bot.domain.policy import severity_of
from bot.domain.slack_ids import CHANNEL_ID
from bot.domain.token import TokenScope
from bot.services.bodies import JsonBody, etag_of, incident_body
from bot.services.incident_change import change_incident
from storage import incidents
from storage.policies import list_policies

# The same of one that is private: who asks is not to learn that there is one.
NO_SUCH_CHANNEL = (
    "That channel does not exist, the bot is not in it, or this token may not see it: a private one needs private:read."
)


class IncidentIn(RequestBody):
    """An incident, as the tool that handled it knows it."""

    title: Words = Field(examples=["Checkout down"])
    severity: ShortWords | None = Field(
        None, description="`SEV1` to `SEV4`, or a word of your policies.", examples=["SEV2"]
    )
    started_at: Moment | None = Field(None, description="Not given: now.")
    ended_at: Moment | None = Field(None, description="Not given: it is not over.")
    channel: ShortWords | None = Field(None, description="The id of the channel in Slack where it is handled.")
    services: Annotated[list[ShortWords] | None, Field(max_length=100)] = None
    root_cause: Words | None = None
    postmortem_url: Words | None = None
    external_id: Annotated[ShortWords | None, Field(min_length=1, description="What your tool calls it.")] = None


class IncidentPatch(RequestBody):
    """What changes; what is not given stays."""

    title: Words | None = None
    severity: ShortWords | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    channel: ShortWords | None = None
    services: Annotated[list[ShortWords] | None, Field(max_length=100)] = None
    root_cause: Words | None = None
    postmortem_url: Words | None = None
    external_id: Annotated[ShortWords | None, Field(min_length=1)] = None


class IncidentsQuery(BaseModel):
    """The parameters of the list."""

    model_config = ConfigDict(extra="forbid")

    external_id: ShortWords | None = Field(None, description="What the tool that handled it calls it.")
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most.")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="The `next_cursor` of the page before.")] = None


class Incidents:
    """`/incidents` and `/incidents/{id}`."""

    def __init__(self, deps: Deps, door: TokenDoor) -> None:
        self._deps, self._door = deps, door

    def routes(self) -> APIRouter:
        """Everything about incidents."""
        router, one = APIRouter(tags=["incidents"]), "/incidents/{id}"
        router.get("/incidents", response_model=shapes.IncidentsOut, responses=problems())(self.list_incidents)
        router.get(one, response_model=shapes.IncidentOut, responses=problems(404))(self.get_incident)
        router.post(
            "/incidents", response_model=shapes.IncidentOut, status_code=201,
            responses=problems(400, 409) | {200: {"model": shapes.IncidentOut, "description": "It was there: updated"}},
        )(self.register_incident)  # fmt: skip
        may_fail = problems(400, 404, 409, 412)
        router.patch(one, response_model=shapes.IncidentOut, responses=may_fail)(self.edit_incident)
        return router

    def list_incidents(self, request: Request, bearer: Bearer, query: Annotated[IncidentsQuery, Query()]) -> Response:
        """Incidents in the order in which they were registered."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_READ)
        mark = mark_of(query.external_id)
        begun = read_cursor(query.cursor, mark)
        with self._deps.db.read() as session:
            found = incidents.list_incidents_after(
                session, caller.workspace, caller.viewer,
                after=begun.after if begun else 0, limit=query.limit + 1, external_id=query.external_id,
            )  # fmt: skip
        page = [incident_body(incident) for incident in found[: query.limit]]
        more = Cursor(page[-1]["id"], mark).text if len(found) > query.limit else None
        return answer({"incidents": page, "next_cursor": more})

    def get_incident(self, request: Request, bearer: Bearer, id: Id) -> Response:  # noqa: A002 – its name in the address
        """One incident, with its `ETag`."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_READ)
        with self._deps.db.read() as session:
            body = _body(session, caller, id)
        return answer(body, headers={"ETag": etag_of(body)})

    def register_incident(
        self, request: Request, bearer: Bearer, body: IncidentIn, idempotency_key: Key = None
    ) -> Response:
        """Registers an incident; one with that `external_id`, or of that channel, is updated."""
        caller = self._door.enter(request, bearer, TokenScope.INCIDENTS_WRITE)
        return done_once(self._deps, request, caller, idempotency_key, body, lambda: _ready(self._deps, caller, body))

    def edit_incident(
        self,
        request: Request,
        bearer: Bearer,
        id: Id,  # noqa: A002 – its name in the address
        body: IncidentPatch,
        if_match: IfMatch = None,
    ) -> Response:
        """Changes what is given."""
        caller, wrong = self._door.enter(request, bearer, TokenScope.INCIDENTS_WRITE), Wrong()
        channel, private = _channel(self._deps, caller, body.channel, wrong)
        with self._deps.db.begin() as session:
            now = seen_incident(session, caller, id, lock=True)
            check_unchanged(if_match, incident_body(now))
            with wrong.kept():
                _check_kept(body, incident_body(now))
            with wrong.kept():
                if channel and channel != now.channel:
                    _bind(session, caller, now, channel, private=private)
            facts = _facts(body, list_policies(session, caller.workspace).words, wrong)
            _record(self._deps, session, caller, now, replace(now, **facts), wrong)
            done = _body(session, caller, id)
        return answer(done, headers={"ETag": etag_of(done)})


_KEPT = ("title", "started_at", "channel", "external_id")


def _check_kept(body: IncidentPatch, now: JsonBody) -> None:
    """Raises `HttpProblem` where null is given for what an incident keeps once it has it."""
    given = body.model_dump(exclude_unset=True)
    if emptied := [name for name in _KEPT if name in given and given[name] is None and now[name] is not None]:
        raise invalid(dict.fromkeys(emptied, NEVER_EMPTY))


def _ready(deps: Deps, caller: Caller, body: IncidentIn) -> Callable[[Session], Done]:
    wrong = Wrong()
    channel, private = _channel(deps, caller, body.channel, wrong)
    return lambda session: _registered(deps, session, caller, body, channel, wrong, private=private)


def _channel(deps: Deps, caller: Caller, given: str | None, wrong: Wrong) -> tuple[str | None, bool]:
    """The channel, and whether it is private; none where there is none, or none that could be bound to (*wrong*)."""
    with wrong.kept():
        if given is not None:
            return _known_channel(deps, caller, given)
    return None, False


def _known_channel(deps: Deps, caller: Caller, given: str) -> tuple[str, bool]:
    """Asks Slack. Raises `HttpProblem` where it cannot be bound to."""
    if not CHANNEL_ID.fullmatch(given) or given.startswith("D"):
        raise invalid({"channel": "Give the id of a channel, such as C012AB3CD."})
    try:
        found = deps.directory.channel(caller.workspace, given, "")
    except Unavailable:
        raise
    except Refused as refused:
        raise invalid({"channel": refused.reason if caller.viewer is None else NO_SUCH_CHANNEL}) from None
    if found.private and caller.viewer is not None:
        raise invalid({"channel": NO_SUCH_CHANNEL})
    return found.id, found.private


def _registered(
    deps: Deps,
    session: Session,
    caller: Caller,
    body: IncidentIn,
    channel: str | None,
    wrong: Wrong,
    *,
    private: bool,
) -> Done:
    facts, now = _facts(body, list_policies(session, caller.workspace).words, wrong), deps.clock()
    values = {"title": facts["title"], "began_at": facts.get("began_at", now), "private": private}
    try:
        known, is_new = incidents.record_from_elsewhere(
            session, caller.workspace, body.external_id, channel, values, caller.viewer
        )
    except NotFound:
        raise invalid({"channel": NO_SUCH_CHANNEL}) from None
    found = seen_incident(session, caller, known, lock=True)
    _record(deps, session, caller, found, replace(found, **facts), wrong)
    done = _body(session, caller, known)
    place = f"{PREFIX}/incidents/{known}"
    return Done(done, 201 if is_new else 200, {"Location": place, "ETag": etag_of(done)})


def _facts(body: IncidentIn | IncidentPatch, severities: Sequence[str], wrong: Wrong) -> dict[str, Any]:
    """The facts that are given, by their names in the rules; what cannot be is kept in *wrong*."""
    given = body.model_dump(exclude_unset=True, exclude={"channel"})
    facts: dict[str, Any] = {name: given[name] for name in ("external_id",) if given.get(name)}
    if given.get("title") is not None:
        facts["title"] = " ".join(given["title"].split())
    if given.get("started_at") is not None:
        facts["began_at"] = given["started_at"]
    if "ended_at" in given:
        facts["ended_at"] = given["ended_at"]
    for name in ("root_cause", "postmortem_url"):
        if name in given:
            facts[name] = (given[name] or "").strip()
    if "severity" in given:
        with wrong.kept():
            facts["severity"] = severity_of(severities, given["severity"] or "") or None
    if "services" in given:
        with wrong.kept():
            facts["services"] = parse_services(",".join(given["services"] or []))
    return facts


def _record(deps: Deps, session: Session, caller: Caller, before: Incident, incident: Incident, wrong: Wrong) -> None:
    """Raises `HttpProblem` with all that is *wrong*; what was written until then is given up with the transaction."""
    now = deps.clock()
    for check in (check_facts, check_end):
        with wrong.kept():
            check(incident, now)
    with wrong.kept():
        if incident.external_id and incident.external_id != before.external_id:
            others = incidents.list_incidents_after(
                session, incident.workspace, caller.viewer, after=0, limit=2, external_id=incident.external_id
            )
            if any(other.id != incident.id for other in others):
                raise invalid({"external_id": "Another incident has it."})
    wrong.check()
    _known, messages = change_incident(session, before, incident, caller.token.actor, now)
    key = f"incident:{incident.id}:api:{secrets.token_hex(8)}"
    deps.outbox.enqueue(session, incident.workspace, key, messages)


def _bind(session: Session, caller: Caller, incident: Incident, channel: str, *, private: bool) -> None:
    if incident.channel is not None:
        raise invalid({"channel": "It is bound to another channel already."})
    if other := incidents.find_incident_of_channel(session, incident.workspace, channel):
        hidden = other.private and caller.viewer is not None
        raise invalid({"channel": NO_SUCH_CHANNEL if hidden else "Another incident was handled in that channel."})
    incidents.record_channel(session, incident, channel, private=private)


def seen_incident(session: Session, caller: Caller, incident_id: int, *, lock: bool = False) -> Incident:
    """The incident. Raises `HttpProblem` when there is none that the token may see."""
    try:
        return incidents.get_incident(session, caller.workspace, incident_id, caller.viewer, lock=lock)
    except NotFound:
        raise not_found(f"Incident {incident_id}") from None


def _body(session: Session, caller: Caller, incident_id: int) -> JsonBody:
    return incident_body(seen_incident(session, caller, incident_id))
