"""Editing an item's wording and facts. Who edits what somebody else has changed meanwhile is shown it first."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.blocks.history import happened
from bot.blocks.ids import Modal
from bot.blocks.item_form import edit_item
from bot.deps import Deps
from bot.domain.approve import ask, refuse_second_request
from bot.domain.edit import edit
from bot.domain.errors import NotFound
from bot.domain.form_fields import EDITABLE
from bot.domain.incident import Incident, check_shown_in
from bot.domain.intake import check_room
from bot.domain.item import Draft, Item
from bot.domain.lifecycle import Action
from bot.domain.move import TeamMove, needs_its_lead
from bot.domain.person import check_collaborator
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.themes import suggested_themes
from bot.domain.words import _
from bot.slack.names import names_in
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import metadata_for
from handlers.shared.approver import approver_for
from handlers.shared.item_change import ItemChange, as_asker, item_change, item_look
from handlers.shared.item_form import choices_in, chosen_in, facts_from
from handlers.shared.place import seen_incident
from storage import changes
from storage.intake import gate
from storage.themes import list_known_themes

USAGE = "edit N"
EditOffered = tuple[list[Team], list[Incident], list[str]]
"""Teams, incidents and themes."""
GONE = "That incident does not exist any more. Choose another one."
MEANWHILE = "Changed while you were editing: {what} Save again to keep your version."


class EditedMeanwhile(Exception):
    """Somebody edited the item while the form was open: the item as it is now, and what they did."""

    def __init__(self, item: Item, edits: str) -> None:
        super().__init__(edits)
        self.item = item
        self.edits = edits


def register(router: Router, deps: Deps) -> None:
    """`edit N` and the modal “Edit action item”."""
    open_form = partial(_open, deps)
    router.subcommand("edit", open_form, USAGE, "changes its wording, facts and themes")
    router.more(Action.EDIT, open_form)
    router.modal(Modal.EDIT, partial(_submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value or asked.text, USAGE)
    # More than the item is shown: the incidents to choose from, among them the asker's private ones.
    with item_look(deps, asked, number, and_more=True) as look:
        look.check_possible(Action.EDIT)
        offered = _offered(asked.workspace, look.session, look.viewer)
    asked.open(_form(asked, look.item, offered))
    return None


def _submitted(deps: Deps, asked: Asked, form: Form) -> View | None:
    chosen = chosen_in(deps, asked, form)
    team, incident = chosen.team, chosen.incident
    if incident and incident.private:
        incident = seen_incident(deps, asked, incident.id)
    facts = facts_from(form, team.id if team else None)
    title = " ".join(form.text("title").split())
    # Before the transaction, for Slack may be asked.
    chosen_people = {user: deps.directory.person(asked.workspace, user) for user in form.users("collaborators")}
    try:
        with item_change(deps, asked, asked.metadata["number"]) as change:
            item = change.item
            draft = Draft(title=title, owner=item.owner, due=item.due, **facts)  # type: ignore[arg-type]
            # Under the item's lock: an edit that commits at the same time is seen, or waits for this one.
            _check_edits_since(change.session, item, asked.metadata["seen"])
            _check_incident(change, draft, incident, team)
            # Who helps already may have left since: whoever edits the title need not send them away.
            for user in chosen_people.keys() - {*item.collaborators}:
                check_collaborator(user, chosen_people[user])
            _record(change, draft, team)
    except EditedMeanwhile as meanwhile:
        # With `seen` as it is now: whoever saves again has read what they overwrite.
        return _shown_again(deps, asked, meanwhile.item, draft, meanwhile.edits)
    return None


def _record(change: ItemChange, draft: Draft, team: Team | None) -> None:
    """What was edited; where it would leave its team, that waits for the lead, and the rest is done."""
    item = change.item
    if not needs_its_lead(item, change.by, draft.team_id):
        change.record(edit(item, change.by, draft))
        return
    terms = TeamMove(draft.team_id, team.name if team else "", item.team_name)
    refuse_second_request(item, "team")
    approver = approver_for(change, "", change.lead, "team")
    stays = replace(draft, team_id=item.team_id)
    if any(getattr(stays, name) != getattr(item, name) for name in EDITABLE):
        change.record(edit(item, change.by, stays))
    change.record(ask(change.item, change.by, terms, approver))


def _check_incident(change: ItemChange, draft: Draft, incident: Incident | None, team: Team | None) -> None:
    """Raises `Refused` where the item cannot come to the incident that was chosen; None: the asker sees no such one."""
    item, session = change.item, change.session
    if not draft.incident_id or draft.incident_id == item.incident_id:
        return
    if incident is None:
        raise NotFound(GONE, field="incident")
    check_shown_in(incident, item.channel, private=item.private)
    if not item.is_idea:
        # Moved to another incident it takes a place there, as a new one would (R25).
        check_room(gate(session, item.workspace, draft.incident_id, team, change.by.at))


def _check_edits_since(session: Session, item: Item, seen: int) -> None:
    """Raises `EditedMeanwhile` when there is an edit that the reader of the form has not seen."""
    history = changes.list_changes_after(session, item.workspace, item.number, seen)
    # Edits alone: a status update meanwhile overwrites nothing that stands in the form.
    edits = [change for change in history if change.action == Action.EDIT]
    if edits:
        names = names_in(session, item.workspace, {change.by for change in edits})
        raise EditedMeanwhile(item, " ".join(f"{happened(change, names)}." for change in edits))


def _shown_again(deps: Deps, asked: Asked, item: Item, draft: Draft, meanwhile: str) -> View:
    mine = replace(item, **{name: getattr(draft, name) for name in EDITABLE})
    offered = as_asker(deps, asked, partial(_offered, asked.workspace))
    return _form(asked, mine, offered, [_(MEANWHILE, what=meanwhile)])


def _offered(workspace: str, session: Session, viewer: Viewer) -> EditOffered:
    """The teams and incidents to choose from, and the themes in use."""
    return *choices_in(session, workspace, viewer), list_known_themes(session, workspace, viewer)


def _form(asked: Asked, item: Item, offered: EditOffered, notes: Sequence[str] = ()) -> View:
    teams, incidents, known = offered
    texts = (item.title, item.root_cause, item.details, item.incident_title)
    suggested = suggested_themes(texts, known, item.themes)
    return edit_item(item, teams, incidents, metadata_for(asked, item), notes=notes, suggested_themes=suggested)
