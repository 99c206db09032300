"""Why a form makes an idea instead of an item, and what would change that."""

from slack_sdk.models.blocks import Block

from bot.blocks.fields import text_field
from bot.blocks.parts import section
from bot.blocks.text import escape
from bot.domain.freeze import Freeze
from bot.domain.intake import Gate, aims, because, stays_an_idea
from bot.domain.item import TEXT_LIMIT
from bot.domain.words import _

OVERRIDE = "override"
BLOCK_ID = "gate"
QUOTA = (
    "*The quota of this incident is used up:* it has {used} of {quota} items. What you write is kept as an idea, "
    "which is no commitment. Promote it when there is room."
)
FROZEN = (
    "*{team} takes no new items at the moment.* {because}. What you write is kept as an idea. Intake opens again once "
    "the backlog is under control: {aims}."
)


def gate_blocks(gate: Gate, team: str, *, may_override: bool, idea: str = "") -> list[Block]:
    """What stands on top of a form whose gate is closed; nothing when it is open. `idea`: the label of the one that
    the form promotes."""
    if gate.is_open:
        return []
    kept = escape(str(stays_an_idea(gate, idea, team, may_override=may_override))) if idea else gate_text(gate, team)
    notice = section(kept)
    notice.block_id = BLOCK_ID
    if not may_override:
        return [notice]
    # Optional: whoever may override can as well let it become an idea.
    field = text_field(OVERRIDE, "Override, because", optional=True, limit=TEXT_LIMIT)
    return [notice, field]


def gate_text(gate: Gate, team: str) -> str:
    """Why what is written becomes an idea, and the way out, as mrkdwn."""
    if gate.freeze:
        return _frozen(gate.freeze, team)
    return _(QUOTA, used=gate.used, quota=gate.quota)


def _frozen(freeze: Freeze, team: str) -> str:
    return _(FROZEN, team=escape(team), because=because(freeze), aims=aims(freeze.control))
