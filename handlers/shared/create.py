"""From a filled-in form to an item: the coach reads it, the gate counts, and one transaction records it."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.blocks.coach import KEEP, PREFIX, coached
from bot.blocks.done import created as what_was_made
from bot.blocks.form_notes import DECLINE
from bot.blocks.intake import OVERRIDE, gate_blocks
from bot.blocks.patching import filled_in, inserted_after, redrawn, without
from bot.coach import Finding, Label, review
from bot.deps import Deps
from bot.domain.accept import must_accept
from bot.domain.errors import NotFound, Refused, Unavailable
from bot.domain.idea import decline
from bot.domain.incident import Incident, check_shown_in
from bot.domain.intake import Gate
from bot.domain.item import By, Created, Draft, Item, Remedy
from bot.domain.lifecycle import State
from bot.domain.messages import Message
from bot.domain.new import check_draft
from bot.domain.person import check_owner
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
from handlers.shared.claim import claim_or_refuse, made, source_in
from handlers.shared.item_change import as_seen, remember_asker, who_was_told
from handlers.shared.item_form import Chosen, chosen_in, draft_from, zone_for
from handlers.shared.place import Place, place_carried
from storage import inbox, incidents, items
from storage.intake import gate

TRAINING_MESSAGE = "Training as the only remedy fades: people forget, and new ones come."
TRAINING_SUGGESTION = "link an automation, guardrail or alert as “Systemic item beside it”, or create it next"
CHANGE_OR_KEEP = "Change the wording, or tick “Keep my wording”."
CHANGE = "Change the wording as the findings say."


def submitted(deps: Deps, asked: Asked, form: Form) -> dict[str, Any] | None:
    """“Create”: the form again with the coach's findings, or None when the item is recorded."""
    chosen = chosen_in(deps, asked, form)
    draft = checked_draft(deps, asked, form, chosen.team)
    findings = review(draft.title) or training_alone(draft)
    if again := coach(asked, form, draft, findings, strict=bool(chosen.team and chosen.team.strict_coach)):
        return again
    create(deps, asked, draft, chosen, noted(findings), override=form.text(OVERRIDE), declined=form.text(DECLINE))
    return None


def checked_draft(deps: Deps, asked: Asked, form: Form, team: Team | None) -> Draft:
    """The form as a draft that could become an item. Raises `Refused` at the first field that cannot be."""
    draft = draft_from(form, team.id if team else None)
    check_draft(draft, deps.today(zone_for(deps, asked, team)))
    check_owner(draft.owner, deps.directory.person(asked.workspace, draft.owner))
    return draft


def training_alone(draft: Draft) -> list[Finding]:
    """Training without an item beside it that changes the system (R11), as a finding of the coach's."""
    if draft.remedy is not Remedy.TRAINING or draft.systemic_item:
        return []
    return [Finding(Label.TRAINING_ONLY, TRAINING_MESSAGE, TRAINING_SUGGESTION)]


def coach(asked: Asked, form: Form, draft: Draft, findings: list[Finding], *, strict: bool) -> dict[str, Any] | None:
    """The form with the findings, the first time; None when the wording may pass.

    Afterwards a changed text passes, and so does a kept one; a strict team's passes without findings only.
    """
    seen = asked.metadata.get("coached")
    if not findings:
        return None
    # The fingerprint tells whether the wording was changed since; a strict team reads findings as long as there are
    # any.
    if seen is None or (strict and seen != _fingerprint(draft.title)):
        return _with_findings(asked, form, draft, findings, strict=strict)
    if seen == _fingerprint(draft.title) and (strict or not form.ticked(KEEP)):
        raise Refused(CHANGE if strict else CHANGE_OR_KEEP, field="title")
    return None


def create(
    deps: Deps,
    asked: Asked,
    draft: Draft,
    chosen: Chosen,
    detail: dict[str, Any],
    *,
    override: str,
    declined: str,
    also: Callable[[Item], Sequence[Message]] = lambda _item: (),
) -> Item:
    """Records the item, or the idea where the gate is closed, with its messages, and *also* more, in one transaction.

    `override` is why a lead opens the gate, `declined` why it is declined at once (R28); "" for neither.
    Raises `AlreadyDone` when this very submission was carried out before.
    """
    team = chosen.team
    # All that asks Slack comes before the transaction: an answer can take seconds, in which SQLite's only writer is
    # held.
    may = override != "" and decides(deps, asked, team)
    place = place_carried(deps, asked)
    asks = owner_is_asked(deps, asked, draft, chosen.incident, place.channel)
    person = remember_asker(deps, asked)
    source = source_in(asked.metadata, place)

    def act(viewer: Viewer) -> Item:
        with deps.db.begin() as session:
            # First, so that the same submission sent twice waits here for the first one and then stops.
            if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
                raise AlreadyDone
            claim_or_refuse(session, asked.workspace, source, viewer)
            now = deps.clock()
            # Locked before its items are counted: of two that are made at once, the sixth sees the fifth (R25).
            incident = locked_incident(session, asked.workspace, draft.incident_id, viewer)
            home = _home(incident, place)
            check_named(session, asked, draft, incident, home, viewer)
            found = gate(session, asked.workspace, draft.incident_id, team, now, lock=False)
            made_so = Created(
                draft, asked.user, now, home.channel, home.private,
                detail=detail | (overridden(found, override) if may else {}),
            )  # fmt: skip
            # The gate may have closed since the form was opened; what was typed is kept as an idea and not refused.
            is_idea = bool(declined) or (not found.is_open and not may)
            created = as_idea(made_so) if is_idea else replace(made_so, awaits_acceptance=asks)
            may_merge = may_act(draft, asked.user, person, team)
            # “Add to this one instead” is offered to who may press it.
            similar = _similar(session, asked, draft, home, viewer) if may_merge else None
            item = items.record_item(session, asked.workspace, created, team=team, incident=incident)
            if declined:
                # Two lines of history: that somebody had the idea, and that it was declined at once (R28).
                item = items.record_moved(session, decline(item, By(asked.user, now), declined))
            messages = messages_about_new(session, item, place.channel, found, similar, team, incident)
            messages += [*made(session, item, source), *also(item)]
            deps.outbox.enqueue(session, asked.workspace, ChangeOf(item.last_change_id).key, messages)
            told = who_was_told(messages, asked.user, asks=True)
            asked.done.append(what_was_made(item, told, names_in(session, asked.workspace, {item.owner, *told})))
        return item

    return as_seen(deps, asked, act)


def as_idea(created: Created) -> Created:
    """What was to be an item, as a future consideration: nobody is asked to own it."""
    return replace(created, state=State.FUTURE_CONSIDERATION)


def _similar(session: Session, asked: Asked, draft: Draft, home: Place, viewer: Viewer) -> Item | None:
    return find_similar(session, asked.workspace, viewer, draft, home.channel if home.private else None)


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


def _with_findings(asked: Asked, form: Form, draft: Draft, findings: list[Finding], *, strict: bool) -> dict[str, Any]:
    blocks = without(filled_in(form.view), PREFIX, KEEP)
    shown = inserted_after(blocks, "title", coached(findings, strict=strict))
    metadata = json.dumps(asked.metadata | {"coached": _fingerprint(draft.title)})
    return redrawn(form.view, shown, private_metadata=metadata)


def noted(findings: list[Finding]) -> dict[str, Any]:
    """What the history says of findings that were kept."""
    return {"kept_findings": [finding.label.value for finding in findings]} if findings else {}


def overridden(found: Gate, why: str) -> dict[str, Any]:
    """What the history says of a closed gate that somebody opened."""
    if found.is_open:
        return {}
    return {"override": {"gate": "freeze" if found.freeze else "quota", "why": why}}


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
