"""A team's weekly digest: figures, what comes first, and the rest behind a button."""

from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import Block

from bot.blocks.fitting import as_many_as_fit
from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import TEXT_LIMIT, Names, count, day, escape, shortened
from bot.domain.digest import ASIDE, Digest, Figures
from bot.domain.item import Item
from bot.domain.pressed import ListPage
from bot.domain.words import _

QUIET = "Nothing is due this week. {open} open, none overdue."
REPLACED = "A newer digest has taken its place."
UNNAMED = "{items} counted and not named here, where guests read along. The list names what you may see."
EMPTY = "Nothing is open. Nothing is due this week."
NOTHING_PUBLIC = "Nothing public is open."


def digest(shown: Digest, names: Names) -> list[Block]:
    """The digest; with many items it says the first ten, or as many as Slack takes, and opens the rest on demand."""
    return as_many_as_fit(len(shown.first), lambda first: _drawn(replace(shown, first=shown.first[:first]), names))


def _drawn(shown: Digest, names: Names) -> list[Block]:
    blocks: list[Block] = [
        section(f"*{escape(shown.team)} · week of {shown.monday.day} {shown.monday:%b}*\n{_figures(shown.figures)}")
    ]
    blocks.append(section(_last_week(shown.figures)))
    for item in shown.awaiting[:ASIDE]:
        # In the first one's text: a block of its own would count against Slack's fifty.
        heading = "*Needs a decision*\n" if item is shown.awaiting[0] else ""
        review = button(Button.SHOW, "Review", str(item.number))
        blocks.append(section(heading + _waits(item, names), review))
    if len(shown.awaiting) > ASIDE:
        blocks.append(context("More requests wait: their approvers were asked."))
    if shown.answered:
        lines = [_answer(item, names) for item in shown.answered[:ASIDE]]
        blocks += _in_sections("*Asked for a status, and answered*", lines)
    if shown.first:
        lines = [_line(item, names, shown) for item in shown.first]
        blocks += _in_sections("*First*", lines)
    if shown.unnamed:
        blocks.append(context(UNNAMED.format(items=count(shown.unnamed, "open item"))))
    if shown.first or shown.unnamed:
        words = (
            _("All {count} items", count=f"{shown.figures.open:,}")
            if shown.figures.open > len(shown.first)
            else "Open the list"
        )
        blocks.append(actions([button(Button.LIST_PAGE, words, ListPage(0, f"team {shown.team}").value)]))
    if aside := _aside(shown.figures):
        blocks.append(context(aside))
    return blocks


def past_digest(said: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Last week's digest, when this week's stands below it: what it said, without its buttons."""
    # What it said stays: people look back at it. What could be pressed would be about this week.
    kept = [{name: value for name, value in block.items() if name != "accessory"} for block in said["blocks"]]
    kept = [block for block in kept if block["type"] != "actions"]
    return said["text"], [*kept, context(REPLACED).to_dict()]


def digest_text(shown: Digest) -> str:
    """The digest as a notification."""
    f = shown.figures
    return f"{escape(shown.team)}, week of {shown.monday.day} {shown.monday:%b}: {f.open} open, {f.overdue} overdue"


def _waits(item: Item, names: Names) -> str:
    """A request that waits: who asked, for what, of whom, since when. Nobody is pinged by it."""
    request = item.request
    assert request is not None
    waits = f"{request.words} asked by {names(request.asked_by)}, waiting for {names(request.approver)}"
    return f"*{item.label}* {escape(shortened(item.title))}\n{waits} since {day(item.day(request.asked_at))}"


def _answer(item: Item, names: Names) -> str:
    title = escape(shortened(item.title, 80))
    status = item.stale_status
    assert status is not None
    said = f"{status.answer.lower()}; it had stalled because of {status.stalled_by.lower()}"
    return f"*{item.label}* {title}\n{names(item.owner)} · {said}"


def _figures(f: Figures) -> str:
    if not f.open:
        # “Nothing is open” would be untrue where private items are.
        return NOTHING_PUBLIC if f.private else EMPTY
    # A week in which nothing has to happen is said in a line, not in six noughts.
    if f.is_quiet:
        return QUIET.format(open=f.open)
    parts = (
        (f.open, "open"),
        (f.overdue, "overdue"),
        (f.due_this_week, "due this week"),
        (f.blocked, "blocked"),
        (f.awaiting_verification, "waiting for verification"),
        (f.stale, "without progress for 30 days"),
    )
    return " · ".join(f"{number:,} {words}" for number, words in parts if number)


def _last_week(f: Figures) -> str:
    if not (f.created or f.ended):
        return "Last week nothing was created and nothing ended."
    moved = f"Last week: {f.created:,} created, {f.ended:,} ended."
    if f.grew_by > 0:
        return f"{moved} The backlog grew by {f.grew_by:,}."
    if f.grew_by < 0:
        return f"{moved} The backlog shrank by {-f.grew_by:,}."
    return f"{moved} The backlog stayed as it was."


def _line(item: Item, names: Names, shown: Digest) -> str:
    late = (shown.today - item.due).days
    when = f"*overdue {count(late, 'day')}*" if item.is_overdue(shown.today) else f"due {day(item.due)}"
    facts = (names(item.owner), when, item.quadrant.value, f"_{item.state.words}_")
    return f"*{item.label}* {escape(shortened(item.title))}\n{' · '.join(facts)}"


def _in_sections(heading: str, lines: list[str]) -> list[Block]:
    """Ten lines can be longer than one section may be; a line is never torn."""
    texts = [heading]
    for line in lines:
        if len(texts[-1]) + 1 + len(line) <= TEXT_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [section(text) for text in texts]


def _aside(f: Figures) -> str:
    parts = []
    if f.deferred:
        since = f", oldest since {day(f.deferred_since)}" if f.deferred_since else ""
        parts.append(f"Risk debt: {f.deferred:,} deferred{since}.")
    if f.private:
        parts.append(f"{count(f.private, 'private item')} not shown.")
    return " ".join(parts)
