"""The coach in the form: each finding with a better version, and the box to keep one's own wording."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.fields import tick_field
from bot.blocks.parts import context, section
from bot.coach import Finding
from bot.domain.words import _

KEEP = "keep"
PREFIX = "coach"
STRICT = "This team is strict: findings must be fixed."


def coached(findings: Sequence[Finding], *, strict: bool) -> list[Block]:
    """What the coach found, to stand behind the action; a strict team has no box to tick."""
    blocks: list[Block] = [_finding(finding, index) for index, finding in enumerate(findings)]
    if strict:
        last = context(_(STRICT))
        last.block_id = f"{PREFIX}.strict"
        return [*blocks, last]
    return [*blocks, tick_field(KEEP, "Keep it as written?", "Keep my wording")]


def finding_text(finding: Finding) -> str:
    """What is weak, and a better version where there is one, as mrkdwn."""
    lines = [_safe(finding.message)]
    if finding.suggestion:
        lines.append(_("For example: {suggestion}", suggestion=_safe(finding.suggestion)))
    return "\n".join(lines)


def _finding(finding: Finding, index: int) -> Block:
    block = section(finding_text(finding))
    # Known by their ids: the next look at the form takes them away again (`patching.without`).
    block.block_id = f"{PREFIX}.{index}"
    return block


def _safe(text: str) -> str:
    """Entities only: the coach marks the slots to fill in bold, and that is to be seen."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
