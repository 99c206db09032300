"""What the form says and does while it is filled in: “More fields”, a better wording taken, the owner's load, what
says nearly the same, what impact, effort and remedy mean, a closed gate."""

import hashlib
import json
import re
from functools import partial
from typing import Any

from slack_sdk.errors import SlackClientError
from slack_sdk.models.blocks import Block, PlainTextObject

from bot.blocks.coach import ALIKE, KEEP, PREFIX, USE, as_text, slots_in, used
from bot.blocks.form_notes import OWNER_NOTE, PLAN, owner_note, plan_blocks
from bot.blocks.ids import Button, Modal
from bot.blocks.intake import BLOCK_ID, OVERRIDE
from bot.blocks.item_form import BEHIND, MORE, OF_GATE, OF_PLAN, SUGGEST, more_fields, submit_words
from bot.blocks.needed_fields import Needs, asking, needs_of_idea
from bot.blocks.parts import as_dicts
from bot.blocks.patching import field_of, filled_in, inserted_after, redrawn, without
from bot.deps import Deps
from bot.domain import priority
from bot.domain.errors import Unreadable
from bot.domain.item import TITLE_LIMIT, Remedy
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Wanted
from bot.domain.slack_ids import USER_ID
from bot.slack.client import error_code
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.advice import similar_to
from handlers.shared.create import gate_notice
from handlers.shared.due_by_policy import proposed_again, proposed_due
from handlers.shared.item_form import chosen_team, remedy_in
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
    router.input(re.compile(re.escape(USE) + r"\d"), _wording_used)
    router.input(Button.MORE_FIELDS, _more_wanted)


def _more_wanted(asked: Asked) -> Answer | None:
    """All fields, those that are there as they are filled in; “Remedy” with what the wording speaks of."""
    blocks, form = filled_in(asked.view), Form(asked.view)
    there = {field_of(str(block.get("block_id"))): block for block in blocks}
    # Pressed twice: the first press has done it.
    if MORE not in there:
        return None
    new = more_fields(there, remedy_in(form))
    rest = without([block for name, block in there.items() if name not in BEHIND], PLAN)
    full = [*rest, *(there.get(name) or new[name].to_dict() for name in BEHIND)]
    _press(asked, _with_plan([block for block in full if block.get("block_id") != MORE], form, remedy_in(form)))
    return None


def _wording_used(asked: Asked) -> Answer | None:
    """A better version in place of the action; what it leaves open stands in brackets, and is asked for."""
    text, slots = as_text(asked.value), slots_in(asked.value)
    if not 0 < len(text) <= TITLE_LIMIT:
        raise Unreadable
    blocks = [
        _with_text(block, text) if field_of(str(block.get("block_id"))) == "title" else block
        for block in without(filled_in(asked.view), PREFIX, KEEP, ALIKE)
    ]
    memory = json.dumps(asked.metadata | {"slots": slots})
    _press(asked, inserted_after(blocks, "title", used(slots)), private_metadata=memory)
    return None


def _with_text(block: dict[str, Any], text: str) -> dict[str, Any]:
    """The input with *text* in it. Under its old block_id Slack would keep what was typed, so it gets another one."""
    mark = hashlib.blake2s(f"{block['block_id']} {text}".encode(), digest_size=6).hexdigest()
    return block | {"block_id": f"title:{mark}", "element": block["element"] | {"initial_value": text}}


def _owner_picked(deps: Deps, asked: Asked) -> Answer | None:
    form = Form(asked.view)
    _update_owner(deps, asked, form, filled_in(asked.view), form.user("owner"))
    return None


def _owner_suggested(deps: Deps, asked: Asked) -> Answer | None:
    if not USER_ID.fullmatch(asked.value):
        raise Unreadable
    blocks = [
        _owner_block(block, asked.value) if field_of(str(block.get("block_id"))) == "owner" else block
        for block in filled_in(asked.view)
    ]
    _update_owner(deps, asked, Form(asked.view), blocks, asked.value)
    return None


def _update_owner(deps: Deps, asked: Asked, form: Form, blocks: list[dict[str, Any]], owner: str) -> None:
    """With what is to be said of the owner; and, since the action is written now, what says nearly the same."""
    noted = _with_owner_note(deps, asked, form, blocks, owner)
    title = " ".join(form.text("title").split())
    # Before “Create”, where it can be: whoever has read it there is not held up by it.
    if not title or asked.view["callback_id"] != Modal.NEW:
        return _update(asked, noted)
    found = similar_to(deps, asked, title, chosen_team(deps, asked, form))
    if found is None:
        return _update(asked, noted)
    memory = json.dumps(asked.metadata | {"alike": found.number})
    shown = inserted_after(without(noted, ALIKE), "title", found.blocks)
    return _update(asked, shown, private_metadata=memory)


def _plan_changed(_deps: Deps, asked: Asked) -> Answer | None:
    form = Form(asked.view)
    blocks = without(filled_in(asked.view), PLAN)
    planned = _with_plan(blocks, form, form.one_of("remedy", Remedy))
    # Half of the two says nothing yet; drawn again for nothing, it can meet somebody's typing.
    if len(planned) != len(asked.view["blocks"]) or len(planned) != len(blocks):
        _update(asked, planned)
    return None


def _with_plan(blocks: list[dict[str, Any]], form: Form, remedy: Remedy | None) -> list[dict[str, Any]]:
    """*blocks* with what impact, effort and *remedy* ask for."""
    quadrant = priority.quadrant(form.scale("impact"), form.scale("effort"))
    return inserted_after(blocks, "effort", plan_blocks(quadrant, remedy))


def _place_changed(deps: Deps, asked: Asked) -> Answer | None:
    """Says on top that the chosen incident or team takes no items, and takes it back when another one is chosen; the
    due date becomes what the incident's severity asks for."""
    form = Form(asked.view)
    team, incident = chosen_team(deps, asked, form), seen_incident(deps, asked, form.number("incident"))
    with deps.db.read() as session:
        found = gate(session, asked.workspace, incident.id if incident else None, team, deps.clock(), lock=False)
        due = proposed_due(deps, session, incident, team)
    rest, memory = proposed_again(asked, form, without(filled_in(asked.view), BLOCK_ID, OVERRIDE), due)
    # Nothing to say and nothing to take back: the form is left alone, for each drawing can meet somebody's typing.
    if found.is_open and not memory and len(rest) == len(asked.view["blocks"]):
        return None
    promotes = asked.view["callback_id"] == Modal.PROMOTE
    idea = f"AI-{asked.metadata['number']}" if promotes else ""
    on_top = as_dicts(gate_notice(deps, asked, found, team, idea))
    changed: dict[str, Any] = {"private_metadata": json.dumps(asked.metadata | memory)} if memory else {}
    if not promotes:
        changed["submit"] = PlainTextObject(text=submit_words(idea=bool(on_top))).to_dict()
        # An idea needs no owner; and Slack itself asks for one only where it stands.
        overrides = any(block.get("block_id") == OVERRIDE for block in on_top)
        needs = needs_of_idea(may_override=overrides) if on_top else Needs.LATER
        rest = [asking(needs, block) for block in rest]
    _update(asked, [*on_top, *rest], **changed)
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


def _press(asked: Asked, blocks: list[dict[str, Any]], **changes: Any) -> None:
    """Draws the form as its button says, also where a note has changed it meanwhile: a press must do something."""
    if _draw(asked, blocks, asked.view["hash"], changes) == "hash_conflict":
        _draw(asked, blocks, None, changes)


def _update(asked: Asked, blocks: list[dict[str, Any]], **changes: Any) -> None:
    """Draws the form again, unless it has changed meanwhile: a note is not worth an error."""
    # With the hash: Slack refuses what was drawn from a form that somebody has typed in since.
    _draw(asked, blocks, asked.view["hash"], changes)


def _draw(asked: Asked, blocks: list[dict[str, Any]], unless_changed: str | None, changes: dict[str, Any]) -> str:
    """What Slack answers instead, or ""."""
    view = asked.view
    try:
        asked.client.views_update(view_id=view["id"], hash=unless_changed, view=redrawn(view, blocks, **changes))
    except (SlackClientError, OSError) as error:
        return error_code(error)
    return ""
