"""From a filled-in form to an item: the coach reads it, the gate counts, and one transaction records it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.blocks.done import created as what_was_made
from bot.blocks.form_notes import DECLINE
from bot.blocks.intake import BLOCK_ID, OVERRIDE, gate_blocks, gate_text
from bot.deps import Deps
from bot.domain.accept import must_accept
from bot.domain.errors import NotFound, Refused, Unavailable
from bot.domain.idea import decline
from bot.domain.incident import Incident, check_shown_in
from bot.domain.intake import Gate
from bot.domain.item import By, Created, Draft, Item
from bot.domain.lifecycle import State
from bot.domain.messages import Message
from bot.domain.new import check_draft, check_lengths
from bot.domain.person import Person, check_collaborator, check_owner
from bot.domain.queries import Viewer
from bot.domain.roles import decides as may_decide
from bot.domain.roles import may_act
from bot.domain.subjects import ChangeOf
from bot.domain.team import Team
from bot.domain.words import Text
from bot.services.notifications import messages_about_new
from bot.services.similar_titles import find_similar
from bot.slack.names import names_in
from handlers.gateway.asked import AlreadyDone, Asked
from handlers.gateway.forms import Form
from handlers.shared.advice import advised, findings_in, looked_up, noted, proposed, title_in
from handlers.shared.claim import claim_or_refuse, made, source_in
from handlers.shared.due_by_policy import LATE_BECAUSE, late, with_policy
from handlers.shared.item_change import as_seen, remember_asker, who_was_told
from handlers.shared.item_form import Chosen, draft_from, facts_from, zone_for
from handlers.shared.place import Place, place_carried
from storage import inbox, incidents, items
from storage.intake import gate
from storage.people import known_people, note_known


def submitted(deps: Deps, asked: Asked, form: Form) -> dict[str, Any] | None:
    """“Create”: the form again with what is to be read first, or None when the item or the idea is recorded."""
    title = title_in(form)
    # First: who is not where the form was opened is told nothing of what stands there.
    place_carried(deps, asked)
    chosen, similar, compared = looked_up(deps, asked, form, title)
    findings = findings_in(form, title)
    if again := advised(asked, form, title, findings, chosen.team, similar):
        return again
    override, declined = form.text(OVERRIDE), form.text(DECLINE)
    idea = makes_idea(form) and not override
    draft = _idea_draft(deps, asked, form, chosen.team) if idea else checked_draft(deps, asked, form, chosen.team)
    # An idea promises no day.
    if not (idea or declined) and (again := late(deps, asked, form, draft, chosen)):
        return again
    detail = noted(findings) | ({} if form.choice("remedy") else proposed(draft.remedy))
    detail |= {LATE_BECAUSE: form.text(LATE_BECAUSE)}
    what = making(deps, asked, draft, chosen, detail, override=override, declined=declined, idea=idea)
    create(deps, asked, replace(what, compared=compared))
    return None


def makes_idea(form: Form) -> bool:
    """Whether the form says that what is written becomes an idea."""
    return any(block.get("block_id") == BLOCK_ID for block in form.view.get("blocks", ()))


def checked_draft(deps: Deps, asked: Asked, form: Form, team: Team | None) -> Draft:
    """The form as a draft that could become an item. Raises `Refused` at the fields that cannot be."""
    draft = draft_from(form, team.id if team else None)
    check_draft(draft, deps.today(zone_for(deps, asked, team)))
    check_owner(draft.owner, deps.directory.person(asked.workspace, draft.owner))
    for user in draft.collaborators:
        check_collaborator(user, deps.directory.person(asked.workspace, user))
    return draft


def _idea_draft(deps: Deps, asked: Asked, form: Form, team: Team | None) -> Draft:
    """The form as an idea: the action is enough, for nobody promises anything (R26)."""
    facts = facts_from(form, team.id if team else None)
    today = deps.today(zone_for(deps, asked, team))
    owner, due = form.user("owner") or asked.user, form.day("due") or today
    draft = Draft(title=title_in(form), owner=owner, due=due, **facts)  # type: ignore[arg-type]
    check_lengths(draft)
    return draft


@dataclass(frozen=True)
class Making:
    """A draft, and all that Slack was asked about it before the transaction.

    `asks`: its owner is asked first. `may_override`: `override`, why a lead opens the gate, counts. `declined`: why it
    is declined at once (R28); "" for neither. `detail` is what its history notes. `idea`: it is one, whatever the gate
    says. `compared`: up to this number no item says nearly the same.
    """

    draft: Draft
    chosen: Chosen
    place: Place
    person: Person | None
    detail: dict[str, Any]
    asks: bool = False
    may_override: bool = False
    override: str = ""
    declined: str = ""
    idea: bool = False
    compared: int = 0


def making(
    deps: Deps,
    asked: Asked,
    draft: Draft,
    chosen: Chosen,
    detail: dict[str, Any],
    *,
    override: str = "",
    declined: str = "",
    idea: bool = False,
) -> Making:
    """What `record` needs. Asks Slack, so not within a transaction: SQLite's only writer would be held meanwhile.

    *override* is why a lead opens the gate, *declined* why it is declined at once (R28); "" for neither. *idea*: it is
    one, whatever the gate says.
    """
    place = place_carried(deps, asked)
    return Making(
        draft, chosen, place, remember_asker(deps, asked), detail,
        asks=owner_is_asked(deps, asked, draft, chosen.incident, place.channel),
        may_override=override != "" and decides(deps, asked, chosen.team),
        override=override, declined=declined, idea=idea,
    )  # fmt: skip


def create(
    deps: Deps, asked: Asked, what: Making, also: Callable[[Item], Sequence[Message]] = lambda _item: ()
) -> Item:
    """Records the item, or the idea where the gate is closed, with its messages, and *also* more, in one transaction.

    Raises `AlreadyDone` when this very submission was carried out before.
    """
    source = source_in(asked.metadata, what.place)

    def act(viewer: Viewer) -> Item:
        with deps.db.begin() as session:
            # First, so that the same submission sent twice waits here for the first one and then stops.
            if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
                raise AlreadyDone
            claim_or_refuse(session, asked.workspace, source, viewer)
            item, messages, found = record(deps, session, asked, what, viewer)
            messages += [*made(session, item, source), *also(item)]
            deps.outbox.enqueue(session, asked.workspace, ChangeOf(item.last_change_id).key, messages)
            told = who_was_told(messages, asked.user, asks=True)
            asked.done.append(what_was_made(item, told, names_in(session, asked.workspace, {item.owner, *told})))
            if item.is_idea and not found.is_open:
                asked.done.append(gate_text(found, item.team_name))
        return item

    return as_seen(deps, asked, act)


def record(
    deps: Deps, session: Session, asked: Asked, what: Making, viewer: Viewer
) -> tuple[Item, list[Message], Gate]:
    """The item, or the idea where the gate is closed, recorded in the caller's transaction; its messages; the gate.

    Raises `Refused` where *viewer* may not name what the draft names.
    """
    draft, team = what.draft, what.chosen.team
    now = deps.clock()
    # Locked before its items are counted: of two that are made at once, the sixth sees the fifth (R25).
    incident = locked_incident(session, asked.workspace, draft.incident_id, viewer)
    home = _home(incident, what.place)
    check_named(session, asked, draft, incident, home, viewer)
    found = gate(session, asked.workspace, draft.incident_id, team, now, lock=False)
    # “Add to this one instead” is offered to who may press it.
    may_merge = may_act(draft, asked.user, what.person, team)
    similar = _similar(session, asked, what, home, viewer) if may_merge else None
    # For the messages. From the item's number on, whoever else creates in this workspace waits until commit.
    note_known(session, deps.directory.at_hand_of(asked.workspace, {draft.owner, asked.user}))
    known_people(session, asked.workspace, {draft.owner, asked.user})
    noted_so = with_policy(deps, session, what.detail, incident, team, draft.due)
    created = _created(replace(what, detail=noted_so), found, home, By(asked.user, now))
    item = items.record_item(session, asked.workspace, created, team=team, incident=incident)
    if what.declined:
        # Two lines of history: that somebody had the idea, and that it was declined at once (R28).
        item = items.record_moved(session, decline(item, By(asked.user, now), what.declined))
    return item, messages_about_new(session, item, what.place.channel, similar, team, incident), found


def _created(what: Making, found: Gate, home: Place, by: By) -> Created:
    """What is recorded behind that gate: an item, or an idea."""
    detail = what.detail | (overridden(found, what.override) if what.may_override else {})
    made_so = Created(what.draft, by.user, by.at, home.channel, home.private, detail=detail)
    # The gate may have closed since the form was opened; what was typed is kept as an idea and not refused.
    is_idea = what.idea or bool(what.declined) or (not found.is_open and not what.may_override)
    return as_idea(made_so) if is_idea else replace(made_so, awaits_acceptance=what.asks)


def as_idea(created: Created) -> Created:
    """What was to be an item, as a future consideration: nobody is asked to own it."""
    return replace(created, state=State.FUTURE_CONSIDERATION)


def _similar(session: Session, asked: Asked, what: Making, home: Place, viewer: Viewer) -> Item | None:
    private = home.channel if home.private else None
    # What was compared before this transaction is not compared again while it holds up others.
    return find_similar(session, asked.workspace, viewer, what.draft, private, after=what.compared)


def locked_incident(session: Session, workspace: str, incident_id: int | None, viewer: Viewer) -> Incident | None:
    """The incident that a draft names, locked for whoever counts its items. Raises `NotFound` as `get_incident`."""
    return incidents.get_incident(session, workspace, incident_id, viewer, lock=True) if incident_id else None


def check_named(
    session: Session, asked: Asked, draft: Draft, incident: Incident | None, home: Place, viewer: Viewer
) -> None:
    """Raises `Refused` unless *viewer* may see what the draft names, and so may everybody who sees its card at home."""
    if incident:
        check_shown_in(incident, home.channel, private=home.private)
    if draft.systemic_item is None:
        return
    try:
        other = items.get_item(session, asked.workspace, draft.systemic_item, viewer)
    except NotFound as missing:
        raise NotFound(missing.text, field="plan.systemic") from None
    if other.private and not (home.private and home.channel == other.channel):
        raise Refused(
            Text("{item} belongs to a private channel. Leave it out here.", item=other.label), field="plan.systemic"
        )


def _home(incident: Incident | None, place: Place) -> Place:
    """Where the card will stand: in the incident's channel, and what is made in a private one stays there."""
    if incident is None or incident.channel is None or place.private:
        return place
    return Place(incident.channel, private=incident.private)


def decides(deps: Deps, asked: Asked, team: Team | None) -> bool:
    """Whether the asker may override: the team's lead, or an admin. Nobody else while Slack is away."""
    try:
        person = deps.directory.person(asked.workspace, asked.user)
    except Unavailable:
        # Unknown is no lead and no admin: while Slack is away nobody opens a gate by mistake.
        person = None
    return may_decide(asked.user, person, team)


def gate_notice(deps: Deps, asked: Asked, found: Gate, team: Team | None, idea: str = "") -> list[Block]:
    """What stands on top of the asker's form, as `gate_blocks` draws it."""
    may = not found.is_open and decides(deps, asked, team)
    return gate_blocks(found, team.name if team else "", may_override=may, idea=idea)


def owner_is_asked(deps: Deps, asked: Asked, draft: Draft, incident: Incident | None, home: str | None) -> bool:
    """Whether the owner of the draft is asked first: chosen by somebody else, and not in the incident's channel, nor
    in *home*, where the card stands without one."""
    if draft.owner == asked.user:
        return False
    # Who was in the incident's channel has heard what was agreed there; others are asked first (R32).
    channel = (incident.channel if incident else None) or home
    there = channel is not None and draft.owner in deps.directory.members(asked.workspace, channel)
    return must_accept(draft.owner, asked.user, owner_was_there=there)


def overridden(found: Gate, why: str) -> dict[str, Any]:
    """What the history says of a closed gate that somebody opened."""
    if found.is_open:
        return {}
    return {"override": {"gate": "freeze" if found.freeze else "quota", "why": why}}
