"""`/actionitem help`: what can be done, in the order in which people need it."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block

from bot.blocks.parts import context, section

INTRO = "Action items from incidents: each has one owner, a deadline and a way to verify it."


@dataclass(frozen=True)
class Usage:
    """One subcommand as help shows it: `verify N`, and what it does in a few words."""

    usage: str
    does: str


def help_blocks(usages: Sequence[Usage], notice: str = "") -> list[Block]:
    """All subcommands. `notice` stands on top, for example that the typed one does not exist."""
    lines = [f"`/actionitem {usage.usage}` {usage.does}" for usage in usages]
    blocks: list[Block] = [section(notice)] if notice else []
    return [*blocks, section(INTRO), section("\n".join(lines)), context("N is `12` or `AI-12`.")]
