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
from bot.domain.edit import edit
from bot.domain.form_fields import EDITABLE
from bot.domain.incident import check_shown_in
from bot.domain.intake import check_room
from bot.domain.item import Draft, Item
from bot.domain.lifecycle import Action
from bot.domain.themes import suggested_themes
from bot.slack.names import names_in
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import change, load, metadata_for, refuse_early
from handlers.shared.item_form import choices_in, chosen_team, facts_from
from storage import changes, items
from storage.incidents import get_incident
from storage.intake import gate
from storage.themes import list_known_themes

USAGE = "edit N"
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
    item = load(deps, asked, number)
    refuse_early(deps, asked, item, Action.EDIT)
    asked.open(_form(deps, asked, item))
    return None


def _submitted(deps: Deps, asked: Asked, form: Form) -> View | None:
    item = load(deps, asked, asked.metadata["number"])
    team = chosen_team(deps, asked, form)
    draft = Draft(
        title=" ".join(form.text("title").split()),
        owner=item.owner,
        due=item.due,
        **facts_from(form, team.id if team else None),  # type: ignore[arg-type]
    )

    def check(session: Session) -> None:
        current = items.get_item_as_it_is(session, asked.workspace, item.number) or item
        _check_edits_since(session, current, asked.metadata["seen"])
        if draft.incident_id and draft.incident_id != current.incident_id:
            incident = get_incident(session, asked.workspace, draft.incident_id, None)
            check_shown_in(incident, current.channel, private=current.private)
            if not current.is_idea:
                check_room(gate(session, asked.workspace, draft.incident_id, team, deps.clock()))

    try:
        change(deps, asked, item.number, lambda item, by: edit(item, by, draft), check)
    except EditedMeanwhile as meanwhile:
        return _shown_again(deps, asked, meanwhile.item, draft, meanwhile.edits)
    return None


def _check_edits_since(session: Session, item: Item, seen: int) -> None:
    """Raises `EditedMeanwhile` when there is an edit that the reader of the form has not seen."""
    history = changes.list_changes_after(session, item.workspace, item.number, seen)
    edits = [change for change in history if change.action == Action.EDIT]
    if edits:
        names = names_in(session, item.workspace, {change.by for change in edits})
        raise EditedMeanwhile(item, " ".join(f"{happened(change, names)}." for change in edits))


def _shown_again(deps: Deps, asked: Asked, item: Item, draft: Draft, meanwhile: str) -> View:
    mine = replace(item, **{name: getattr(draft, name) for name in EDITABLE})
    return _form(deps, asked, mine, [MEANWHILE.format(what=meanwhile)])


def _form(deps: Deps, asked: Asked, item: Item, notes: Sequence[str] = ()) -> View:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.begin() as session:
        teams, incidents = choices_in(session, asked.workspace, viewer)
        known = list_known_themes(session, asked.workspace, viewer)
    texts = (item.title, item.root_cause, item.details, item.incident_title)
    suggested = suggested_themes(texts, known, item.themes)
    return edit_item(item, teams, incidents, metadata_for(asked, item), notes=notes, suggested_themes=suggested)
