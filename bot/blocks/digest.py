"""A team's weekly digest: figures, what comes first, and the rest behind a button."""

from slack_sdk.models.blocks import Block

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import TEXT_LIMIT, Names, count, day, escape, shortened
from bot.domain.digest import Digest, Figures
from bot.domain.items import Item

QUIET = "Nothing is due this week. {open} open, none overdue."
EMPTY = "Nothing is open. Nothing is due this week."


def digest(shown: Digest, names: Names) -> list[Block]:
    """The digest; with many items it says the first ten and opens the rest on demand."""
    blocks: list[Block] = [
        section(f"*{escape(shown.team)} · week of {shown.today.day} {shown.today:%b}*\n{_figures(shown.figures)}")
    ]
    blocks.append(section(_last_week(shown.figures)))
    if shown.first:
        lines = [_line(item, names, shown) for item in shown.first]
        blocks += _in_sections("*First*", lines)
        words = f"All {shown.figures.open:,} items" if shown.figures.open > len(shown.first) else "Open the list"
        blocks.append(actions([button(Button.LIST_PAGE, words, f"0|team {shown.team}")]))
    if aside := _aside(shown.figures):
        blocks.append(context(aside))
    return blocks


def digest_text(shown: Digest) -> str:
    """The digest as a notification."""
    f = shown.figures
    return f"{escape(shown.team)}, week of {shown.today.day} {shown.today:%b}: {f.open} open, {f.overdue} overdue"


def _figures(f: Figures) -> str:
    if not f.open:
        return EMPTY
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
    return " · ".join(f"{number} {words}" for number, words in parts if number)


def _last_week(f: Figures) -> str:
    if not (f.created or f.ended):
        return "Last week nothing was created and nothing ended."
    moved = f"Last week: {f.created} created, {f.ended} ended."
    if f.grew_by > 0:
        return f"{moved} The backlog grew by {f.grew_by}."
    if f.grew_by < 0:
        return f"{moved} The backlog shrank by {-f.grew_by}."
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
        parts.append(f"Risk debt: {f.deferred} deferred.")
    if f.private:
        parts.append(f"{count(f.private, 'private item')} not shown.")
    return " ".join(parts)
