"""Steps for Slack's Workflow Builder: “Create an action item” and “List due action items” (the manifest's `functions`).

A step that cannot be done ends with an error that says which field and why. An item's step is completed by delivery,
once its card stands in the channel, because the card's link is what the step gives.
"""

from contextlib import suppress
from datetime import date, timedelta
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks import notifications
from bot.blocks.text import escape, plain_day, shortened
from bot.coach import review
from bot.deps import Deps
from bot.domain.errors import Refused, Unavailable
from bot.domain.incident import Incident
from bot.domain.item import Draft, Item
from bot.domain.lifecycle import OPEN
from bot.domain.messages import Message, Post
from bot.domain.new import check_draft
from bot.domain.person import Person, check_owner
from bot.domain.queries import EVERYBODY, Wanted
from bot.domain.remedy import proposed_remedy
from bot.domain.subjects import ChangeOf
from bot.domain.surfaces import StepOf, kind_and_ref
from bot.domain.team import Team, no_such_team
from bot.domain.words import Text, speak
from bot.languages import catalogue
from bot.slack.names import names_in
from handlers.gateway.asked import AlreadyDone, Asked
from handlers.gateway.carried import Carried
from handlers.gateway.steps import Inputs, Steps
from handlers.shared.advice import noted, proposed
from handlers.shared.create import create, making
from handlers.shared.item_form import Chosen, likely_team, zone_for
from handlers.shared.place import Place, incident_of, place_of
from storage import items, teams

CREATE, LIST_DUE = "create_action_item", "list_due_items"
FIELDS = {
    "title": "Action",
    "owner": "Owner",
    "due": "Due date",
    "verification": "How will we verify it?",
    "channel": "Channel",
    "requested_by": "Requested by",
    "details": "Details",
    "team": "Team",
}
"""As the manifest names them in Workflow Builder."""
SOON = timedelta(days=7)
SHOWN = 20


def register(steps: Steps, deps: Deps) -> None:
    """Both steps."""
    steps.add(CREATE, partial(_create, deps), FIELDS)
    steps.add(LIST_DUE, partial(_list_due, deps), FIELDS)


def _create(deps: Deps, asked: Asked, inputs: Inputs) -> None:
    person = _requester(deps, asked)
    # The event has no user, so the request was begun in English.
    speak(catalogue(deps.directory.locale(asked.workspace, asked.user)))
    place = _place(deps, asked, person, str(inputs.get("channel") or ""))
    team = _team_at(deps, asked, place)
    incident = incident_of(deps, asked.workspace, place)
    draft = _draft(deps, asked, inputs, team, incident)
    findings = review(draft.title)
    # Nobody can answer the coach in a workflow: lenient teams' findings are kept in the history, strict ones' end the
    # step.
    if findings and team and team.strict_coach:
        raise Refused(findings[0].message, field="title")
    there = Asked(
        asked.workspace, asked.user, asked.client, asked.key, asked.bot_user,
        channel=place.channel, metadata=Carried(channel=place.channel),
    )  # fmt: skip
    chosen = Chosen(team, incident)
    completed = partial(_completed, asked.key)
    # Slack runs a step again that it got no answer for; the item is there, and delivery completes the step.
    with suppress(AlreadyDone):
        create(deps, there, making(deps, there, draft, chosen, noted(findings) | proposed(draft.remedy)), completed)


def _completed(key: str, item: Item) -> list[Message]:
    """What delivery does once the card stands; whoever asked for an item hears when it became an idea: nothing else
    answers them."""
    _kind, execution = kind_and_ref(key)
    step = StepOf(execution, item.number).refresh
    if not item.is_idea:
        return [step]
    return [step, Post(ChangeOf(item.last_change_id).told("maker"), item.created_by, notifications.created(item))]


def _requester(deps: Deps, asked: Asked) -> Person:
    person = deps.directory.person(asked.workspace, asked.user) if asked.user else None
    if person is None or person.deactivated:
        raise Refused("Nobody of this workspace is named. Choose the person who started the workflow.", "requested_by")
    return person


def _place(deps: Deps, asked: Asked, person: Person, channel: str) -> Place:
    """Where the card will stand; in a private channel only for its members, and an outsider must be in any."""
    if not channel:
        raise Refused("Choose the channel in which the card shall stand.", "channel")
    try:
        place = place_of(deps, Asked(asked.workspace, asked.user, asked.client, asked.key, channel=channel))
    except Unavailable:
        raise
    except Refused as refused:
        raise Refused(refused.text, "channel") from None
    # Whoever builds a workflow can write any channel into it, also one that the requester does not know of.
    members = deps.directory.members(asked.workspace, channel) if place.private or person.is_guest else {asked.user}
    if place.channel is None or asked.user not in members:
        raise Refused("Whoever requested it is not in that channel. Choose another one.", "channel")
    return place


def _team_at(deps: Deps, asked: Asked, place: Place) -> Team | None:
    """The team whose channel it is, else the requester's."""
    with deps.db.read() as session:
        known = teams.list_teams(session, asked.workspace)
    here = next((team for team in known if team.channel == place.channel), None)
    return here or likely_team(known, asked.user)


def _draft(deps: Deps, asked: Asked, inputs: Inputs, team: Team | None, incident: Incident | None) -> Draft:
    owner = str(inputs.get("owner") or "")
    if not owner:
        raise Refused("Choose one person who answers for it.", "owner")
    title = " ".join(str(inputs.get("title") or "").split())
    draft = Draft(
        title, owner, _day(str(inputs.get("due") or "")), proposed_remedy(title),
        None, None, None, str(inputs.get("verification") or "").strip(),
        details=str(inputs.get("details") or "").strip(),
        team_id=team.id if team else None, incident_id=incident.id if incident else None,
    )  # fmt: skip
    check_draft(draft, deps.today(zone_for(deps, asked, team)))
    check_owner(draft.owner, deps.directory.person(asked.workspace, draft.owner))
    return draft


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            Text("“{text}” is not a day. Write it like 2026-12-01.", text=shortened(text, 50)), "due"
        ) from None


def _list_due(deps: Deps, asked: Asked, inputs: Inputs) -> Inputs:
    """What is due within a week or overdue, of the items that everybody may see: a workflow may say it anywhere."""
    # Typed by whoever built the workflow, as people write it.
    name = " ".join(str(inputs.get("team") or "").split())
    with deps.db.read() as session:
        known = teams.list_teams(session, asked.workspace)
        team = next((one for one in known if one.name.casefold() == name.casefold()), None)
        if team is None:
            raise Refused(no_such_team(shortened(name, 50), [one.name for one in known]), "team")
        wanted = Wanted(states=frozenset(OPEN), team_id=team.id)
        # A step's result goes wherever the workflow says.
        found = items.list_items(session, asked.workspace, wanted, EVERYBODY)
        today = deps.today(team.zone)
        due = sorted((item for item in found if item.due <= today + SOON), key=lambda item: item.due)
        text = _text(session, team, due, today)
    return {"text": text, "count": len(due)}


def _text(session: Session, team: Team, due: list[Item], today: date) -> str:
    if not due:
        return f"{escape(team.name)}: nothing is due this week, and nothing is overdue."
    names = names_in(session, team.workspace, {item.owner for item in due[:SHOWN]})
    lines = [
        f"*{item.label}* {escape(shortened(item.title))} – {names(item.owner)} – "
        f"{'overdue since' if item.due < today else 'due'} {plain_day(item.due)}"
        for item in due[:SHOWN]
    ]
    more = [f"and {len(due) - SHOWN} more"] if len(due) > SHOWN else []
    return "\n".join([*lines, *more])
