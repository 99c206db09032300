"""Future considerations: written down without a form, promoted when there is room, or declined with a reason."""

import json
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks.idea import decline_form
from bot.blocks.ids import Button, Modal
from bot.blocks.intake import OVERRIDE, gate_blocks
from bot.blocks.item_form import Prefilled, new_item
from bot.blocks.text import shortened
from bot.coach import review
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.idea import decline, promote
from bot.domain.intake import check_promotion
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, By, Created, Draft, Item, Moved
from bot.domain.lifecycle import Action, State
from bot.domain.sentence import tidy, title_and_details
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import change, load, metadata_for, opens, refuse_early, remember_asker
from handlers.shared.claim import Source, claim, made
from handlers.shared.create import check_named, checked_draft, coach, decides, noted, overridden, owner_is_asked
from handlers.shared.item_form import choices, chosen_team, likely_team, team_of
from handlers.shared.notifications import messages_about_new
from handlers.shared.place import Place, incident_of, place_of, seen_by_all
from handlers.shared.typed import readable
from storage import inbox, items
from storage.intake import gate
from storage.workspaces import record_workspace

PROMOTE = "promote N"
MIDDLE = 3


def register(router: Router, deps: Deps) -> None:
    """`idea`, `promote`, the buttons “Promote” and “Decline”, and their modals."""
    router.subcommand("idea", partial(_idea, deps), "idea TEXT", "writes a future consideration down, no commitment")
    router.subcommand("promote", partial(_open_promote, deps), PROMOTE, "makes an item of an idea")
    router.button(Button.PROMOTE, partial(_open_promote, deps))
    router.modal(Modal.PROMOTE, partial(_promote, deps))
    router.button(Button.DECLINE, opens(deps, Action.DECLINE, decline_form, "show N"))
    router.modal(Modal.DECLINE, partial(_decline, deps))


def _idea(deps: Deps, asked: Asked) -> Answer | None:
    title = tidy(readable(deps, asked, asked.text))
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
    incident = incident_of(deps, asked.workspace, place)
    teams, _known = choices(deps, asked)
    team = likely_team(teams, asked.user)
    title, details = title_and_details(text, TITLE_LIMIT)
    draft = Draft(
        title or shortened(" ".join(text.split()), TITLE_LIMIT), asked.user, deps.clock().date(), None,
        MIDDLE, MIDDLE, MIDDLE, "", details=details[:TEXT_LIMIT], references=references,
        team_id=team.id if team else None, incident_id=incident.id if incident else None,
    )  # fmt: skip
    created = Created(draft, asked.user, deps.clock(), place.channel, place.private, state=State.FUTURE_CONSIDERATION)
    remember_asker(deps, asked)
    with deps.db.begin() as session:
        record_workspace(session, asked.workspace)
        if not claim(session, asked.workspace, source) or not inbox.claim(
            session, asked.workspace, asked.key, deps.clock()
        ):
            return None
        found = gate(session, asked.workspace, draft.incident_id, team, deps.clock())
        item = items.record_item(session, asked.workspace, created)
        messages = messages_about_new(session, item, place.channel, found, None) + made(session, item, source)
        deps.outbox.enqueue(session, asked.workspace, f"change:{item.last_change_id}", messages)
    return item


def _open_promote(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value or asked.text, PROMOTE)
    item = load(deps, asked, number)
    refuse_early(deps, asked, item, Action.PROMOTE)
    teams, incidents = choices(deps, asked)
    team = team_of(deps, item.team_id)
    with deps.db.begin() as session:
        found = gate(session, asked.workspace, item.incident_id, team, deps.clock())
    may = decides(deps, asked, team)
    if not may:
        check_promotion(found, item.label, item.team_name, may_override=False)
    prefilled = Prefilled(
        title=item.title, details=item.details, team_id=item.team_id, incident_id=item.incident_id,
        references=item.references, root_cause=item.root_cause, verification=item.verification, remedy=item.remedy,
    )  # fmt: skip
    metadata = json.dumps(json.loads(metadata_for(asked, item)) | {"channel": item.channel, "private": item.private})
    on_top = gate_blocks(found, item.team_name, may_override=may, idea=item.label)
    asked.open(new_item(prefilled, teams, incidents, metadata, on_top=on_top, promote=True))
    return None


def _promote(deps: Deps, asked: Asked, form: Form) -> dict[str, Any] | None:
    team = chosen_team(deps, asked, form)
    draft = checked_draft(deps, asked, form, team)
    findings = review(draft.title)
    if again := coach(asked, form, draft, findings, strict=bool(team and team.strict_coach)):
        return again
    why = form.text(OVERRIDE)
    may = decides(deps, asked, team)
    asks = owner_is_asked(deps, asked, draft)
    detail = noted(findings)
    idea = load(deps, asked, asked.metadata["number"])
    viewer = deps.directory.viewer(asked.workspace, asked.user)

    def check(session: Session) -> None:
        home = Place(idea.channel, private=idea.private)
        check_named(session, asked, draft, home, viewer)
        found = gate(session, asked.workspace, draft.incident_id, team, deps.clock())
        if not (may and why):
            can_say_why = may and form.has(OVERRIDE)
            field = OVERRIDE if form.has(OVERRIDE) else "title"
            check_promotion(found, idea.label, team.name if team else "", may_override=can_say_why, field=field)
        detail.update(overridden(found, why))

    def decide(item: Item, by: By) -> Moved:
        return promote(item, by, draft, deps.today(item.zone), detail, asks=asks)

    change(deps, asked, asked.metadata["number"], decide, check)
    return None


def _decline(deps: Deps, asked: Asked, form: Form) -> None:
    why = form.text("why")
    change(deps, asked, asked.metadata["number"], lambda item, by: decline(item, by, why))
