"""What somebody reads who has just done something to an item: in a line, what is so now, and who was told."""

from collections.abc import Collection, Mapping, Sequence

from bot.blocks.defer import comes_back_early
from bot.blocks.state_lines import asked_for
from bot.blocks.text import Names, count, day, escape, shortened
from bot.domain.incident import lacks_title
from bot.domain.item import Item
from bot.domain.lifecycle import Action, Change, State
from bot.domain.request import Request
from bot.domain.tickets import Did
from bot.domain.words import _

NOW: Mapping[str, str] = {
    Action.START: "*{item}* is in progress.",
    Action.IMPLEMENT: "*{item}* is implemented and waits for verification.",
    Action.VERIFY: "*{item}* is verified. What is left is to close it.",
    Action.FAIL_VERIFICATION: "*{item}* is in progress again: it does not work yet.",
    Action.CLOSE: "*{item}* is closed.",
    Action.UPDATE: "The update of *{item}* is recorded.",
    Action.EDIT: "*{item}* is changed.",
    Action.MOVE_DUE_DATE: "*{item}* is due {day}.",
    Action.BLOCK: "*{item}* is blocked.",
    Action.UNBLOCK: "*{item}* is not blocked any more.",
    Action.SPLIT: "*{item}* is phase one from now on; the rest is an item of its own.",
    Action.REPRIORITISE: "The decision about *{item}* is recorded.",
    Action.ACCEPT_RISK: "The risk of *{item}* is accepted.",
    Action.DROP: "*{item}* will not be done.",
    Action.MERGE: "*{item}* is merged into *{into}*.",
    Action.TAKE_IN: "*{item}* contains what was merged into it.",
    Action.UNMERGE: "The merge into *{item}* is undone.",
    Action.MOVE: "*{item}* belongs to {team} now.",
    Action.APPROVE: "*{item}*: the request is approved.",
    Action.PROMOTE: "*{item}* is an action item now, due {day}.",
    Action.DECLINE: "*{item}* is declined.",
    Action.SET_ASIDE: "*{item}* is an idea again.",
    Action.ACCEPT: "*{item}* is accepted. It is due {day}.",
    Action.HAND_BACK: "*{item}* goes back to {owner}.",
    Action.ASK: "*{item}* waits for a decision.",
    Action.WITHDRAW: "*{item}*: the request is withdrawn.",
    Action.TURN_DOWN: "*{item}*: the request is declined.",
    Action.HOLD: "*{item}* holds. That is noted.",
    Action.KEEP: "*{item}* is kept.",
}
"""What is so after each action, but for `DEPENDS`."""
DEPENDS = frozenset({Action.ASSIGN, Action.DEFER, Action.RESUME, Action.REOPEN, Action.TICKET})
"""After these it depends on the item."""


def done(item: Item, change: Change, told: Collection[str], names: Names, *, asks_too: bool = False) -> str:
    """`AI-12 is blocked. Noor was told.` `asks_too`: what was done besides waits for a decision."""
    waits = _waits(item.request, names) if asks_too and item.request else ""
    return sentences(_now(item, change, names), waits, was_told([names(person) for person in told]))


def created(item: Item, told: Collection[str], names: Names) -> str:
    """`AI-12 is created, due Fri 5 Feb. Priya was told.`"""
    if item.is_no_commitment:
        return _("*{item}* is kept as an idea: “{title}”.", item=item.label, title=escape(shortened(item.title)))
    now = _("*{item}* is created, due {day}.", item=item.label, day=day(item.due))
    return sentences(now, was_told([names(person) for person in told]), *_title_asked(item))


def was_told(names: Sequence[str]) -> str:
    """Who was told, for the end of an answer: two by name; of more, how many; "" of nobody."""
    match names:
        case []:
            return ""
        case [one]:
            return _("{who} was told.", who=one)
        case [one, other]:
            return _("{who} and {other} were told.", who=one, other=other)
    return _("{people} were told.", people=count(len(names), "person", "people"))


def sentences(*said: str) -> str:
    """One after the other; empty ones are left out."""
    return " ".join(each for each in said if each)


def _waits(request: Request, names: Names) -> str:
    return _("Its {what} waits for {approver}.", what=asked_for(request), approver=names(request.approver))


def _now(item: Item, change: Change, names: Names) -> str:
    match change.action:
        case Action.ASSIGN if item.awaits_acceptance:
            return _("{owner} is asked to own *{item}*.", owner=names(item.owner), item=item.label)
        case Action.ASSIGN:
            return _("{owner} owns *{item}* now.", owner=names(item.owner), item=item.label)
        case Action.DEFER | Action.APPROVE:
            return _deferred(item)
        case Action.RESUME | Action.REOPEN:
            return _again(item)
        case Action.TICKET:
            return _ticket(item, change)
    template = NOW[change.action]
    given = {
        "item": item.label, "owner": names(item.owner), "day": day(item.due), "into": _into(item),
        "team": escape(item.team_name),
    }  # fmt: skip
    return _(template, **{name: value for name, value in given.items() if f"{{{name}}}" in template})


def _ticket(item: Item, change: Change) -> str:
    name = escape(str(change.detail.get("ticket", "")))
    if change.detail.get("did") == Did.UNLINKED:
        return _("*{item}* has no ticket any more; {ticket} stays as it is.", item=item.label, ticket=name)
    return _("*{item}* has the ticket {ticket}.", item=item.label, ticket=name)


def _deferred(item: Item) -> str:
    deferral = item.deferral
    if deferral and deferral.revisit_on:
        said = _("*{item}* is deferred until {day}.", item=item.label, day=day(deferral.revisit_on))
        return sentences(said, *comes_back_early(item, deferral.revisit_on))
    if deferral and deferral.trigger:
        trigger = escape(shortened(deferral.trigger))
        return _("*{item}* is deferred until “{trigger}”.", item=item.label, trigger=trigger)
    return _("*{item}* is deferred.", item=item.label)


def _again(item: Item) -> str:
    if item.state is State.NOT_STARTED:
        return _("*{item}* is open again and waits to be started.", item=item.label)
    return _("*{item}* is {state} again.", item=item.label, state=_(item.state.words))


def _title_asked(item: Item) -> list[str]:
    """Under a name like “2050 dns” nobody finds the incident again."""
    if not lacks_title(item.incident_title):
        return []
    words = _("Its incident is called “{title}” after its channel. Give it a title with `/actionitem incident`.",
              title=escape(item.incident_title))  # fmt: skip
    return [words]


def _into(item: Item) -> str:
    return f"AI-{item.ending.merged_into}" if item.ending and item.ending.merged_into else ""
