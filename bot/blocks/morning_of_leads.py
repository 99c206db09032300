"""What a lead reads in the morning about each of their teams."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, Option, PlainTextObject, StaticSelectElement

from bot.blocks.ids import Button
from bot.blocks.meeting import CHOICES
from bot.blocks.orphans import orphans, orphans_text
from bot.blocks.parts import (
    actions,
    button,
    section,
    step_button,
)
from bot.blocks.questions import RANK, REVISIT
from bot.blocks.state_lines import last_step
from bot.blocks.text import Names, count, day, escape, shortened
from bot.domain.item import Item
from bot.domain.morning import Notice, NoticeReason, idle_days
from bot.domain.pressed import Rank
from bot.domain.words import _, numeral

STALE_ITEM = "1 item of {team} has had no progress for 30 days. Its owner is asked for a status."
STALE_ITEMS = "{count} items of {team} have had no progress for 30 days. Their owners are asked for a status."
DEFERRAL_BACK = "1 deferral of {team} has come back for review."
DEFERRALS_BACK = "{count} deferrals of {team} have come back for review."
ESCALATED_ITEM = "1 item of {team} has been overdue for more than a week."
ESCALATED_ITEMS = "{count} items of {team} have been overdue for more than a week."
ESCALATED_BY_POLICY = "1 item of {team} has been overdue for longer than its severity allows."
ESCALATED_BY_POLICIES = "{count} items of {team} have been overdue for longer than their severity allows."
UNRANKED_ITEM = "Nobody has prioritised 1 item of {team}. Say what it is with “Rank”."
UNRANKED_ITEMS = "Nobody has prioritised {count} items of {team}. Say what each is with “Rank”."


@dataclass(frozen=True)
class LeadPart:
    """What a lead reads of one team: what has stood still, come back or is overdue for long; and who has left.

    *found* and *orphans* are what the lead may see; `more` is the value of the button that opens all of *found*.
    """

    team: str
    found: Sequence[Notice]
    orphans: Sequence[Item]
    more: str


def lead_part(part: LeadPart, shown: int, names: Names, now: datetime) -> list[Block]:
    """To a lead: what of their team has not moved, has come back, is overdue for long, and what nobody owns."""
    blocks: list[Block] = [section(lead_text(part)), *lead_rows(part.found[:shown], names, now)]
    if len(part.found) > shown:
        words = _("All {items}", items=count(len(part.found), "item"))
        blocks.append(actions([button(Button.ATTENTION_PAGE, words, part.more)]))
    return [*blocks, *(orphans(part.team, part.orphans, len(part.orphans), names, shown) if part.orphans else [])]


def lead_rows(found: Sequence[Notice], names: Names, now: datetime) -> list[Block]:
    """The items of a lead's team, each with its owner, how long it has stood still, and what the lead can do."""
    blocks: list[Block] = []
    for notice in found:
        item = notice.item
        facts = [names(item.owner), *last_step(item)]
        if NoticeReason.STALE in notice.whys:
            facts.append(_("no progress for {days}", days=count(idle_days(item, now), "day")))
        if NoticeReason.REVISIT in notice.whys and item.deferral and item.deferral.revisit_on:
            facts.append(_("deferred until {day}", day=day(item.deferral.revisit_on)))
        if NoticeReason.ESCALATED in notice.whys:
            facts.append(_("due {day}", day=day(item.due)))
        blocks.append(section(f"*{item.label}* {escape(shortened(item.title))}\n{' · '.join(facts)}"))
        blocks.append(deferral_buttons(item) if notice.whys == (NoticeReason.REVISIT,) else _lead_buttons(notice))
    return blocks


def lead_text(part: LeadPart) -> str:
    """What a lead's part begins with, and its notification."""
    said, team = [], escape(part.team)
    for why, one, many in TO_LEADS:
        named = [notice for notice in part.found if why in notice.whys]
        if why is NoticeReason.ESCALATED and any(notice.by_policy for notice in named):
            words = _(ESCALATED_BY_POLICIES if len(named) > 1 else ESCALATED_BY_POLICY, count=len(named), team=team)
            said.append(words)
        elif named:
            said.append(_(many if len(named) > 1 else one, count=numeral(len(named)), team=team))
    return " ".join(said) or orphans_text(part.team, len(part.orphans))


TO_LEADS = (
    (NoticeReason.STALE, STALE_ITEM, STALE_ITEMS),
    (NoticeReason.REVISIT, DEFERRAL_BACK, DEFERRALS_BACK),
    (NoticeReason.ESCALATED, ESCALATED_ITEM, ESCALATED_ITEMS),
    (NoticeReason.UNRANKED, UNRANKED_ITEM, UNRANKED_ITEMS),
)


def deferral_buttons(item: Item) -> ActionsBlock:
    """A deferral that has come back: go on, put it off again, or live with it."""
    number = str(item.number)
    return actions(
        [
            button(Button.TAKE_UP, "Resume", number),
            button(Button.DEFER_AGAIN, "Defer again", number),
            button(Button.ACCEPT_RISK, "Accept the risk", number),
            button(Button.SHOW, "Details", number),
        ],
        f"{REVISIT}.{number}",
    )


def _lead_buttons(notice: Notice) -> ActionsBlock:
    number = str(notice.item.number)
    row = [button(Button.REASSIGN, "Reassign", number), button(Button.SHOW, "Open", number)]
    step = step_button(notice.item) if last_step(notice.item) else None
    row[:0] = [step] if step else []
    if NoticeReason.UNRANKED not in notice.whys:
        return actions(row)
    return actions([_rank(notice.item), *row], f"{RANK}.{number}")


def _rank(item: Item) -> StaticSelectElement:
    """“Rank”: one choice, and it stands where it belongs."""
    options = [
        Option(text=PlainTextObject(text=_(words)), value=Rank(item.number, quadrant.value).value)
        for quadrant, words in CHOICES.items()
    ]
    return StaticSelectElement(action_id=Button.RANK, options=options, placeholder=PlainTextObject(text=_("Rank")))
