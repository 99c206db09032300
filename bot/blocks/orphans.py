"""What is said when the owner of open items has left: to whoever chooses a new one."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.blocks.ids import Button
from bot.blocks.parts import actions, assign_buttons, button, section
from bot.blocks.text import Names, count, day, escape, shortened
from bot.domain.items import Item

SHOWN = 15
"""Items in a message: two blocks each, so that it stays below the fifty that Slack takes."""


def orphans(team: str, items: Sequence[Item], total: int, names: Names) -> list[Block]:
    """Open items of people who left, each with “Assign”. `items` are the first of *total*."""
    blocks: list[Block] = [section(f"{orphans_text(team, total)} Choose a new owner for each.")]
    for item in items[:SHOWN]:
        facts = f"{names(item.owner)} has left · {item.state.words} · due {day(item.due)}"
        blocks += [section(f"*{item.label}* {escape(shortened(item.title))}\n{facts}"), assign_buttons(item)]
    if total > SHOWN:
        words = f"and {total - SHOWN:,} more"
        blocks.append(actions([button(Button.LIST_PAGE, words, f"0|orphans {team}".rstrip())]))
    return blocks


def orphans_text(team: str, total: int) -> str:
    """The message as a notification; `team` is "" for items without one."""
    of = f" of {escape(team)}" if team else ""
    return f"{count(total, 'open item')}{of} {'has' if total == 1 else 'have'} an owner who left."
