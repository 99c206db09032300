"""`PATCH /items/{number}`: wording, facts, owner and due date, each by its own rule, all in one transaction."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from pydantic import Field

from bot.api import shapes
from bot.api.answers import Bearer, answer, problems
from bot.api.asked import Day, Flag, ItemNumber, OneToFive, RequestBody, ShortWords, WhichIncident, Whom, Words
from bot.api.caller import Caller, TokenDoor
from bot.api.deciding import decision_of, refuse, refuse_decision
from bot.api.making import coached, incident_named
from bot.api.once import TokenChange, item_change
from bot.api.people import asks_new_owner, person_id
from bot.api.problems import NEVER_EMPTY, HttpProblem, Wrong, invalid, not_found
from bot.api.reading import body_of
from bot.deps import Deps
from bot.domain.assign import assign
from bot.domain.due import move_due_date
from bot.domain.edit import edit
from bot.domain.errors import NotFound
from bot.domain.form_fields import EDITABLE
from bot.domain.incident import check_shown_in
from bot.domain.intake import check_room
from bot.domain.item import Draft, Item, Remedy
from bot.domain.move import needs_its_lead
from bot.domain.person import check_collaborator, check_owner
from bot.domain.team import Team
from bot.domain.themes import parse_themes
from bot.domain.token import TokenScope
from bot.services.bodies import JsonBody, etag_of
from storage import items, teams
from storage.intake import gate

IfMatch = Annotated[
    str | None,
    Header(description="The `ETag` that was read. Where it has changed since, nothing is done, and the answer is 412."),
]


class ItemPatch(RequestBody):
    """What changes; what is not given stays."""

    title: Words | None = None
    owner: Whom | None = Field(None, description="With `why`.")
    due: Day | None = Field(None, description="With `why` when it moves later, which counts.")
    why: Words = Field("", description="Why it changes hands, or moves.")
    verification: Words | None = None
    team: ShortWords | None = Field(None, description="By name. That an item leaves a team is its lead's choice.")
    incident: WhichIncident | None = Field(None, description="null: of none.")
    details: Words | None = None
    root_cause: Words | None = None
    references: Words | None = None
    remedy: Remedy | None = None
    impact: OneToFive | None = None
    urgency: OneToFive | None = None
    effort: OneToFive | None = None
    themes: Annotated[list[ShortWords] | None, Field(max_length=50)] = None
    collaborators: Annotated[list[Whom] | None, Field(max_length=100)] = None
    accept_findings: Flag = Field(False, description="Keeps a new title although the coach has findings.")
    state: ShortWords | None = Field(None, description="Is refused: states have ways of their own.")


@dataclass(frozen=True)
class _Patch:
    """What Slack was asked for before the transaction, and what was found wrong until then."""

    given: dict[str, Any]
    wrong: Wrong
    owner: str = ""
    asks: bool = False


class EditedItems:
    """What edits an item."""

    def __init__(self, deps: Deps, door: TokenDoor) -> None:
        self._deps, self._door = deps, door

    def routes(self) -> APIRouter:
        """`PATCH /items/{number}`."""
        router, may_fail = APIRouter(tags=["items"]), problems(400, 404, 409, 412)
        router.patch("/items/{number}", response_model=shapes.ItemOut, responses=may_fail)(self.edit_item)
        return router

    def edit_item(
        self, request: Request, bearer: Bearer, number: ItemNumber, body: ItemPatch, if_match: IfMatch = None
    ) -> Response:
        """Changes what is given; all of it, or nothing."""
        deps, caller = self._deps, self._door.enter(request, bearer, TokenScope.ITEMS_WRITE)
        if body.state is not None:
            _refuse_state(number, body.state)
        with deps.db.read() as session:
            found = items.find_listed(session, caller.workspace, number, caller.viewer)
        if found is None:
            raise not_found(f"AI-{number}")
        patch = _prepared(deps, caller, found.item, body)
        with deps.db.begin() as session:
            with item_change(deps, session, caller, number) as change:
                check_unchanged(if_match, body_of(deps, session, caller, number))
                _apply(change, patch, body)
            done = change.done()
        return answer(done.body, headers=done.headers)


def check_unchanged(if_match: str | None, now: JsonBody) -> None:
    """Raises `HttpProblem` where the caller has read something older than what is there *now*."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag_of(now) not in {each.strip() for each in if_match.split(",")}:
        raise HttpProblem(
            HTTPStatus.PRECONDITION_FAILED, "changed", "It has changed since",
            "It is not what If-Match names any more. Read it again, and decide anew.", headers={"ETag": etag_of(now)},
        )  # fmt: skip


def _refuse_state(number: int, state: str) -> None:
    if decision := decision_of(state):
        refuse_decision(number, decision)
    way = {"in_progress": "start", "implemented": "implement"}.get(state)
    raise invalid({"state": f"POST /items/{number}/{way} does that." if way else f"There is no state “{state}”."})


def _prepared(deps: Deps, caller: Caller, item: Item, body: ItemPatch) -> _Patch:
    given, wrong = body.model_dump(exclude_unset=True), Wrong()
    with wrong.kept():
        if empty := [name for name in _NEVER_EMPTY & given.keys() if given[name] is None]:
            given = {name: value for name, value in given.items() if name not in empty}
            raise invalid(dict.fromkeys(sorted(empty), NEVER_EMPTY))
    if "collaborators" in given:
        people = body.collaborators or []
        given["collaborators"] = wrong.take(
            lambda: _collaborators(deps, caller, people, item.collaborators), item.collaborators
        )
    owner = wrong.take(lambda: _new_owner(deps, caller, item, body.owner), "")
    asks = bool(owner) and asks_new_owner(deps, caller.workspace, owner, caller.token.actor, item.channel)
    return _Patch(given, wrong, owner, asks)


def _new_owner(deps: Deps, caller: Caller, item: Item, given: str | None) -> str:
    """The Slack id of who is to own it; "" where nobody is named, or they do already."""
    if given is None:
        return ""
    owner = person_id(deps, caller.workspace, given)
    if owner == item.owner:
        return ""
    check_owner(owner, deps.directory.person(caller.workspace, owner))
    return owner


_NEVER_EMPTY = frozenset({"title", "owner", "due", "verification", "team"})


def _collaborators(deps: Deps, caller: Caller, given: list[str], before: Collection[str]) -> tuple[str, ...]:
    users = {person_id(deps, caller.workspace, user, "collaborators") for user in given}
    if unknown := [user for user in sorted(users) if deps.directory.person(caller.workspace, user) is None]:
        raise invalid({"collaborators": f"Nobody in this workspace is {unknown[0]}."})
    for user in sorted(users - {*before}):
        check_collaborator(user, deps.directory.person(caller.workspace, user))
    return tuple(sorted(users))


def _apply(change: TokenChange, patch: _Patch, body: ItemPatch) -> None:
    """Each rule for what it is about; what is as it was already is left out."""
    why, wrong = body.why.strip(), patch.wrong
    draft = _draft(change, patch)
    with wrong.kept():
        if any(getattr(draft, name) != getattr(change.item, name) for name in EDITABLE):
            with wrong.kept():
                if draft.title and draft.title != change.item.title:
                    coached(draft.title, change.team, accepted=body.accept_findings)
            change.record(edit(change.item, change.by, draft))
    with wrong.kept():
        if body.due is not None and body.due != change.item.due:
            today = change.deps.today(change.item.zone)
            change.record(move_due_date(change.item, change.by, body.due, why, today))
    with wrong.kept():
        if patch.owner and patch.owner != change.item.owner:
            change.record(assign(change.item, change.by, patch.owner, why, asks=patch.asks))
    # What was recorded until here is given up with the transaction.
    wrong.check()


def _draft(change: TokenChange, patch: _Patch) -> Draft:
    """The item as it would be; a team or incident that it cannot come to is kept in `patch.wrong`."""
    item, given, wrong = change.item, patch.given, patch.wrong
    facts = {each.name: getattr(item, each.name) for each in fields(Draft)}
    facts |= {name: given[name] for name in ("remedy", "impact", "urgency", "effort", "collaborators") if name in given}
    for name in ("verification", "details", "root_cause", "references"):
        if name in given:
            facts[name] = (given[name] or "").strip()
    if "title" in given:
        facts["title"] = " ".join(given["title"].split())
    if "themes" in given:
        facts["themes"] = wrong.take(lambda: parse_themes(",".join(given["themes"] or [])), item.themes)
    team = wrong.take(lambda: _team(change, given["team"]), change.team) if "team" in given else change.team
    facts["team_id"] = team.id if team else None
    if "incident" in given:
        facts["incident_id"] = wrong.take(lambda: _incident(change, given["incident"], team), item.incident_id)
    return Draft(**facts)


def _team(change: TokenChange, name: str) -> Team:
    try:
        team = teams.get_team(change.session, change.caller.workspace, name)
    except NotFound as error:
        raise invalid({"team": error.reason}) from None
    if needs_its_lead(change.item, change.by, team.id):
        refuse(f"The lead of {change.item.team_name} decides that: in Slack, /actionitem edit {change.item.number}.")
    return team


def _incident(change: TokenChange, incident_id: int | None, team: Team | None) -> int | None:
    item = change.item
    if incident_id is None or incident_id == item.incident_id:
        return incident_id
    incident = incident_named(change.session, change.caller, incident_id)
    assert incident is not None
    check_shown_in(incident, item.channel, private=item.private)
    if not item.is_idea:
        # Moved to another incident it takes a place there, as a new one would (R25).
        check_room(gate(change.session, item.workspace, incident_id, team, change.by.at))
    return incident_id
