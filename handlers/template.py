"""Standard items: offered in an incident's channel, ticked one by one, created with an owner and a due date (P19)."""

import json
from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks.ids import Button, Modal
from bot.blocks.template import ITEMS, standard_items
from bot.blocks.text import count
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incident import Incident, check_may_change
from bot.domain.item import Draft, Item
from bot.domain.joined import number
from bot.domain.messages import Message
from bot.domain.new import check_draft
from bot.domain.person import check_owner
from bot.domain.queries import Viewer
from bot.domain.remedy import proposed_remedy
from bot.domain.team import Team
from bot.domain.template import mark_of
from bot.domain.words import Text, _
from bot.services.incident_change import messages_about_templates
from handlers.gateway.asked import AlreadyDone, Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.create import Making, making, record
from handlers.shared.due_by_policy import late, proposed_due
from handlers.shared.item_change import as_seen, remember_asker
from handlers.shared.item_form import Chosen, likely_team, zone_for
from storage import inbox, incidents, teams
from storage.templates import list_offered

MADE = "Created: {items}."
KEPT = "Kept as well: {ideas}, because the quota is used up or intake is closed."
NOTHING_LEFT = "There is nothing left to tick: what is usual is there already."

ARE_THERE = "Nothing was created, for by now it has or no longer needs: {items}. Open “Standard items” again."


def register(router: Router, deps: Deps) -> None:
    """The button “Standard items” and its form."""
    router.button(Button.STANDARD_ITEMS, partial(_open, deps))
    router.modal(Modal.STANDARD_ITEMS, partial(submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    check_may_change(remember_asker(deps, asked))
    incident, texts, team = _offer(deps, asked, number(asked.value))
    if not texts:
        raise Refused(NOTHING_LEFT)
    with deps.db.read() as session:
        due = proposed_due(deps, session, incident, team)
    metadata = json.dumps({"incident": incident.id, "channel": asked.channel})
    asked.open(standard_items(incident, texts, asked.user, due, metadata))
    return None


def submitted(deps: Deps, asked: Asked, form: Form) -> dict[str, object] | None:
    """“Create”: what is ticked, all of it or nothing."""
    check_may_change(remember_asker(deps, asked))
    incident, texts, team = _offer(deps, asked, asked.metadata["incident"])
    if not texts:
        raise Refused(NOTHING_LEFT, field=ITEMS)
    ticked = set(form.numbers(ITEMS))
    wanted = [text for text in texts if mark_of(text) in ticked]
    if not wanted:
        raise Refused("Tick what this incident needs.", field=ITEMS)
    chosen = Chosen(team, incident)
    drafts = [_draft(deps, asked, form, text, chosen) for text in wanted]
    if again := late(deps, asked, form, drafts[0], chosen):
        return again
    detail = {"late_because": form.text("late_because")}
    _create(deps, asked, incident, [making(deps, asked, draft, chosen, detail) for draft in drafts])
    return None


def _offer(deps: Deps, asked: Asked, incident_id: int) -> tuple[Incident, Sequence[str], Team | None]:
    """The incident, if the asker may see it; what is offered for it; and the team that the items will be of."""
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        incident = incidents.get_incident(session, asked.workspace, incident_id, viewer)
        team = likely_team(teams.list_teams(session, asked.workspace), asked.user)
        return incident, list_offered(session, incident), team


def _draft(deps: Deps, asked: Asked, form: Form, text: str, chosen: Chosen) -> Draft:
    draft = Draft(
        text, form.required_user("owner", "Choose one person who answers for it."),
        form.required_day("due", "Choose a due date."), proposed_remedy(text), None, None, None,
        form.text("verification"), team_id=chosen.team.id if chosen.team else None,
        incident_id=chosen.incident.id if chosen.incident else None,
    )  # fmt: skip
    check_draft(draft, deps.today(zone_for(deps, asked, chosen.team)))
    check_owner(draft.owner, deps.directory.person(asked.workspace, draft.owner))
    return draft


def _check_left(session: Session, incident: Incident, wanted: Sequence[str], viewer: Viewer) -> None:
    """Raises `Refused` when not all of it is offered any more: of two who tick it at once, the second sees the first's.

    The incident is locked until commit.
    """
    now = incidents.get_incident(session, incident.workspace, incident.id, viewer, lock=True)
    left = list_offered(session, now)
    if not left:
        raise Refused(NOTHING_LEFT, field=ITEMS)
    marked = {mark_of(text) for text in left}
    if gone := [text for text in wanted if mark_of(text) not in marked]:
        raise Refused(Text(ARE_THERE, items=", ".join(gone)), field=ITEMS)


def _create(deps: Deps, asked: Asked, incident: Incident, all_of_it: Sequence[Making]) -> None:
    """All that is ticked, in one transaction; what the quota has no room for is kept as an idea, and said."""

    def act(viewer: Viewer) -> list[Item]:
        with deps.db.begin() as session:
            if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
                raise AlreadyDone
            _check_left(session, incident, [what.draft.title for what in all_of_it], viewer)
            made, messages = list[Item](), list[Message]()
            for what in all_of_it:
                item, said, _gate = record(deps, session, asked, what, viewer)
                made.append(item)
                messages += said
            messages += messages_about_templates(session, incident)
            deps.outbox.enqueue(session, asked.workspace, f"template:{asked.key}", messages)
            return made

    made = as_seen(deps, asked, act)
    ideas = sum(item.is_idea for item in made)
    asked.done.append(_(MADE, items=count(len(made) - ideas, "item")))
    if ideas:
        asked.done.append(_(KEPT, ideas=count(ideas, "idea")))
