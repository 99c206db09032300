"""An incident's items as a Markdown table, for the post-mortem document and for the channel's canvas (R44)."""

from collections.abc import Callable, Sequence
from datetime import date

from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.literal import around_literals
from bot.domain.sentence import in_reading_order

HEAD = ("Item", "Action", "Owner", "Due", "State", "How we know")
EVIDENCE_LIMIT = 200
"""Characters of what was seen; the item shows the whole."""
LEFT_OUT = frozenset({State.FUTURE_CONSIDERATION, State.DECLINED, State.MERGED})
"""What is no commitment of the incident's own."""
# Six columns: 48 rows and the head are 294 cells.
CANVAS_ROWS = 48
"""A table in a canvas has at most 300 cells."""
CANVAS_NOTE = "Kept up to date by Action Items. What is written here by hand is overwritten."


def committed(items: Sequence[Item]) -> list[Item]:
    """Those of *items* that belong into the table, as they come."""
    return [item for item in items if item.state not in LEFT_OUT]


def table(items: Sequence[Item], name_of: Callable[[str], str]) -> list[str]:
    """The lines of the table: its head, the rule below it, and one for each item."""
    rows = [_row(item, name_of) for item in items]
    return [_line(HEAD), _line(["---"] * len(HEAD)), *(_line(row) for row in rows)]


def canvas(title: str, items: Sequence[Item], name_of: Callable[[str], str]) -> str:
    """The canvas of an incident's channel."""
    left = len(items) - CANVAS_ROWS
    more = f"\n\n{left} more: `/actionitem list incident`" if left > 0 else ""
    lines = "\n".join(table(items[:CANVAS_ROWS], name_of))
    return f"# Action items: {_safe(title)}\n\n{CANVAS_NOTE}\n\n{lines}{more}\n"


def _row(item: Item, name_of: Callable[[str], str]) -> list[str]:
    blocked = ", blocked" if item.blocked else ""
    return [
        item.label, _safe(item.title), _safe(name_of(item.owner)), _due(item.due, item.original_due),
        f"{item.state.words}{blocked}", _evidence(item),
    ]  # fmt: skip


def _due(due: date, original: date) -> str:
    # B6: the document must show that a date was moved.
    return due.isoformat() if due == original else f"{due.isoformat()} (was {original.isoformat()})"


def _evidence(item: Item) -> str:
    """What was seen; before that, what will be done to see it."""
    # An imported verification has a time alone; the plan says more than that.
    verified = item.verified if item.verified and item.verified.by else None
    shown = verified.evidence if verified else item.verification
    text = _safe(shown if len(shown) <= EVIDENCE_LIMIT else shown[: EVIDENCE_LIMIT - 1].rstrip() + "…")
    if verified and verified.method:
        return f"{verified.method.value}: {text}"
    return f"Planned: {text}" if text else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _safe(text: str) -> str:
    """One line in which nothing is Markdown: no cell ends early, nobody is mentioned, nothing becomes a picture.

    Links and code stay to the letter, so that they work where the table is pasted; code only may not end its cell.
    """
    line = " ".join(in_reading_order(text).split())
    return around_literals(line, _escaped, lambda code: code.replace("|", "\\|"))


def _escaped(text: str) -> str:
    return "".join(f"\\{mark}" if mark in "\\|[]`<>*_" else mark for mark in text)
