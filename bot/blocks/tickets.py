"""What is said of tickets: on the card, in messages, and in the list of what is out of step."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, item_buttons, section
from bot.blocks.text import Names, day, escape, link, shortened
from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.subjects import TicketQuestion
from bot.domain.tickets import Link, TicketAsk
from bot.domain.tracker import Connection, TicketProblem
from bot.domain.words import _

SAID_SHOWN = 200
NO_TICKET = "No item has a ticket yet. `/actionitem ticket N` makes one."
LISTED = 15
"""Tickets out of step that are shown at once."""
WHY: Mapping[str, str] = {
    TicketProblem.AWAY: "{tracker} does not answer",
    TicketProblem.LIMITED: "{tracker} wants to be asked less often",
    TicketProblem.UNAUTHORISED: "{tracker} does not take the token. An admin connects it anew",
    TicketProblem.FORBIDDEN: "{tracker} does not let me",
    TicketProblem.REFUSED: "{tracker} refuses it",
    TicketProblem.MISSING: "{tracker} does not show me that place",
    TicketProblem.PRIVATE: "the item became private, and nobody has said yes to those who read {tracker}",
    TicketProblem.UNREADABLE: "no key opens the secret of {tracker}. An admin looks at TOKEN_ENCRYPTION_KEYS",
}
GONE: Mapping[str, str] = {
    "deleted": "it was deleted",
    "transferred": "it was moved to another place",
    "missing": "it is not there any more, or I may not see it",
}
ASKS: Mapping[str, str] = {
    TicketAsk.DONE: "*{item} {title}*: its ticket {ticket} is done. Is it in production?",
    TicketAsk.NOT_PLANNED: "*{item} {title}*: its ticket {ticket} was closed as not planned. What becomes of {item}?",
    TicketAsk.REOPENED: "*{item} {title}*: its ticket {ticket} was reopened. Does {item} not work after all?",
    TicketAsk.ASSIGNEE: "*{item} {title}*: its ticket {ticket} is assigned to {who} now. Hand {item} over to them?",
}
LOST = (
    "The ticket {ticket} of *{item} {title}* is out of reach: {why}. `/actionitem unlink {number}` takes the link "
    "away, `/actionitem ticket {number}` then makes a new one."
)
MOVED_AWAY = (
    "The ticket {ticket} of *{item} {title}* is out of reach: {why}. `/actionitem unlink {number}` takes the link "
    "away, `/actionitem link {number} URL` then takes it where it is now."
)
"""A new one would be its double."""
ENDS_SOON = (
    "The token of {tracker} ends on {day}. Make another one there, and connect it before: "
    "`actionitem tracker connect {name} …`"
)
PROPOSED = "*{item} {title}*: {who} says that {change} implements it. Is it in production?"
ANSWERED = "*{item} {title}* is {state} now: there is nothing to answer."


def ticket_line(item: Item, name: str, problem: str = "") -> str:
    """On the card: the ticket, and what is out of step."""
    shown = (
        _("Ticket {ticket}", ticket=link(item.ticket_url, name)) if item.ticket_url else _("Its ticket is being made")
    )
    return f"{shown} · {problem}" if problem else shown


def why(found: Link, connection: Connection) -> str:
    """Why the ticket is out of step; "" where it is not."""
    if found.gone:
        return _(GONE[found.gone])
    if not found.problem:
        return ""
    code, said = found.problem.get("code", ""), found.problem.get("said", "")
    words = _(WHY[code] if code in WHY else WHY[TicketProblem.REFUSED], tracker=escape(connection.title))
    return f"{words}: {escape(shortened(said, SAID_SHOWN))}" if said else words


def made_text(item: Item, found: Link, connection: Connection, *, unassigned: bool) -> str:
    """In the card's thread: where the ticket is, and who is not assigned to it."""
    ticket = link(found.url, found.name)
    said = _(
        "The ticket of {item} is {ticket} in {tracker}.", item=item.label, ticket=ticket, tracker=connection.kind.words
    )
    if not unassigned:
        return said
    more = _("Nobody is assigned there: the owner's account is not known. An admin says `actionitem tracker map`.")
    return f"{said} {more}"


def gone_text(item: Item, found: Link) -> str:
    """To the owner, once."""
    return _(
        MOVED_AWAY if found.gone == "transferred" else LOST,
        ticket=escape(found.name), item=item.label, title=escape(item.title), why=_(GONE[found.gone]),
        number=item.number,
    )  # fmt: skip


def question_text(item: Item, found: Link, question: TicketAsk, who: str) -> str:
    """What its owner is asked; *who* is whom it is assigned to there, as mrkdwn."""
    return _(ASKS[question], item=item.label, title=escape(item.title), ticket=link(found.url, found.name), who=who)


def token_text(connection: Connection) -> str:
    """To admins, and above what is out of step: its token is about to end."""
    ends = connection.token_ends_at
    return _(ENDS_SOON, tracker=escape(connection.title), day=day(ends.date()), name=connection.name) if ends else ""


def answered_text(item: Item) -> str:
    """In place of the question, once the item has moved on."""
    return _(ANSWERED, item=item.label, title=escape(item.title), state=_(item.state.after_is))


def waits_for_answer(item: Item, question: TicketAsk) -> bool:
    """Whether the question is still one."""
    if question is TicketAsk.REOPENED:
        return item.state in (State.IMPLEMENTED, State.VERIFIED, State.CLOSED)
    if question is TicketAsk.ASSIGNEE:
        return not item.is_over
    return item.state in (State.NOT_STARTED, State.IN_PROGRESS)


def question_blocks(item: Item, question: TicketAsk, text: str, change_url: str) -> list[Block]:
    """The question with its buttons; “Implemented” is filled in with the change that closed the ticket."""
    number = str(item.number)
    if question is TicketAsk.DONE:
        return [section(text), in_production_buttons(item, change_url)]
    if question is TicketAsk.ASSIGNEE:
        hand = button(Button.HAND_ON, "Hand over", number, primary=True)
        return [section(text), actions([hand, button(Button.SHOW, "Details", number)])]
    return [section(text), item_buttons(item)]


def in_production_buttons(item: Item, change_url: str) -> Block:
    """What the owner answers who was asked whether it is in production; the link is filled in."""
    number = str(item.number)
    return actions(
        [
            button(Button.IMPLEMENT, "Implemented", f"{number} {change_url}".strip(), primary=True),
            button(Button.UPDATE, "Update", number),
            button(Button.SHOW, "Details", number),
        ]
    )


def proposed_text(item: Item, change_url: str, who: str) -> str:
    """To the owner: a tool, named as mrkdwn, believes that this change implements the item."""
    change = link(change_url, _("this change"))
    return _(PROPOSED, item=item.label, title=escape(item.title), who=who, change=change)


def consent_text(item: Item, connection: Connection) -> str:
    """To who wants a ticket of a private item."""
    return _(
        "*{item}* belongs to a private channel. Whoever reads {tracker} will see its action, details, owner, due date, "
        "incident and how it is verified, and what becomes of it. Shall it have a ticket there?",
        item=item.label, tracker=escape(connection.title),
    )  # fmt: skip


def consent_blocks(item: Item, text: str, value: str) -> list[Block]:
    """“Yes” is said by a button that says what happens."""
    yes = button(
        Button.TICKET_YES,
        "Yes, create the ticket" if not value else "Yes, link the ticket",
        f"{item.number} {value}".strip(),
    )
    return [section(text), actions([yes, button(Button.SHOW, "Details", str(item.number))])]


def out_of_step(
    found: Sequence[tuple[Item, Link, Connection]], linked: int, names: Names, ending: Sequence[Connection] = ()
) -> tuple[str, list[Block]]:
    """What is out of step: since when, why, and what to press; and of which connections the token is about to end."""
    blocks: list[Block] = [section(token_text(each)) for each in ending]
    if not found:
        text = _("Every ticket is in step: {linked} in all.", linked=linked) if linked else _(NO_TICKET)
        return text, [section(text), *blocks]
    text = _("Out of step: {out} of {linked} tickets.", out=len(found), linked=linked)
    blocks = [section(text), *blocks]
    for item, each, connection in found[:LISTED]:
        blocks += _row(item, each, connection, names)
    return text, blocks


def asked_of(found: Link) -> str:
    """Who was asked because of it last; "" for nobody."""
    return TicketQuestion.read(found.question).person if found.question else ""


def _ahead(item: Item, found: Link, names: Names) -> list[Block]:
    """What is over there and not implemented here, who was asked, and what answers."""
    words = _("done there, not implemented here") if found.is_done else _("closed there as not planned, open here")
    asked = asked_of(found)
    words += _("; {who} was asked", who=names(asked)) if asked else ""
    text = _(
        "*{item} {title}* – {owner}\n{ticket}{since}: {why}",
        item=item.label, title=escape(shortened(item.title)), owner=names(item.owner),
        ticket=link(found.url, found.name), since=_since(item, found.as_of), why=words,
    )  # fmt: skip
    row = in_production_buttons(item, found.change_url) if found.is_done else item_buttons(item, narrow=True)
    return [section(text), row]


def _since(item: Item, at: datetime | None) -> str:
    return _(" since {day}", day=day(item.day(at))) if at else ""


def _row(item: Item, found: Link, connection: Connection, names: Names) -> list[Block]:
    if not found.is_out_of_step and found.is_ahead_of(item):
        return _ahead(item, found, names)
    reason = why(found, connection) or _("its ticket is being made")
    ticket = link(found.url, found.name) if found.url else escape(connection.title)
    text = _(
        "*{item} {title}* – {owner}\n{ticket}{since}: {why}",
        item=item.label, title=escape(shortened(item.title)), owner=names(item.owner), ticket=ticket,
        since=_since(item, found.problem_since),
        why=reason,
    )  # fmt: skip
    number = str(item.number)
    row = [button(Button.TICKET_RETRY, "Try again", number), button(Button.TICKET_UNLINK, "Unlink", number)]
    if found.ref and not found.gone:
        row[1:1] = [
            button(Button.TICKET_OURS, "Take ours", number),
            button(Button.TICKET_THEIRS, "Take theirs", number),
        ]
    return [section(text), actions(row)]
