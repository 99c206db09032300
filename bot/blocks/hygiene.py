"""The monthly review: every open item of a team, with one click to keep it, weigh it anew, merge it or let it go."""

import json
from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.card import due
from bot.blocks.fields import modal
from bot.blocks.fitting import as_many_as_fit
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import about, actions, button, context, section, to_read, turns
from bot.blocks.recurrence import PROJECTS_SHOWN, projects
from bot.blocks.scales import scales
from bot.blocks.text import Names, count, escape, shortened
from bot.domain.item import Item
from bot.domain.month import Month
from bot.domain.pressed import ItemOnDay, ToReview
from bot.domain.sprawl import Sprawl, Symptom, symptoms
from bot.domain.words import _, numeral

ITEMS_IN_MESSAGE = 10
ITEMS_ON_PAGE = 20


def review(
    team: str, items: Sequence[Item], total: int, found: Sprawl, names: Names, today: date, value: str
) -> list[Block]:
    """The message to the lead: the first items, and what the backlog as a whole looks like."""
    end = sprawl(found, names)
    most = min(len(items), ITEMS_IN_MESSAGE)
    # The symptoms stay and items go: the rest of them is one press away.
    return as_many_as_fit(most, lambda shown: [*hygiene(team, items[:shown], total, names, today, value), *end])


def hygiene(team: str, items: Sequence[Item], total: int, names: Names, today: date, value: str) -> list[Block]:
    """*items* are the first of *total*; `value` is that of the button that opens the rest."""
    month = Month(today.year, today.month).name
    blocks: list[Block] = [
        section(
            f"*{_('{team} · {month} review', team=escape(team), month=month)}*\n{hygiene_text(team, total)} "
            + _("Keep each, change its priority, merge it into another one, or say that it will not be done.")
        )
    ]
    blocks += rows(items[:ITEMS_IN_MESSAGE], names, today)
    left = total - len(items[:ITEMS_IN_MESSAGE])
    if left > 0:
        blocks.append(actions([button(Button.HYGIENE_PAGE, _("and {count} more", count=numeral(left)), value)]))
    return blocks


def sprawl(found: Sprawl, names: Names) -> list[Block]:
    """What follows in the message: themes that could be one project each, and the symptoms with their figures."""
    blocks: list[Block] = []
    if found.projects:
        blocks += [section(_("*Themes of several incidents*")), *projects(found.projects)]
    left = len(found.projects) - PROJECTS_SHOWN
    if left > 0:
        blocks.append(context(_("and {themes}", themes=count(left, "more theme"))))
    signs = symptoms(found)
    if not signs:
        return [*blocks, context(_("The backlog shows no signs of sprawl."))]
    return [*blocks, section(_("*Symptoms of sprawl*")), *(section(f"• {_symptom(sign, names)}") for sign in signs)]


def _symptom(sign: Symptom, names: Names) -> str:
    """Only a sentence that names people has places for them: in any other, braces are somebody's own."""
    # Escaped first: the names that are filled in are mrkdwn already.
    words = escape(str(sign.words))
    return words.format(*(names(user) for user in sign.people)) if sign.people else words


def hygiene_text(team: str, total: int) -> str:
    """The message as a notification."""
    return _("{items} of {team} to review.", items=count(total, "open item"), team=escape(team))


def rows(items: Sequence[Item], names: Names, today: date) -> list[Block]:
    """An item in two lines, and its four buttons."""
    blocks: list[Block] = []
    for item in items:
        age = count((today - item.day(item.created_at)).days, "day")
        facts = (
            names(item.owner),
            _(item.state.words),
            due(item, today),
            _(item.quadrant.value),
            _("{age} old", age=age),
        )
        blocks.append(section(f"*{item.label}* {escape(shortened(item.title))}\n{' · '.join(facts)}"))
        value = ItemOnDay(item.number, today).value
        keep, weigh = button(Button.KEEP, "Keep", value), button(Button.WEIGH, "Re-prioritise", value)
        merge, drop = button(Button.MERGE, "Merge", value), button(Button.DROP, "Will not do", value)
        blocks.append(actions([keep, weigh, merge, drop], f"review.{item.number}"))
    return blocks


def page(items: Sequence[Item], total: int, names: Names, day: date, team_id: int, at: int) -> View:
    """A page of what is still to review. *items* are those of page `at`, of *total*."""
    here = ToReview(team_id, day, at)
    shown = rows(items, names, day) or [section(_("Every open item has been looked at."))]
    is_last = (at + 1) * ITEMS_ON_PAGE >= total
    ways = turns(Button.HYGIENE_BACK, Button.HYGIENE_TURN, here.review, at, is_last=is_last)
    blocks = [context(count(total, "open item")), *shown, *ways]
    return to_read(_("Review"), blocks, json.dumps({"page": here.value}))


def weigh(item: Item, metadata: str) -> View:
    """“Re-prioritise”: the three scales."""
    blocks = [about(item), *scales(item)]
    return modal(Modal.WEIGH, "Re-prioritise", "Re-prioritise", blocks, metadata)
