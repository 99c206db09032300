"""What stands beside the fields of the form while it is filled in."""

from slack_sdk.models.blocks import Block

from bot.blocks.fields import date_field, text_field
from bot.blocks.parts import context
from bot.blocks.text import count, escape
from bot.domain.item import Remedy
from bot.domain.priority import Quadrant
from bot.domain.words import _

OWNER_NOTE = "owner_note"
PLAN = "plan"
DECLINE = "plan.decline"
LOAD = "{name} has {load}."
LEAD = "{name} leads {team}. Better assign the engineer who will do it, and name {name} as collaborator."
MAJOR = "A *major project*: it needs a start and people, or it will wait for ever."
RECONSIDER = "*Reconsider:* much effort for little effect. Often it is better to decline it now, with the reason."
TRAINING = "Training fades. Put an item beside it that changes the system: create it next, or link one below."
DOCUMENTATION = "Say in Details for whom it is and where they will find it."


def owner_note(name: str, load: int, *, leads: str) -> Block:
    """How much the chosen owner has already; *leads* is the team that they lead, if any. *name* is mrkdwn."""
    words = _(LOAD, name=name, load=count(load, "open item"))
    if leads:
        words += " " + _(LEAD, name=name, team=escape(leads))
    note = context(words)
    # By its id the next choice finds and replaces it.
    note.block_id = OWNER_NOTE
    return note


def plan_blocks(quadrant: Quadrant, remedy: Remedy | None) -> list[Block]:
    """What impact, effort and remedy ask for: a start and staffing, declining, a systemic item, an audience."""
    blocks: list[Block] = []
    if quadrant is Quadrant.MAJOR_PROJECT:
        start = date_field("plan.starts_on", "Start on")
        start.optional = True
        blocks += [_note("major", _(MAJOR)), start, text_field("plan.staffing", "Who staffs it?", optional=True)]
    if quadrant is Quadrant.RECONSIDER:
        why = text_field(DECLINE, "Decline it, because", optional=True)
        blocks += [_note("reconsider", _(RECONSIDER)), why]
    if remedy is Remedy.TRAINING:
        systemic = text_field("plan.systemic", "Systemic item beside it", optional=True, placeholder="AI-12")
        blocks += [_note("training", _(TRAINING)), systemic]
    if remedy is Remedy.DOCUMENTATION:
        blocks.append(_note("documentation", _(DOCUMENTATION)))
    return blocks


def _note(name: str, words: str) -> Block:
    note = context(words)
    note.block_id = f"{PLAN}.note.{name}"
    return note
