"""Future considerations: written down without a form, promoted when there is room, or declined with a reason."""

import json
from functools import partial
from typing import Any

from bot.blocks.fields import not_understood
from bot.blocks.idea import decline_form
from bot.blocks.ids import Button, Modal
from bot.blocks.intake import OVERRIDE, gate_blocks
from bot.blocks.item_form import Prefilled, new_item
from bot.blocks.text import escape, shortened
from bot.coach import review
from bot.deps import Deps
from bot.domain.errors import Refused, Unreadable
from bot.domain.idea import decline, promote
from bot.domain.intake import Gate, check_promotion
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, Created, Draft, Item
from bot.domain.lifecycle import Action, State
from bot.domain.move import check_promoted_in
from bot.domain.sentence import Sentence, tidy, title_and_details, unwrapped
from bot.domain.subjects import ChangeOf
from bot.domain.team import Team
from bot.domain.words import Text, _
from bot.services.notifications import messages_about_new
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.new import understood
from handlers.shared.acting import metadata_for, opens
from handlers.shared.advice import coach, noted, proposed, title_in, with_advice
from handlers.shared.claim import Source, claim, made
from handlers.shared.create import (
    check_named,
    checked_draft,
    decides,
    locked_incident,
    overridden,
    owner_is_asked,
)
from handlers.shared.due_by_policy import LATE_BECAUSE, PROPOSED, late, proposed_due, with_policy
from handlers.shared.item_change import item_change, item_look, remember_asker
from handlers.shared.item_form import choices_in, chosen_in, likely_team
from handlers.shared.place import Place, place_of, registered, seen_by_all
from handlers.shared.typed import readable
from storage import inbox, items
from storage.incidents import find_incident_of_channel
from storage.intake import gate
from storage.teams import list_teams
from storage.workspaces import record_workspace

PROMOTE = "promote N [@person] [by DATE]"
UNREAD = "Not understood: “{words}”. Change the fields below."


def register(router: Router, deps: Deps) -> None:
    """`idea`, `promote`, the buttons “Promote” and “Decline”, and their modals."""
    router.subcommand("idea", partial(_idea, deps), "idea TEXT", "writes a future consideration down, no commitment")
    router.subcommand("promote", partial(_open_promote, deps), PROMOTE, "makes an item of an idea")
    router.button(Button.PROMOTE, partial(_open_promote, deps))
    router.button(Button.IDEAS, partial(_open_promote, deps))
    router.modal(Modal.PROMOTE, partial(_promote, deps))
    router.button(Button.DECLINE, opens(deps, Action.DECLINE, decline_form, "show N"))
    router.modal(Modal.DECLINE, partial(_decline, deps))


def _idea(deps: Deps, asked: Asked) -> Answer | None:
    # Read without days and people: an idea has no owner and no date.
    title = unwrapped(tidy(readable(deps, asked, asked.text)))
    if not title or len(title) > TITLE_LIMIT:
        example = "`/actionitem idea Cap the retry queue`"
        raise Refused(Text("Say the idea in 1 to {limit} characters: {example}.", limit=TITLE_LIMIT, example=example))
    kept = record_idea(deps, asked, title)
    return Answer(" ".join((kept_words(kept), *seen_by_all(asked)))) if kept else None


def kept_words(item: Item) -> str:
    """What is answered to who wrote an idea down."""
    return _(
        "*{item}* is kept as an idea. `/actionitem promote {number}` makes an item of it.",
        item=item.label, number=item.number,
    )  # fmt: skip


def record_idea(
    deps: Deps, asked: Asked, text: str, *, references: str = "", source: Source | None = None
) -> Item | None:
    """Records *text* as an idea in the place where it was asked for, with its messages.

    Returns None when this very request was carried out before, or when something was made of *source* before.
    """
    place = place_of(deps, asked)
    with deps.db.read() as session:
        found = find_incident_of_channel(session, asked.workspace, place.channel or "")
        team = likely_team(list_teams(session, asked.workspace), asked.user)
    incident = registered(deps, asked.workspace, place, found)
    title, details = title_and_details(text, TITLE_LIMIT)
    draft = Draft(
        # A message without a sentence that would do as a title: its beginning.
        title or shortened(" ".join(text.split()), TITLE_LIMIT), asked.user, deps.clock().date(), None,
        None, None, None, "", details=details[:TEXT_LIMIT], references=references,
        team_id=team.id if team else None, incident_id=incident.id if incident else None,
    )  # fmt: skip
    created = Created(draft, asked.user, deps.clock(), place.channel, place.private, state=State.FUTURE_CONSIDERATION)
    remember_asker(deps, asked)
    with deps.db.begin() as session:
        record_workspace(session, asked.workspace)
        # The message before the request: a second reaction to it is another request, and makes nothing either.
        if not claim(session, asked.workspace, source) or not inbox.claim(
            session, asked.workspace, asked.key, deps.clock()
        ):
            return None
        item = items.record_item(session, asked.workspace, created, team=team, incident=incident)
        messages = messages_about_new(session, item, place.channel, None, team, incident)
        messages += made(session, item, source)
        deps.outbox.enqueue(session, asked.workspace, ChangeOf(item.last_change_id).key, messages)
    return item


def _open_promote(deps: Deps, asked: Asked) -> Answer | None:
    number, rest = number_and_rest(asked.value or asked.text, PROMOTE)
    said = understood(deps, asked, rest) if rest else Sentence("")
    with item_look(deps, asked, number, and_more=True) as look:
        look.check_possible(Action.PROMOTE)
        item, team = look.item, look.team
        teams, incidents = choices_in(look.session, asked.workspace, look.viewer, item.incident_id)
        found = gate(look.session, asked.workspace, item.incident_id, team, deps.clock(), lock=False)
        seen = next((each for each in incidents if each.id == item.incident_id), None)
        due = proposed_due(deps, look.session, seen, team)
    may = decides(deps, asked, team)
    if not may:
        # Before the form: nobody shall fill it in for a gate that is closed to them.
        check_promotion(found, item.label, item.team_name, may_override=False)
    prefilled = Prefilled(
        title=item.title, details=item.details, owner=said.owner, due=said.due or due, team_id=item.team_id,
        incident_id=item.incident_id, references=item.references, root_cause=item.root_cause,
        verification=said.verification or item.verification, remedy=item.remedy, collaborators=item.collaborators,
        impact=item.impact, urgency=item.urgency, effort=item.effort, notes=tuple(_of_rest(said)),
    )  # fmt: skip
    carried = {"channel": item.channel} | ({PROPOSED: due.isoformat()} if due and not said.due else {})
    metadata = json.dumps(json.loads(metadata_for(asked, item)) | carried)
    on_top = gate_blocks(found, item.team_name, may_override=may, idea=item.label)
    asked.open(new_item(prefilled, teams, incidents, metadata, on_top=on_top, promote=True))
    return None


def _of_rest(said: Sentence) -> list[str]:
    """What of `promote 8 @priya by friday` was not understood: all of the text, for the idea has its own."""
    unread = [_(UNREAD, words=escape(shortened(said.text)))] if said.text else []
    return [*not_understood(said), *unread]


def _promote(deps: Deps, asked: Asked, form: Form) -> dict[str, Any] | None:
    chosen = chosen_in(deps, asked, form)
    team = chosen.team
    title = title_in(form)
    findings = review(title)
    if said := coach(asked, form, title, findings, strict=bool(team and team.strict_coach)):
        return with_advice(asked, form, title, said)
    draft = checked_draft(deps, asked, form, team)
    if again := late(deps, asked, form, draft, chosen):
        return again
    remembered = {} if form.choice("remedy") else proposed(draft.remedy)
    may = decides(deps, asked, team)
    asks = owner_is_asked(deps, asked, draft, chosen.incident, asked.metadata["channel"])
    # For the incident that was chosen; the item itself is found by `item_change`.
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with item_change(deps, asked, asked.metadata["number"]) as change:
        incident = locked_incident(change.session, asked.workspace, draft.incident_id, viewer)
        home = Place(change.item.channel, private=change.item.private)
        if home.channel != asked.metadata["channel"]:  # whose members were asked for above, before the transaction
            raise Unreadable
        check_named(change.session, asked, draft, incident, home, viewer)
        found = gate(change.session, asked.workspace, draft.incident_id, team, deps.clock(), lock=False)
        _check_room(change.item, form, found, team, may=may)
        detail = noted(findings) | overridden(found, form.text(OVERRIDE)) | remembered
        why = {LATE_BECAUSE: form.text(LATE_BECAUSE)}
        detail = with_policy(deps, change.session, detail | why, incident, team, draft.due)
        check_promoted_in(change.item, change.by, draft)
        change.record(promote(change.item, change.by, draft, change.today, detail, asks=asks))
    return None


def _check_room(idea: Item, form: Form, found: Gate, team: Team | None, *, may: bool) -> None:
    """Raises `Refused` where the gate is closed, unless the asker *may* open it and says why."""
    if may and form.text(OVERRIDE):
        return
    # The gate may have closed since the form was opened: then it has no field that asks why.
    field = OVERRIDE if form.has(OVERRIDE) else "title"
    can_say_why = may and form.has(OVERRIDE)
    check_promotion(found, idea.label, team.name if team else "", may_override=can_say_why, field=field)


def _decline(deps: Deps, asked: Asked, form: Form) -> None:
    why = form.text("why")
    with item_change(deps, asked, asked.metadata["number"]) as change:
        change.record(decline(change.item, change.by, why))
