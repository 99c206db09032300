"""What the form says while it is filled in: the owner's load, what impact, effort and remedy mean, a closed gate."""

import re
from functools import partial
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.models.blocks import Block, PlainTextObject

from bot.blocks.form_notes import OWNER_NOTE, PLAN, owner_note, plan_blocks
from bot.blocks.ids import Modal
from bot.blocks.intake import BLOCK_ID, OVERRIDE
from bot.blocks.item_form import OF_GATE, OF_PLAN, SUGGEST, submit_words
from bot.blocks.parts import as_dicts
from bot.blocks.patching import field_of, filled_in, inserted_after, redrawn, without
from bot.deps import Deps
from bot.domain import priority
from bot.domain.errors import Unreadable
from bot.domain.item import Remedy
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Wanted
from bot.domain.slack_ids import USER_ID
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.create import gate_notice
from handlers.shared.item_form import chosen_team
from handlers.shared.place import seen_incident
from storage import items
from storage.intake import gate


def register(router: Router, deps: Deps) -> None:
    """The inputs that report at once, and the buttons of suggested owners."""
    router.input("owner", partial(_owner_picked, deps))
    for name in OF_PLAN:
        router.input(name, partial(_plan_changed, deps))
    for name in OF_GATE:
        router.input(name, partial(_place_changed, deps))
    router.input(re.compile(re.escape(SUGGEST) + r"\d"), partial(_owner_suggested, deps))


def _owner_picked(deps: Deps, asked: Asked) -> Answer | None:
    form = Form(asked.view)
    _update(asked, _with_owner_note(deps, asked, form, filled_in(asked.view), form.user("owner")))
    return None


def _owner_suggested(deps: Deps, asked: Asked) -> Answer | None:
    if not USER_ID.fullmatch(asked.value):
        raise Unreadable
    blocks = [
        _owner_block(block, asked.value) if field_of(str(block.get("block_id"))) == "owner" else block
        for block in filled_in(asked.view)
    ]
    _update(asked, _with_owner_note(deps, asked, Form(asked.view), blocks, asked.value))
    return None


def _plan_changed(_deps: Deps, asked: Asked) -> Answer | None:
    form = Form(asked.view)
    # Half of the two says nothing yet.
    if not (form.choice("impact") and form.choice("effort")):
        return None
    impact, effort = (form.required_scale(name, "Choose one.") for name in ("impact", "effort"))
    added = plan_blocks(priority.quadrant(impact, effort), form.one_of("remedy", Remedy))
    _update(asked, inserted_after(without(filled_in(asked.view), PLAN), "effort", added))
    return None


def _place_changed(deps: Deps, asked: Asked) -> Answer | None:
    """Says on top that the chosen incident or team takes no items, and takes it back when another one is chosen."""
    form = Form(asked.view)
    team, incident = chosen_team(deps, asked, form), seen_incident(deps, asked, form.number("incident"))
    with deps.db.read() as session:
        found = gate(session, asked.workspace, incident.id if incident else None, team, deps.clock(), lock=False)
    rest = without(filled_in(asked.view), BLOCK_ID, OVERRIDE)
    # Nothing to say and nothing to take back: the form is left alone, for each drawing can meet somebody's typing.
    if found.is_open and len(rest) == len(asked.view["blocks"]):
        return None
    promotes = asked.view["callback_id"] == Modal.PROMOTE
    idea = f"AI-{asked.metadata['number']}" if promotes else ""
    on_top = as_dicts(gate_notice(deps, asked, found, team, idea))
    submit = {} if promotes else {"submit": PlainTextObject(text=submit_words(idea=bool(on_top))).to_dict()}
    _update(asked, [*on_top, *rest], **submit)
    return None


def _with_owner_note(
    deps: Deps, asked: Asked, form: Form, blocks: list[dict[str, Any]], owner: str
) -> list[dict[str, Any]]:
    bare = without(blocks, OWNER_NOTE)
    if not owner:
        return bare
    # The load as the asker may see it: a number would say how much there is in private channels.
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        load = items.count_items(session, asked.workspace, Wanted(states=OPEN, owner=owner), viewer)
    team = chosen_team(deps, asked, form)
    name = deps.directory.names(asked.workspace, {owner})(owner)
    notes: list[Block] = [owner_note(name, load, leads=team.name if team and team.lead == owner else "")]
    return inserted_after(bare, "owner", notes)


def _owner_block(block: dict[str, Any], user: str) -> dict[str, Any]:
    """The owner's input with *user* chosen. Its new block_id makes Slack take the initial value."""
    element = {name: value for name, value in block["element"].items() if not name.startswith("initial_")}
    return block | {"block_id": f"owner:{user}", "element": element | {"initial_user": user}}


def _update(asked: Asked, blocks: list[dict[str, Any]], **changes: Any) -> None:
    """Draws the form again, unless it has changed meanwhile: a note is not worth an error."""
    # With the hash: Slack refuses what was drawn from a form that somebody has typed in since.
    view = asked.view
    try:
        asked.client.views_update(view_id=view["id"], hash=view["hash"], view=redrawn(view, blocks, **changes))
    except (SlackClientError, OSError):
        return
