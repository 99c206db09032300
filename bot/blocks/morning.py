"""What a person reads in the morning: their items that want attention, each with its buttons; and what leads read."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, Option, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.blocks.fitting import as_many_as_fit
from bot.blocks.ids import Button
from bot.blocks.parts import (
    actions,
    button,
    context,
    hold_buttons,
    item_buttons,
    item_menu,
    section,
    stale_buttons,
    to_read,
    turns,
)
from bot.blocks.text import Names, count, day, escape, shortened
from bot.domain.item import Item
from bot.domain.morning import Notice, NoticeReason, idle_days
from bot.domain.pressed import Attention, NotBefore
from bot.domain.words import _

ITEMS_IN_MESSAGE = 10
"""Items that a message shows: two blocks each, and headings, stay far below the fifty that Slack takes."""
ITEMS_ON_PAGE = 20
"""Items on a page of the modal: two blocks each stay below the hundred that a view may have."""

HEADINGS = {
    NoticeReason.OVERDUE: "Overdue",
    NoticeReason.TODAY: "Due today",
    NoticeReason.SOON: "Due in 3 working days",
    NoticeReason.STALE: "No progress for 30 days",
    NoticeReason.REVISIT: "Deferred until now",
    NoticeReason.HOLD: "Closed a month ago: did it hold?",
}
STALE_ITEM = "1 item of {team} has had no progress for 30 days. Its owner was asked for a status."
STALE_ITEMS = "{count} items of {team} have had no progress for 30 days. Their owners were asked for a status."
DEFERRAL_BACK = "1 deferral of {team} has come back for review."
DEFERRALS_BACK = "{count} deferrals of {team} have come back for review."
SNOOZES = {"1": "Tomorrow", "monday": "Next Monday", "7": "In a week", "14": "In two weeks"}


def message(found: Sequence[Notice], today: date, now: datetime, leads: Mapping[int, str]) -> list[Block]:
    """The owner's message: the most urgent first. `leads` are the names of those who are told of an item, by number."""
    most = min(len(found), ITEMS_IN_MESSAGE)
    return as_many_as_fit(most, lambda shown: _message(found, shown, today, now, leads))


def _message(found: Sequence[Notice], shown: int, today: date, now: datetime, leads: Mapping[int, str]) -> list[Block]:
    blocks: list[Block] = [section(f"{headline(found)}.")]
    blocks += rows(found[:shown], today, now)
    more = len(found) - shown
    if more > 0:
        words = _("and {count} more", count=f"{more:,}")
        blocks.append(actions([button(Button.ATTENTION_PAGE, words, Attention("mine", 0, today).value)]))
    # Nobody is spoken about behind their back: the owner reads that a lead was told, and which.
    told = [notice for notice in found if NoticeReason.STALE in notice.whys and notice.item.number in leads]
    if told:
        blocks.append(context(_told(told, leads)))
    blocks.append(_snooze(today))
    return blocks


def message_text(found: Sequence[Notice]) -> str:
    """The message as a notification: how many, and the first."""
    first = found[0]
    title = escape(shortened(first.item.title))
    why = _(HEADINGS[first.whys[0]])
    return f"{headline(found)}: {first.item.label} {title} ({why[:1].lower()}{why[1:]})"


def headline(found: Sequence[Notice]) -> str:
    """`3 of your items want attention`."""
    if len(found) == 1:
        return _("1 of your items wants attention")
    return _("{count} of your items want attention", count=f"{len(found):,}")


def rows(found: Sequence[Notice], today: date, now: datetime) -> list[Block]:
    """The items under their headings, each with its buttons."""
    blocks: list[Block] = []
    heading = ""
    for notice in found:
        # By the most urgent of its reasons; the others stand in the line.
        this = _(HEADINGS[notice.whys[0]])
        lines = [f"*{this}*"] if this != heading else []
        heading = this
        lines.append(f"*{notice.item.label}* {escape(shortened(notice.item.title))}{_facts(notice, today, now)}")
        blocks += [section("\n".join(lines), item_menu(notice.item) if _is_whole(notice) else None), buttons(notice)]
    return blocks


def _is_whole(notice: Notice) -> bool:
    """Whether it has the item's own buttons: a question has its answers."""
    return notice.whys not in ((NoticeReason.HOLD,), (NoticeReason.REVISIT,))


def buttons(notice: Notice) -> ActionsBlock:
    """What can be done about it, with one click."""
    if notice.whys == (NoticeReason.HOLD,):
        return hold_buttons(notice.item)
    if notice.whys == (NoticeReason.REVISIT,):
        return _deferral_buttons(notice.item)
    return stale_buttons(notice.item) if NoticeReason.STALE in notice.whys else item_buttons(notice.item)


def lead_message(team: str, found: Sequence[Notice], names: Names, now: datetime, more: str) -> list[Block]:
    """To a lead: what of their team has not moved, and which deferrals have come back.

    *found* is what the lead may see; `more` is the value of the button that opens what does not fit.
    """

    def drawn(shown: int) -> list[Block]:
        blocks: list[Block] = [section(lead_text(team, found)), *lead_rows(found[:shown], names, now)]
        left = len(found) - shown
        if left > 0:
            blocks.append(actions([button(Button.ATTENTION_PAGE, _("and {count} more", count=f"{left:,}"), more)]))
        return blocks

    return as_many_as_fit(min(len(found), ITEMS_IN_MESSAGE), drawn)


def lead_rows(found: Sequence[Notice], names: Names, now: datetime) -> list[Block]:
    """The items of a lead's team, each with its owner, how long it has stood still, and what the lead can do."""
    blocks: list[Block] = []
    for notice in found:
        item = notice.item
        facts = [names(item.owner)]
        if NoticeReason.STALE in notice.whys:
            facts.append(_("no progress for {days}", days=count(idle_days(item, now), "day")))
        if NoticeReason.REVISIT in notice.whys and item.deferral and item.deferral.revisit_on:
            facts.append(_("deferred until {day}", day=day(item.deferral.revisit_on)))
        blocks.append(section(f"*{item.label}* {escape(shortened(item.title))}\n{' · '.join(facts)}"))
        blocks.append(_deferral_buttons(item) if notice.whys == (NoticeReason.REVISIT,) else _lead_buttons(item))
    return blocks


def lead_text(team: str, found: Sequence[Notice]) -> str:
    """The lead's message as a notification, and its first lines."""
    stale = sum(NoticeReason.STALE in notice.whys for notice in found)
    back = sum(NoticeReason.REVISIT in notice.whys for notice in found)
    said = []
    if stale:
        said.append(_(STALE_ITEMS if stale > 1 else STALE_ITEM, count=stale, team=escape(team)))
    if back:
        said.append(_(DEFERRALS_BACK if back > 1 else DEFERRAL_BACK, count=back, team=escape(team)))
    return " ".join(said)


def page(found: Sequence[Notice], blocks: Sequence[Block], title: str, value: str, at: int) -> View:
    """A page of what did not fit into a message. *found* is everything, `at` the number of the page."""
    # What was pressed may be old: all of it may have been answered since.
    shown = list(blocks) or [section(_("Nothing is left to do here."))]
    is_last = (at + 1) * ITEMS_ON_PAGE >= len(found)
    return to_read(title, [*shown, *turns(Button.ATTENTION_BACK, Button.ATTENTION_TURN, value, at, is_last=is_last)])


def _deferral_buttons(item: Item) -> ActionsBlock:
    """A deferral that has come back: go on, put it off again, or live with it."""
    number = str(item.number)
    return actions(
        [
            button(Button.TAKE_UP, "Resume", number),
            button(Button.DEFER_AGAIN, "Defer again", number),
            button(Button.ACCEPT_RISK, "Accept the risk", number),
            button(Button.SHOW, "Details", number),
        ]
    )


def _lead_buttons(item: Item) -> ActionsBlock:
    number = str(item.number)
    return actions([button(Button.HAND_OVER, "Reassign", number), button(Button.SHOW, "Open", number)])


def _facts(notice: Notice, today: date, now: datetime) -> str:
    item, facts = notice.item, []
    if NoticeReason.OVERDUE in notice.whys:
        facts.append(_("due {day}, overdue {days}", day=day(item.due), days=count((today - item.due).days, "day")))
    elif notice.whys[0] in (NoticeReason.TODAY, NoticeReason.SOON):
        facts.append(_("due {day}", day=day(item.due)))
    if NoticeReason.STALE in notice.whys:
        days = count(idle_days(item, now), "day")
        facts.append(
            _("no progress for {days}: it needs a status (progress, blocked, defer, or will not do)", days=days)
        )
    if NoticeReason.REVISIT in notice.whys and item.deferral and item.deferral.because:
        facts.append(_("deferred because: {why}", why=escape(shortened(item.deferral.because))))
    if item.blocked:
        facts.append(_("blocked"))
    return "\n" + " · ".join(facts) if facts else ""


def _told(told: Sequence[Notice], leads: Mapping[int, str]) -> str:
    by_lead: dict[str, list[str]] = {}
    for notice in told:
        by_lead.setdefault(leads[notice.item.number], []).append(notice.item.label)
    return " ".join(_("{lead} was told about {items}.", lead=lead, items=", ".join(of)) for lead, of in by_lead.items())


def _snooze(today: date) -> ActionsBlock:
    """“Not before …”: reminders wait until then, counted from the day of the message."""
    days = {NotBefore(today, choice).value: words for choice, words in SNOOZES.items()}
    options = [Option(text=PlainTextObject(text=_(words)), value=value) for value, words in days.items()]
    placeholder = PlainTextObject(text=_("Not before …"))
    return actions([StaticSelectElement(action_id=Button.SNOOZE, options=options, placeholder=placeholder)])
