"""What an item needs beside its action: owner, due date and how it is verified; and when a form asks for them."""

from collections.abc import Mapping
from datetime import date
from enum import Enum, auto
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, PlainTextObject

from bot.blocks.fields import date_field, text_field, user_field
from bot.blocks.patching import field_of
from bot.blocks.ready import Ready, drawn_once, live
from bot.domain.words import Text, _

NEEDED = {
    "owner": Text("One person who answers for it; others can do the work."),
    "due": None,
    "verification": Text("What somebody will do to see that it works."),
}
"""What an item needs beside its action, and the hint at it, if there is one."""

TO_OVERRIDE = "Needed where you override; an idea needs none."


class Needs(Enum):
    """When owner, due date and verification are asked for.

    `LATER`: by “Create”, all at once (`handlers/shared/create.py`); Slack would ask before the bot hears of the action,
    and the coach comes before all else is filled in. It calls them optional then, so their hints say what is so.
    `NOW`: by Slack itself, once the coach has read the action. `NEVER`: an idea needs none of them.
    `OVERRIDE`: neither, unless its lead opens the gate.
    """

    LATER = auto()
    NOW = auto()
    NEVER = auto()
    OVERRIDE = auto()


def needs_of_idea(*, may_override: bool) -> Needs:
    """What a form asks for that makes an idea, unless somebody overrides."""
    return Needs.OVERRIDE if may_override else Needs.NEVER


def asking(needs: Needs, block: Mapping[str, Any]) -> dict[str, Any]:
    """An input of a form that is open as it is asked for now; any other block as it is."""
    name = field_of(str(block.get("block_id")))
    if name not in NEEDED:
        return dict(block)
    kept = {key: value for key, value in block.items() if key != "hint"}
    hint = _hint(name, needs)
    return (
        kept | {"optional": needs is not Needs.NOW} | ({"hint": PlainTextObject(text=hint).to_dict()} if hint else {})
    )


def _hint(name: str, needs: Needs) -> str | None:
    said = NEEDED[name]
    words = {
        Needs.LATER: [_("You may write the action first; “Create” asks for this.")],
        Needs.OVERRIDE: [_(TO_OVERRIDE)],
    }.get(needs, [])
    return " ".join([*words, *([str(said)] if said else [])]) or None


@drawn_once
def owner_field(initial: str | None, needs: Needs) -> Block:
    """“Owner”."""
    hint = _hint("owner", needs)
    return live(user_field("owner", "Owner", initial, optional=needs is not Needs.NOW, hint=hint))


@drawn_once
def due_field(initial: date | None, needs: Needs) -> Block:
    """“Due date”."""
    optional = needs is not Needs.NOW
    return Ready(date_field("due", "Due date", initial, optional=optional, hint=_hint("due", needs)))


@drawn_once
def verification_field(initial: str, needs: Needs) -> Block:
    """“How will we verify it?”."""
    return Ready(how_verified(initial, needs))


def how_verified(initial: str, needs: Needs) -> InputBlock:
    """The same, not kept drawn."""
    return text_field(
        "verification",
        "How will we verify it?",
        initial,
        optional=needs is not Needs.NOW,
        placeholder="Fire the alert on purpose in staging",
        hint=_hint("verification", needs),
    )
