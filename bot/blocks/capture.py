"""What is said where an item or an idea is taken up from a conversation: the offer, the idea kept, the welcome."""

import json
import re
from dataclasses import asdict, dataclass, fields
from datetime import date

from slack_sdk.models.blocks import Block

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, details_button, section
from bot.blocks.text import Names, day, escape, shortened
from bot.domain.errors import Unreadable
from bot.domain.item import Item
from bot.domain.joined import day as read_day
from bot.domain.slack_ids import MESSAGE_TS, USER_ID
from bot.domain.words import _

TEXT_KEPT = 1200
"""Characters of a sentence that a button carries; Slack allows 2,000 with all else in it."""
WELCOME = (
    "I keep the action items of incidents from being forgotten: each has one owner, a date and a way to verify it.\n"
    "`/actionitem new` creates one here, a :{reaction}: reaction keeps a message as an idea, and `/actionitem help` "
    "shows the rest."
)
WELCOME_WITHOUT_REACTION = (
    "I keep the action items of incidents from being forgotten: each has one owner, a date and a way to verify it.\n"
    "`/actionitem new` creates one here, and `/actionitem help` shows the rest."
)
HELLO = (
    "Write to me what will change, as in “Cap the retry queue at 10,000 @sam by friday”, and I offer the form for it. "
    "What begins with “idea” is kept at once."
)
NOTHING_SAID = "Say what will change: “@Action Items add Cap the retry queue at 10,000 @sam by friday”."
OFFER = "*{text}*"
MADE = "*{label} {title}* was made of this."
KEPT = "*{label} {title}* is kept as an idea."
MADE_ELSEWHERE = "An item was made of this."
VERIFICATION_KEPT = 300
"""Characters beside these of how it will be verified."""
ANYBODY = "The form asks for what is missing."


@dataclass(frozen=True)
class Offer:
    """What was understood of a sentence, small enough for a button. `ts` is the message's, `day` ISO.

    `key` is that of the answer that has the button; "" in those of an earlier version.
    """

    text: str
    owner: str = ""
    day: str = ""
    ts: str = ""
    key: str = ""
    verification: str = ""

    def as_value(self) -> str:
        """As the value of a button."""
        # Letters as they are: escaped, a sentence in Cyrillic would be six times as long, and a button holds 2,000.
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def due(self) -> date | None:
        """The day by which it was said to be done."""
        return read_day(self.day) if self.day else None


def offer_of(value: str) -> Offer:
    """What `Offer.as_value` made. Raises `Unreadable` for anything else."""
    try:
        stored = json.loads(value)
    except (ValueError, RecursionError):
        raise Unreadable from None
    # By name: buttons of earlier versions stand in channels and lack what was added since.
    names = {field.name for field in fields(Offer)}
    if not isinstance(stored, dict) or not all(isinstance(stored.get(name, ""), str) for name in names):
        raise Unreadable
    offer = Offer(**{name: stored.get(name, "") for name in names})
    is_long = len(offer.text) > TEXT_KEPT or len(offer.verification) > VERIFICATION_KEPT
    if is_long or not (_may_be(USER_ID, offer.owner) and _may_be(MESSAGE_TS, offer.ts)):
        raise Unreadable
    return offer


def _may_be(form: re.Pattern[str], text: str) -> bool:
    return not text or bool(form.fullmatch(text))


def offer_blocks(offer: Offer, names: Names) -> list[Block]:
    """The sentence as it was understood, with the ways to go on."""
    facts = [
        _("Owner {name}", name=names(offer.owner)) if offer.owner else "",
        _("due {day}", day=day(offer.due)) if offer.due else "",
        _("verify by: {how}", how=escape(offer.verification)) if offer.verification else "",
    ]
    said = " · ".join(fact for fact in facts if fact) or _(ANYBODY)
    value = offer.as_value()
    row = [
        button(Button.OFFER_NEW, "Create action item", value, primary=True),
        button(Button.OFFER_IDEA, "Keep as an idea", value),
    ]
    return [section(f"{OFFER.format(text=escape(shortened(offer.text, 600)))}\n{said}"), actions(row)]


def taken_up_text(item: Item, channel: str) -> str:
    """What was made of the sentence, to everybody in the channel where it was said."""
    # Made of a public message in a private channel's form: here not even its number is said.
    if item.private and item.channel != channel:
        return _(MADE_ELSEWHERE)
    return _(KEPT if item.is_idea else MADE, label=item.label, title=escape(item.title))


def taken_up(item: Item, channel: str) -> list[Block]:
    """The same, in place of the offer: another item cannot be made of it."""
    said = section(taken_up_text(item, channel))
    return [said] if item.private and item.channel != channel else [said, details_button(item)]


def nothing_said() -> str:
    """To whoever asks for an item without saying what it is."""
    return _(NOTHING_SAID)


def welcome(reaction: str) -> str:
    """The first message in a channel; `reaction` "" is switched off."""
    return _(WELCOME, reaction=reaction) if reaction else _(WELCOME_WITHOUT_REACTION)


def hello(reaction: str) -> str:
    """The first answer in the Messages tab, and to whoever asks for help there."""
    return f"{welcome(reaction)}\n{_(HELLO)}"


def hello_blocks(reaction: str) -> list[Block]:
    """The same with the buttons of `welcome_blocks`."""
    _said, row = welcome_blocks(reaction)
    return [section(hello(reaction)), row]


def welcome_blocks(reaction: str) -> list[Block]:
    """The same with the two buttons that a newcomer needs."""
    # Buttons and not only commands: most of those who read it have never typed one.
    row = [button(Button.NEW, "New action item", "new"), button(Button.HELP, "What can I do?", "help")]
    return [section(welcome(reaction)), actions(row)]
