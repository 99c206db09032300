"""`POST /items`: a new item under the same rules, by the same coach and through the same gate as in Slack."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session

from bot.api import shapes
from bot.api.answers import Bearer, problems
from bot.api.asked import PREFIX, Day, Flag, OneToFive, RequestBody, ShortWords, WhichIncident, Whom, Words
from bot.api.caller import Caller, TokenDoor
from bot.api.once import Done, Key, done_once
from bot.api.people import asks_new_owner, person_id
from bot.api.problems import HttpProblem, Wrong, invalid
from bot.api.reading import body_of
from bot.coach import Finding, review
from bot.deps import Deps
from bot.domain.days import zone_of
from bot.domain.errors import NotFound
from bot.domain.incident import Incident
from bot.domain.item import Created, Draft, Item, Remedy
from bot.domain.lifecycle import State
from bot.domain.new import check_draft
from bot.domain.person import check_owner
from bot.domain.policy import check_due, noted
from bot.domain.remedy import proposed_remedy
from bot.domain.subjects import ChangeOf
from bot.domain.team import Team
from bot.domain.themes import parse_themes
from bot.domain.token import TokenScope
from bot.services.bodies import etag_of
from bot.services.notifications import messages_about_new
from bot.services.places import card_channel
from storage import incidents, items, teams
from storage.intake import gate
from storage.policies import list_policies


class ItemIn(RequestBody):
    """A new item."""

    title: Words = Field(description="What will change.", examples=["Alert when checkout P99 is over 500 ms"])
    owner: Whom = Field(description="One person, by Slack id or e-mail address.", examples=["U0PRIYA"])
    due: Day = Field(description="A day where the team is, today or later.", examples=["2027-02-05"])
    verification: Words = Field(description="How one will see that it works.", examples=["Fire it in staging"])
    team: ShortWords | None = Field(None, description="By name; not given: the owner's, or the only one.")
    incident: WhichIncident | None = None
    details: Words = ""
    remedy: Remedy | None = None
    impact: OneToFive | None = None
    urgency: OneToFive | None = None
    effort: OneToFive | None = None
    themes: list[ShortWords] = Field(default_factory=list, max_length=50)
    late_because: Words = Field("", description="Why it is due later than the severity of its incident asks for.")
    accept_findings: Flag = Field(False, description="Keeps the wording although the coach has findings.")


@dataclass(frozen=True)
class ReadyToMake:
    """What is known before the transaction: all that Slack was asked for. `is_idea`: whatever room there is."""

    draft: Draft
    team: Team | None
    asks: bool
    channel: str | None
    private: bool
    findings: list[Finding]
    late_because: str = ""
    is_idea: bool = False


class NewItems:
    """What makes an item."""

    def __init__(self, deps: Deps, door: TokenDoor) -> None:
        self._deps, self._door = deps, door

    def routes(self) -> APIRouter:
        """`POST /items`."""
        router = APIRouter(tags=["items"])
        router.post("/items", response_model=shapes.ItemOut, status_code=201, responses=problems(400, 409))(
            self.create_item
        )
        return router

    def create_item(self, request: Request, bearer: Bearer, body: ItemIn, idempotency_key: Key = None) -> Response:
        """Makes an item; where the incident's quota is used up or the team's intake is frozen, an idea."""
        caller = self._door.enter(request, bearer, TokenScope.ITEMS_WRITE)
        return done_once(self._deps, request, caller, idempotency_key, body, lambda: _ready(self._deps, caller, body))


def _ready(deps: Deps, caller: Caller, body: ItemIn) -> Callable[[Session], Done]:
    making = _prepared(deps, caller, body)

    def do(session: Session) -> Done:
        item = made_item(deps, session, caller, making)
        made = body_of(deps, session, caller, item.number)
        place = f"{PREFIX}/items/{item.number}"
        return Done(made, 201, {"Location": place, "ETag": etag_of(made)})

    return do


def _prepared(deps: Deps, caller: Caller, body: ItemIn) -> ReadyToMake:
    wrong = Wrong()
    owner = wrong.take(lambda: person_id(deps, caller.workspace, body.owner), "")
    with deps.db.read() as session:
        # Whose team it is without a name is open as long as it is open who owns it.
        team = wrong.take(lambda: team_named(session, caller, body.team, owner), None) if owner or body.team else None
        incident = wrong.take(lambda: incident_named(session, caller, body.incident), None)
    themes: tuple[str, ...] = ()
    with wrong.kept():
        themes = parse_themes(",".join(body.themes))
    draft = Draft(
        title=" ".join(body.title.split()), owner=owner, due=body.due,
        remedy=body.remedy or proposed_remedy(body.title), impact=body.impact, urgency=body.urgency, effort=body.effort,
        verification=body.verification.strip(), details=body.details.strip(),
        team_id=team.id if team else None, incident_id=incident.id if incident else None,
        themes=themes,
    )  # fmt: skip
    with wrong.kept():
        check_draft(draft, deps.today(zone_of_team(team)))
    with wrong.kept():
        if owner:
            check_owner(owner, deps.directory.person(caller.workspace, owner))
    findings: list[Finding] = []
    with wrong.kept():
        findings = coached(draft.title, team, accepted=body.accept_findings) if draft.title else []
    wrong.check()
    channel, private = card_channel(deps, team, incident)
    asks = asks_new_owner(deps, caller.workspace, owner, caller.token.actor, channel)
    return ReadyToMake(draft, team, asks, channel, private, findings, body.late_because.strip())


def coached(title: str, team: Team | None, *, accepted: bool) -> list[Finding]:
    """The findings that are kept. Raises `HttpProblem` with them where they are not, or the team is strict."""
    findings = review(title)
    strict = bool(team and team.strict_coach)
    if not findings or (accepted and not strict):
        return findings
    advice = "Change the title." if strict else "Change the title, or send accept_findings: true."
    raise HttpProblem(
        HTTPStatus.UNPROCESSABLE_ENTITY, "wording", "The coach has findings", advice,
        errors={"title": findings[0].message}, findings=[asdict(each) for each in findings],
    )  # fmt: skip


def made_item(deps: Deps, session: Session, caller: Caller, making: ReadyToMake) -> Item:
    """The item, or the idea, with its messages. Raises `Refused` where it is due later than its policy asks for."""
    draft, team, now = making.draft, making.team, deps.clock()
    # Locked before its items are counted, as in Slack: of two made at once, the sixth sees the fifth (R25).
    incident = incident_named(session, caller, draft.incident_id, lock=True)
    found = gate(session, caller.workspace, draft.incident_id, team, now, lock=False)
    is_item = found.is_open and not making.is_idea
    kept: dict[str, Any] = (
        {"kept_findings": [finding.label.value for finding in making.findings]} if making.findings else {}
    )
    # An idea is promised to nobody: its date means nothing.
    kept |= {} if making.is_idea else _by_policy(deps, session, making, incident)
    created = Created(
        draft, caller.token.actor, now, making.channel,
        # The incident may have become private since Slack was asked.
        making.private or bool(incident and incident.private),
        state=State.NOT_STARTED if is_item else State.FUTURE_CONSIDERATION,
        awaits_acceptance=making.asks and is_item, detail=kept,
    )  # fmt: skip
    item = items.record_item(session, caller.workspace, created, team=team, incident=incident)
    messages = messages_about_new(session, item, making.channel, None, team, incident)
    deps.outbox.enqueue(session, caller.workspace, ChangeOf(item.last_change_id).key, messages)
    return item


def _by_policy(deps: Deps, session: Session, making: ReadyToMake, incident: Incident | None) -> dict[str, Any]:
    """What the history notes of the policy of the incident's severity. Raises `Refused` where it is due too late."""
    if incident is None or not incident.severity:
        return {}
    team, now = making.team, deps.clock()
    policy, today = (
        list_policies(session, incident.workspace).of(incident.severity, now),
        deps.today(zone_of_team(team)),
    )
    check_due(policy, today, making.draft.due, making.late_because)
    return noted(policy, today, making.draft.due, making.late_because)


def zone_of_team(team: Team | None) -> ZoneInfo:
    """Where its dates are days."""
    return team.zone if team else zone_of("UTC")


def team_named(session: Session, caller: Caller, name: str | None, owner: str) -> Team | None:
    """The team of that name; without one the owner's, or the only one. Raises `HttpProblem` where that is open."""
    known = teams.list_teams(session, caller.workspace)
    if name is not None:
        try:
            return teams.get_team(session, caller.workspace, name)
        except NotFound as error:
            raise invalid({"team": error.reason}) from None
    theirs = [team for team in known if team.includes(owner)] or known
    if len(known) > 1 and len(theirs) == len(known) > 1:
        raise invalid({"team": f"Name the team: {', '.join(team.name for team in known)}."})
    return theirs[0] if theirs else None


def incident_named(session: Session, caller: Caller, incident_id: int | None, *, lock: bool = False) -> Incident | None:
    """The incident. Raises `HttpProblem` at the field where there is none that the token may see."""
    if incident_id is None:
        return None
    try:
        return incidents.get_incident(session, caller.workspace, incident_id, caller.viewer, lock=lock)
    except NotFound:
        raise invalid({"incident": f"Incident {incident_id} does not exist, or this token may not see it."}) from None
