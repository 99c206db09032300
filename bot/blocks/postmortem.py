"""The post-mortem table as something to copy: code, so that Slack changes no character of it."""

from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.parts import context, section
from bot.domain.words import _

CHUNK = 2800
"""Characters of the table in one block, whose limit is 3,000 with the marks around it."""


def table_blocks(lines: Sequence[str]) -> list[Block]:
    """The table, in as few pieces as fit; they are copied one below the other."""
    # The note stands outside the code, so that it is not copied along.
    note = context(_("Markdown, to paste into the post-mortem. The channel's canvas holds the same."))
    return [note, *(section(f"```\n{piece}\n```") for piece in _pieces(_escaped(line) for line in lines))]


def _pieces(lines: Iterable[str]) -> list[str]:
    pieces: list[str] = []
    for line in lines:
        if pieces and len(pieces[-1]) + 1 + len(line) <= CHUNK:
            pieces[-1] += f"\n{line}"
        else:
            pieces.append(line)
    return pieces


def _escaped(line: str) -> str:
    """As Slack's code shows it: entities, and no fence inside the fence."""
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("```", "'''")
