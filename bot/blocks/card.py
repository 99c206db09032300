"""An item's card: one message in its channel that always shows how the item stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement, OverflowMenuElement

from bot.blocks import state_lines
from bot.blocks.ids import Button
from bot.blocks.parts import button, context, details, item_buttons, section
from bot.blocks.pulls import pull_lines
from bot.blocks.text import Names, count, day, escape, link, shortened, tail
from bot.blocks.tickets import ticket_line
from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.merge import NOTHING, Contained
from bot.domain.pulls import NamedItem
from bot.domain.words import _

OWNED = "*_{state}_* · Owner {owner} · {due} · {quadrant}"
IDEA = "*_{state}_* · An idea of {who}, no commitment"
WAITS = "Waits for {owner} to accept"
VERIFY_BY = "Verify by: {how}"
NO_PLAN = "Nobody has said yet how to verify it."
VERIFIED = "Verified by {who}: {method}"


@dataclass(frozen=True)
class TicketOnCard:
    """The item's ticket: how people call it, and why it is out of step. Not `is_there`: it could be made.

    `pulls`: the pull requests that name the item, the newest first.
    """

    is_there: bool = False
    name: str = ""
    problem: str = ""
    pulls: Sequence[NamedItem] = ()


def card(
    item: Item,
    names: Names,
    today: date,
    contained: Contained = NOTHING,
    undo: ButtonElement | None = None,
    ticket: TicketOnCard | None = None,
) -> list[Block]:
    """The card. `today` is the day in the team's zone; `undo` takes back what was merged into it lately. `ticket` None:
    no tracker is connected."""
    # `lasting`: the card stands for weeks between two edits.
    lines = [f"*{item.label}  {escape(item.title)}*", summary(item, names, today, lasting=True)]
    if item.incident_title:
        lines.append(_("From {incident}", incident=origin(item)))
    if item.awaits_acceptance and item.is_open:
        lines.append(_(WAITS, owner=names(item.owner)))
    lines += state_lines.lines(item, names, contained)
    lines += _ticket(item, ticket)
    lines += pull_lines(item, ticket.pulls) if ticket else []
    blocks: list[Block] = [section("\n".join(lines), details(item))]
    if not item.is_idea:
        blocks.append(context(_evidence(item, names)))
    row = item_buttons(item)
    also = [undo] if undo else []
    # Of an idea nobody has promised anything, and what is over needs no ticket any more.
    if ticket and not ticket.is_there and not item.ticket_url and not (item.is_over or item.is_idea):
        also.append(button(Button.TICKET, "Create ticket", str(item.number)))
    # Before the menu “⋯”, where one ends the row.
    at = len(row.elements) - isinstance(row.elements[-1], OverflowMenuElement)
    row.elements[at:at] = also
    return [*blocks, row]


def _ticket(item: Item, ticket: TicketOnCard | None) -> list[str]:
    if ticket and ticket.is_there:
        return [ticket_line(item, ticket.name, ticket.problem)]
    return [ticket_line(item, tail(item.ticket_url))] if item.ticket_url else []


def card_text(item: Item, names: Names) -> str:
    """The card in one line, for notifications."""
    # An idea has no owner that is shown (R26).
    who = item.created_by if item.is_no_commitment else item.owner
    return f"{item.label} {escape(shortened(item.title))} – {names(who)}, {_(item.state.words)}"


def summary(item: Item, names: Names, today: date, *, lasting: bool = False) -> str:
    """State, owner, due date and quadrant in one line; of an idea who wrote it down. `lasting` as in `due`."""
    if item.is_no_commitment:
        return _(IDEA, who=names(item.created_by), state=_(item.state.words))
    return _(
        OWNED,
        owner=names(item.owner),
        due=due(item, today, lasting=lasting),
        quadrant=_(item.quadrant.value),
        state=_(item.state.words),
    )


def due(item: Item, today: date, *, lasting: bool = False) -> str:
    """The due date, and how it moved: `due 20 Jan (was 15 Dec, moved 2×)`.

    `lasting`: it stands there tomorrow too, when a number of days would be wrong.
    """
    words = _("due {day}", day=day(item.due))
    if item.due != item.original_due:
        before = day(item.original_due)
        slipped = _(" (was {day}, moved {slips}×)", day=before, slips=item.slips)
        words += slipped if item.slips else _(" (was {day})", day=before)
    if item.is_overdue(today) and lasting:
        words += _(", *overdue*")
    elif item.is_overdue(today):
        words += _(", *overdue {days}*", days=count((today - item.due).days, "day"))
    return words


def incident(item: Item) -> str:
    """The incident's name, as a link to its post-mortem when there is one."""
    if item.postmortem_url:
        return link(item.postmortem_url, item.incident_title)
    return escape(item.incident_title)


def origin(item: Item) -> str:
    """The incident's name and how bad it was: `Checkout down · SEV1 – critical`."""
    severity = f" · {escape(_(item.incident_severity))}" if item.incident_severity else ""
    return incident(item) + severity


def _evidence(item: Item, names: Names) -> str:
    verified = item.verified
    if item.state in (State.VERIFIED, State.CLOSED) and verified and verified.method:
        # Allowed, and said openly: whoever did the work has judged it.
        own = _(" (the owner)") if verified.by == item.owner else ""
        return _(VERIFIED, who=names(verified.by) + own, method=_(verified.method.value.lower()))
    return _(VERIFY_BY, how=escape(shortened(item.verification, 300))) if item.verification else _(NO_PLAN)
