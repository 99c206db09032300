"""What a person reads in the morning: their items that need attention, each with its buttons; and what leads read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import ActionsBlock, Block, Option, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.blocks.fitting import as_many_as_fit
from bot.blocks.ids import Button
from bot.blocks.morning_of_leads import LeadPart, deferral_buttons, lead_part, lead_text
from bot.blocks.parts import (
    actions,
    button,
    context,
    details,
    hold_buttons,
    item_buttons,
    section,
    stale_buttons,
    to_read,
    turns,
)
from bot.blocks.questions import STALE
from bot.blocks.state_lines import last_step
from bot.blocks.text import Names, count, day, escape, shortened
from bot.blocks.to_decide import to_decide, to_decide_text
from bot.domain.item import Item
from bot.domain.morning import Notice, NoticeReason, idle_days, shown_first
from bot.domain.pressed import Attention, Snooze
from bot.domain.words import _, numeral

ITEMS_IN_MESSAGE = 3
"""Items that a message shows with their buttons; the rest is one press away. More would not be read."""
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
SNOOZES = {"1": "Until tomorrow", "monday": "Until Monday", "7": "For a week", "14": "For two weeks"}
FRESH = {
    NoticeReason.OVERDUE: "{count} overdue",
    NoticeReason.TODAY: "{count} due today",
    NoticeReason.SOON: "{count} due in 3 working days",
    NoticeReason.STALE: "{count} without progress for 30 days",
    NoticeReason.REVISIT: "{count} deferred until now",
    NoticeReason.HOLD: "{count} closed a month ago",
}


def message(
    found: Sequence[Notice],
    today: date,
    now: datetime,
    leads: Mapping[int, str],
    parts: Sequence[LeadPart],
    names: Names,
    asks: Sequence[Item] = (),
) -> list[Block]:
    """A person's one message of the day: their own items, the most urgent first, what waits for their decision, then
    what they hear as a lead.

    `leads` are the names of those who are told of an item, by number. *asks* are the items about which they decide.
    """

    def drawn(shown: int) -> list[Block]:
        own = _own(found, shown, today, now, leads) if found else []
        return [
            *own,
            *to_decide(asks, names, ITEMS_IN_MESSAGE),
            *(block for part in parts for block in lead_part(part, shown, names, now)),
        ]

    return as_many_as_fit(ITEMS_IN_MESSAGE, drawn)


def _own(found: Sequence[Notice], shown: int, today: date, now: datetime, leads: Mapping[int, str]) -> list[Block]:
    known, fresh = [one for one in found if not one.is_fresh], [one for one in found if one.is_fresh]
    blocks: list[Block] = [section(f"{headline(found)}.")]
    if fresh:
        blocks.append(section(_imported(fresh)))
    blocks += rows(shown_first(known, shown), today, now)
    if fresh or len(known) > shown:
        words = _("All {items}", items=count(len(found), "item"))
        blocks.append(actions([button(Button.ATTENTION_PAGE, words, Attention("mine", 0, today).value)]))
    # Nobody is spoken about behind their back: the owner reads that a lead was told, and which.
    told = [notice for notice in found if NoticeReason.STALE in notice.whys and notice.item.number in leads]
    if told:
        blocks.append(context(_told(told, leads)))
    return blocks


def _imported(fresh: Sequence[Notice]) -> str:
    """`12 came with an import: 9 overdue, 3 without progress for 30 days.`, each counted for its most urgent reason."""
    by_why = Counter(notice.whys[0] for notice in fresh)
    facts = ", ".join(_(words, count=numeral(by_why[why])) for why, words in FRESH.items() if by_why[why])
    return _("{count} came with an import: {facts}.", count=numeral(len(fresh)), facts=facts)


def message_text(found: Sequence[Notice], parts: Sequence[LeadPart], asks: Sequence[Item] = ()) -> str:
    """The message as a notification: how many, and the first."""
    if not found and asks:
        return to_decide_text(asks)
    if not found:
        return " ".join(lead_text(part) for part in parts)
    first = found[0]
    title = escape(shortened(first.item.title))
    why = _(HEADINGS[first.whys[0]])
    return f"{headline(found)}: {first.item.label} {title} ({why[:1].lower()}{why[1:]})"


def headline(found: Sequence[Notice]) -> str:
    """`3 of your items need attention`."""
    if len(found) == 1:
        return _("One of your items needs attention")
    return _("{count} of your items need attention", count=numeral(len(found)))


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
        blocks += [section("\n".join(lines), details(notice.item) if _is_whole(notice) else None)]
        blocks.append(buttons(notice, today))
    return blocks


def _is_whole(notice: Notice) -> bool:
    """Whether it has the item's own buttons: a question has its answers."""
    return notice.whys not in ((NoticeReason.HOLD,), (NoticeReason.REVISIT,))


def buttons(notice: Notice, today: date) -> ActionsBlock:
    """What can be done about it, with one click."""
    if notice.whys == (NoticeReason.HOLD,):
        return hold_buttons(notice.item)
    if notice.whys == (NoticeReason.REVISIT,):
        return deferral_buttons(notice.item)
    is_stale = NoticeReason.STALE in notice.whys
    row = stale_buttons(notice.item, narrow=True) if is_stale else item_buttons(notice.item, narrow=True)
    row.block_id = f"{STALE}.{notice.item.number}" if is_stale else None
    row.elements.insert(len(row.elements) - 1, _snooze(notice.item, today))
    return row


def page(found: Sequence[Notice], blocks: Sequence[Block], title: str, value: str, at: int) -> View:
    """A page of what did not fit into a message. *found* is everything, `at` the number of the page."""
    # What was pressed may be old: all of it may have been answered since.
    shown = list(blocks) or [section(_("Nothing is left to do here."))]
    is_last = (at + 1) * ITEMS_ON_PAGE >= len(found)
    return to_read(title, [*shown, *turns(Button.ATTENTION_BACK, Button.ATTENTION_TURN, value, at, is_last=is_last)])


def _facts(notice: Notice, today: date, now: datetime) -> str:
    item, facts = notice.item, last_step(notice.item)
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
    return " ".join(_("{lead} is told about {items}.", lead=lead, items=", ".join(of)) for lead, of in by_lead.items())


def _snooze(item: Item, today: date) -> StaticSelectElement:
    """“Snooze”: the item's reminders wait until then, counted from the day of the message."""
    days = {Snooze(item.number, today, choice).value: words for choice, words in SNOOZES.items()}
    options = [Option(text=PlainTextObject(text=_(words)), value=value) for value, words in days.items()]
    return StaticSelectElement(
        action_id=Button.SNOOZE_ITEM, options=options, placeholder=PlainTextObject(text=_("Snooze"))
    )
