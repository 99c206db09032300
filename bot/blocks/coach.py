"""The coach in the form: each finding with a better version, and the box to keep one's own wording; and an open item
that says nearly the same."""

import re
from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, PlainTextObject

from bot.blocks.fields import tick_field
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import Names, escape, shortened
from bot.coach import Finding
from bot.domain.item import TITLE_LIMIT, Item
from bot.domain.words import _

KEEP = "keep"
PREFIX = "coach"
ALIKE = "alike"
"""The block about an open item that says nearly the same."""
USE = "coach.use."
"""action_ids of “Use this wording”, a number behind each: of a view no two elements may have the same."""
STRICT = "This team is strict: findings must be fixed."
TO_FILL = "Put your own words in place of what stands in brackets."
SAYS_THE_SAME = (
    "*{item}* says nearly the same and is open: _{title}_ – {owner}, {state}. Go on with that one, or create this one "
    "all the same."
)
_SLOT = re.compile(r"\*\[([^\[\]]+)\]\*")


def coached(findings: Sequence[Finding], *, strict: bool, usable: bool = True) -> list[Block]:
    """What the coach found, to stand behind the action; a strict team has no box to tick.

    `usable`: the suggestions are wordings, and not advice.
    """
    blocks = [block for at, finding in enumerate(findings) for block in _finding(finding, at, usable=usable)]
    if strict:
        return [*blocks, _note("strict", _(STRICT))]
    return [*blocks, tick_field(KEEP, "Keep it as written?", "Keep my wording")]


def used(slots: Sequence[str]) -> list[Block]:
    """What stands behind the action once a better version has taken its place; *slots* are what it leaves open."""
    return [_note("slots", _(TO_FILL))] if slots else []


def alike(item: Item, names: Names) -> list[Block]:
    """An open item that says nearly the same, with its state and the way to it."""
    words = _(
        SAYS_THE_SAME,
        item=item.label, title=escape(shortened(item.title)), owner=names(item.owner), state=_(item.state.words),
    )  # fmt: skip
    block = section(words, button(Button.SHOW, _("Show {item}", item=item.label), str(item.number)))
    block.block_id = ALIKE
    return [block]


def slots_in(suggestion: str) -> list[str]:
    """What a better version leaves open, in brackets as it stands in the text."""
    return [f"[{slot}]" for slot in _SLOT.findall(suggestion)]


def as_text(suggestion: str) -> str:
    """A better version as a field of plain text holds it: what is open in brackets, without the marks of bold."""
    return _SLOT.sub(r"[\1]", suggestion)


def finding_text(finding: Finding) -> str:
    """What is weak, and a better version where there is one, as mrkdwn."""
    lines = [_safe(finding.message)]
    if finding.suggestion:
        lines.append(_("For example: {suggestion}", suggestion=_safe(finding.suggestion)))
    return "\n".join(lines)


def _finding(finding: Finding, index: int, *, usable: bool) -> list[Block]:
    block = section(finding_text(finding))
    # Known by their ids: the next look at the form takes them away again (`patching.without`).
    block.block_id = f"{PREFIX}.{index}"
    # Not one that the field could not hold.
    if not (usable and 0 < len(as_text(finding.suggestion)) <= TITLE_LIMIT):
        return [block]
    words = PlainTextObject(text=_("Use this wording"))
    # Below and not beside: on a telephone there would be half a line left for the words.
    use = ButtonElement(text=words, action_id=f"{USE}{index}", value=finding.suggestion)
    return [block, actions([use], f"{PREFIX}.use.{index}")]


def _note(name: str, words: str) -> Block:
    note = context(words)
    note.block_id = f"{PREFIX}.{name}"
    return note


def _safe(text: str) -> str:
    """Entities only: the coach marks the slots to fill in bold, and that is to be seen."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
