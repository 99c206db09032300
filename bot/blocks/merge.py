"""“Merge”: which item takes others in, the form that lists what will end, what is said of it, and “Undo”."""

from collections.abc import Callable, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, ButtonElement, CheckboxesElement, InputBlock, Option, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.done import sentences, was_told
from bot.blocks.fields import OPTION_LIMIT, date_field, field, modal, text_field, user_field
from bot.blocks.ids import Button, Modal, Search
from bot.blocks.parts import about, actions, button, context, section, to_read
from bot.blocks.scales import effort_field
from bot.blocks.searched import searched_field
from bot.blocks.text import count, escape, moment, shortened
from bot.domain.errors import Refused
from bot.domain.form_fields import IN_WORDS
from bot.domain.item import TITLE_LIMIT, Item
from bot.domain.merge import UNDO_FOR
from bot.domain.pressed import MergeOf
from bot.domain.words import Text, _

ENDS = "ends"
"""The field of the first ten items that end; `ends.1` has the next ten, and so on."""
OPTIONS_AT_ONCE = 10
"""Options of one group of checkboxes (Slack's limit)."""
INTO = "The open item that goes on: type its number or words."
INTO_IDEA = "The open item or the idea that goes on: type its number or words."
NAMED = 10
"""Items that a message names; how many more there are is said."""
STAYS = "{item} stays: {why}"
KEEPS = "*{item} {title}* goes on, and contains what you tick."
OF_IDEAS = "Nothing is merged before “Merge”; for a day, “Undo” puts everything back."
CONSEQUENCE = "Each owner gets one message. Nothing is merged before “Merge”; for a day, “Undo” puts everything back."


def merge_into_form(item: Item, metadata: str, why: str = "") -> View:
    """“Merge”, first step: into which open item, and why."""
    blocks = [
        about(item),
        searched_field(Search.ITEM, "into", "Merge into", hint=_(INTO_IDEA if item.is_idea else INTO)),
        text_field("why", "Why?", why, optional=True),
    ]
    return modal(Modal.MERGE_INTO, "Merge", "Next", blocks, metadata)


def merge_form(
    into: Item, ends: Sequence[Item], names: Callable[[str], str], metadata: str, why: str, kept: Sequence[Refused] = ()
) -> View:
    """“Merge”: what ends, ticked, and the one that stays. *names* are plain; *kept* is why others cannot be merged."""
    blocks: list[Block] = [context(_(KEEPS, item=into.label, title=escape(shortened(into.title))))]
    blocks += [context(escape(refused.reason)) for refused in kept[:NAMED]]
    blocks += _ticked(ends, names)
    blocks.append(text_field("title", "Action", into.title, limit=TITLE_LIMIT))
    if not into.is_idea:  # nobody owns an idea, or promises a day
        blocks += [user_field("owner", "Owner", into.owner), date_field("due", "Due date", into.due)]
    blocks += [
        effort_field(into.effort),
        text_field("why", "Why?", why, optional=True),
        context(_(OF_IDEAS if into.is_idea else CONSEQUENCE)),
    ]
    return modal(Modal.MERGE, "Merge", "Merge", blocks, metadata)


def _ticked(ends: Sequence[Item], names: Callable[[str], str]) -> list[InputBlock]:
    found = []
    for at in range(0, len(ends), OPTIONS_AT_ONCE):
        options = [_option(item, names) for item in ends[at : at + OPTIONS_AT_ONCE]]
        page = at // OPTIONS_AT_ONCE
        name = f"{ENDS}.{page}" if page else ENDS
        label = _("These items end")
        if len(ends) > OPTIONS_AT_ONCE:
            label = _("These items end ({first}–{last} of {all})", first=at + 1, last=at + len(options), all=len(ends))
        element = CheckboxesElement(action_id=name, options=options, initial_options=options)
        # Of several groups one may be empty, of one none: Slack says so itself.
        found.append(field(name, label, element, optional=len(ends) > OPTIONS_AT_ONCE))
    return found


def _option(item: Item, names: Callable[[str], str]) -> Option:
    facts = f"{names(item.owner)} · {_(item.state.words)}"
    return Option(
        text=PlainTextObject(text=shortened(f"{item.label} {item.title}", OPTION_LIMIT)),
        value=str(item.number),
        description=PlainTextObject(text=shortened(facts, OPTION_LIMIT)),
    )


def merged_view(into: Item, ends: Sequence[Item], told: Sequence[str], taken_in: int, at: datetime) -> View:
    """After “Merge”: what is so now, who was told, and “Undo”."""
    said = _("{items} are merged into *{into}*.", items=_labels(ends), into=into.label)
    if len(ends) == 1:
        said = _("{items} is merged into *{into}*.", items=_labels(ends), into=into.label)
    until = _("Until {when}, “Undo” puts everything back; it stands on the card too.", when=moment(at + UNDO_FOR))
    if into.is_idea or not into.channel:  # without a card
        until = _(
            "Until {when}, “Undo” puts everything back; `/actionitem show {number}` has it too.",
            when=moment(at + UNDO_FOR), number=into.number,
        )  # fmt: skip
    blocks: list[Block] = [section(sentences(said, was_told(told))), context(until)]
    return to_read(_("Merged"), [*blocks, actions([undo_button(into.number, taken_in)])])


def undo_button(into: int, taken_in: int) -> ButtonElement:
    """“Undo” of one merge."""
    return button(Button.UNDO_MERGE, "Undo", MergeOf(into, taken_in).value)


def undone(into: Item, back: Sequence[Item], told: Sequence[str], kept: Sequence[str], left: int) -> str:
    """After “Undo”: what is back, what of the other one stays as others made it since, and who was told."""
    said = _("{items} are back where they were.", items=_labels(back))
    if len(back) == 1:
        said = _("{items} is back where it was.", items=_labels(back))
    stays = ""
    if into.is_over:
        stays = _("*{item}* has ended since and stays so.", item=into.label)
    elif kept:
        what = ", ".join(_(IN_WORDS[name]) for name in kept)
        stays = _("*{item}* keeps what was changed since: {what}.", item=into.label, what=what)
    more = (
        _("{items} stay as they are: something else became of them since.", items=count(left, "item")) if left else ""
    )
    return sentences(said, stays, more, was_told(told))


def undone_view(said: str) -> View:
    """The same, in the place of what was said after “Merge”."""
    return to_read(_("Undone"), [section(said)])


def told_merged(into: Item | None, items: Sequence[Item], who: str, owner: str, *, theirs: bool, how_many: int) -> str:
    """To an owner, once for all of it. *into* None: they may not know of it. *theirs*: they own the one that stays."""
    named = f"*{into.label} {escape(shortened(into.title))}*" if into else _("another item")
    all_of_them = count(how_many, "item")
    if theirs:
        said = _("{who} merged {items} into your {into}.", who=who, items=all_of_them, into=named)
    elif into:
        said = _(
            "{who} merged {items} into {into}, which {owner} owns.", who=who, items=all_of_them, into=named, owner=owner
        )
    else:
        said = _("{who} merged {items} into {into}.", who=who, items=all_of_them, into=named)
    return "\n".join([said, *_listed(items)])


def told_undone(into: Item | None, items: Sequence[Item], who: str, *, how_many: int) -> str:
    """To an owner: what goes on by itself again. *into* None: they may not know of it."""
    named = f"*{into.label} {escape(shortened(into.title))}*" if into else _("another item")
    facts = {"who": who, "items": count(how_many, "item"), "into": named}
    said = _("{who} undid the merge of {items} into {into}. They go on by themselves again.", **facts)
    if how_many == 1:
        said = _("{who} undid the merge of {items} into {into}. It goes on by itself again.", **facts)
    return "\n".join([said, *_listed(items)])


def _listed(items: Sequence[Item]) -> list[str]:
    lines = [f"• *{item.label}* {escape(shortened(item.title))}" for item in items[:NAMED]]
    left = len(items) - NAMED
    return [*lines, _("and {count} more", count=left)] if left > 0 else lines


def _labels(items: Sequence[Item]) -> str:
    return ", ".join(f"*{item.label}*" for item in items)


def stays(item: Item, refused: Refused) -> Refused:
    """Why an item that could have been meant is not in the form."""
    return Refused(Text(STAYS, item=item.label, why=refused.text))
