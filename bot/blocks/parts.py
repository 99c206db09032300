"""The few parts from which every message is put together."""

import json
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
    TextObject,
)
from slack_sdk.models.views import View

from bot.blocks.checks import find_checks_once
from bot.blocks.ids import Button
from bot.blocks.text import TEXT_LIMIT, escape, fitted, shortened, within_sentences
from bot.domain.item import Item
from bot.domain.lifecycle import BLOCKABLE, TRANSITIONS, Action, State
from bot.domain.pressed import MenuEntry, MergeInto, with_page
from bot.domain.words import _

find_checks_once()


def about(item: Item) -> Block:
    """The line on top of every modal that says which item it is about."""
    return context(f"*{item.label}* {escape(shortened(item.title))}")


STEP_BUTTONS = {
    Action.START: (Button.START, "Start"),
    Action.IMPLEMENT: (Button.IMPLEMENT, "Implemented"),
    Action.VERIFY: (Button.VERIFY, "Verify"),
    Action.CLOSE: (Button.CLOSE, "Close"),
    Action.REOPEN: (Button.REOPEN, "Reopen"),
    Action.PROMOTE: (Button.PROMOTE, "Promote"),
    Action.RESUME: (Button.RESUME, "Resume"),
    Action.UNBLOCK: (Button.UNBLOCK, "Unblock"),
}
"""What brings an item further, as a button."""

CHANGE_BUTTONS = {
    Action.ASSIGN: (Button.HAND_OVER, "Assign"),
    Action.MOVE_DUE_DATE: (Button.DUE, "Due date"),
}
"""What is changed most often, as a button where there is room for one."""

MENU = {
    Action.ASSIGN: "Assign",
    Action.MOVE_DUE_DATE: "Due date",
    Action.EDIT: "Edit",
    Action.DEFER: "Defer",
    Action.ACCEPT_RISK: "Accept the risk",
    Action.DROP: "Will not do",
    Action.MERGE: "Merge",
    Action.WITHDRAW: "Withdraw the request",
}
"""What is no button, behind the one “⋯” that ends an item's row."""

ALIKE_ROW = "alike"
"""What the row of buttons begins its block_id with that asks whether two items are the same; their numbers follow."""
MENU_LIMIT = 5
"""Entries of a menu “⋯” (Slack's limit)."""
GIVES_WAY = (Action.MERGE, Action.EDIT, Action.MOVE_DUE_DATE)
"""What is left to commands where the menu has no room for it, the first of them first."""


VIEW_BYTES = 240_000
"""What a view takes as JSON, less its title and the ids that Slack fills in: 28 texts in Latin letters are a third of
it, and as many in other alphabets more than the whole."""


def section(text: str, accessory: InteractiveElement | None = None) -> SectionBlock:
    """A paragraph of mrkdwn, cut where it is longer than Slack takes."""
    return SectionBlock(text=MarkdownTextObject(text=fitted(within_sentences(text))), accessory=accessory)


def context(text: str) -> ContextBlock:
    """A small grey line of mrkdwn, cut where it is longer than Slack takes."""
    return ContextBlock(elements=[MarkdownTextObject(text=fitted(within_sentences(text)))])


def fitting_a_view(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with their longest texts cut further where all together are more than a view may be."""
    drawn, limit = list(blocks), TEXT_LIMIT
    # Escaped as JSON, as it is sent: a letter that is not Latin takes six characters.
    while limit and len(json.dumps(as_dicts(drawn))) > VIEW_BYTES:
        limit = limit * 3 // 4
        drawn = [_cut(block, limit) for block in blocks]
    return drawn


def to_read(title: str, blocks: Sequence[Block], metadata: str | None = None) -> View:
    """A modal that asks nothing, named *title* in the reader's language; no larger than a view may be."""
    return View(
        type="modal",
        title=PlainTextObject(text=title),
        close=PlainTextObject(text=_("Done")),
        blocks=fitting_a_view(blocks),
        private_metadata=metadata,
    )


def turns(back: Button, more: Button, value: str, at: int, *, is_last: bool) -> list[Block]:
    """The ways from page `at` to those beside it, if there are any; their values are `VALUE:PAGE`."""
    ways = [button(back, "Back", with_page(value, at - 1))] if at > 0 else []
    if not is_last:
        ways.append(button(more, "More", with_page(value, at + 1)))
    return [actions(ways)] if ways else []


def _cut(block: Block, limit: int) -> Block:
    # What has a button beside it is a line of a list, which is short already.
    if isinstance(block, SectionBlock) and block.text and not block.accessory:
        return section(fitted(block.text.text, limit))
    if isinstance(block, ContextBlock) and isinstance(block.elements[0], TextObject):
        return context(fitted(block.elements[0].text, limit))
    return block


def button(action_id: Button, words: str, value: str, *, primary: bool = False) -> ButtonElement:
    """A button; `value` comes back when it is pressed. `words` are said in the reader's language."""
    style = "primary" if primary else None
    return ButtonElement(text=PlainTextObject(text=_(words)), action_id=action_id, value=value, style=style)


def actions(elements: Sequence[InteractiveElement], block_id: str | None = None) -> ActionsBlock:
    """A row of buttons. With a `block_id` it stays the same row where its message is drawn anew."""
    return ActionsBlock(elements=list(elements), block_id=block_id)


def step_button(item: Item, *, primary: bool = False) -> ButtonElement | None:
    """The button that brings the item further, if it has one."""
    found = STEP_BUTTONS.get(item.next_step) if item.next_step else None
    return button(*found, str(item.number), primary=primary) if found else None


def item_rows(text: str, item: Item) -> list[Block]:
    """An item wherever it is shown whole: what is said of it, with the way to its details, and its buttons."""
    return [section(text, details(item)), item_buttons(item)]


def details(item: Item) -> ButtonElement | None:
    """“Details” beside an item's title; None where it stands in the row below."""
    return None if item.is_no_commitment or item.is_over else button(Button.SHOW, "Details", str(item.number))


def item_buttons(item: Item, *, narrow: bool = False) -> ActionsBlock:
    """The next step, an update, what is changed often, and one menu “⋯” with what else may become of it.

    `narrow`: beside other things, so that the menu takes what is changed often.
    """
    row: list[InteractiveElement] = []
    if item.is_idea:
        return _idea_buttons(str(item.number))
    # Of what has ended nothing is expected: “Reopen” is there, and no call.
    if step := step_button(item, primary=not item.is_over):
        row.append(step)
    if item.is_over:
        return actions([*row, button(Button.SHOW, "Details", str(item.number))])
    row.append(button(Button.UPDATE, "Update", str(item.number)))
    if item.state in BLOCKABLE and item.next_step is not Action.UNBLOCK:
        flag = STEP_BUTTONS[Action.UNBLOCK] if item.blocked else (Button.BLOCK, "Block")
        row.append(button(*flag, str(item.number)))
    if item.awaits_acceptance:
        row.append(button(Button.ACCEPT, "Accept for the owner", str(item.number)))
    if not narrow:
        row += [button(*change, str(item.number)) for change in CHANGE_BUTTONS.values()]
    return actions([*row, _menu(item, narrow=narrow)])


def stale_buttons(item: Item, *, narrow: bool = False) -> ActionsBlock:
    """As `item_buttons`, for an item that needs a status: its update is an answer."""
    row = item_buttons(item, narrow=narrow)
    for at, each in enumerate(row.elements):
        # The same form behind it, under the word that the question asks for.
        if each.to_dict().get("action_id") == Button.UPDATE:
            row.elements[at] = button(Button.UPDATE, "Answer", str(item.number))
    return row


def _idea_buttons(number: str) -> ActionsBlock:
    promote, decline = button(Button.PROMOTE, "Promote", number), button(Button.DECLINE, "Decline", number)
    return actions([promote, decline, button(Button.SHOW, "Details", number)])


def _menu(item: Item, *, narrow: bool) -> OverflowMenuElement:
    entries = [act for act in MENU if _is_offered(item, act) and (narrow or act not in CHANGE_BUTTONS)]
    for least in GIVES_WAY:
        if len(entries) > MENU_LIMIT and least in entries:
            entries.remove(least)
    options = [
        Option(text=PlainTextObject(text=_(MENU[act])), value=MenuEntry(act, str(item.number)).value) for act in entries
    ]
    return OverflowMenuElement(action_id=Button.MORE, options=options)


def _is_offered(item: Item, action: Action) -> bool:
    """Whether it can be done to an item that is not over, as it stands."""
    if action in CHANGE_BUTTONS or action is Action.EDIT:
        return True
    if action is Action.WITHDRAW:
        return bool(item.request and item.request.is_pending)
    # Again, when it has come back: its review offers that.
    return (item.state, action) in TRANSITIONS and not (action is Action.DEFER and item.state is State.DEFERRED)


def acceptance_buttons(item: Item) -> ActionsBlock:
    """For an owner who is asked: accepting confirms that they have what it needs (R35)."""
    number = str(item.number)
    accept = button(Button.ACCEPT, "Accept", number, primary=True)
    # Asked by Slack itself, before anything is sent: R35 wants it confirmed, and a form would be one more step.
    accept.confirm = ConfirmObject(
        title=_("Accept {item}?", item=item.label),
        text=PlainTextObject(text=_("You confirm that you have the access and the authority it needs.")),
        confirm=_("Accept"),
        deny=_("Not yet"),
    )
    hand_over = button(Button.HAND_ON, "Hand over", number)
    return actions([accept, hand_over, button(Button.CANNOT_TAKE, "Cannot take it", number)])


def hold_buttons(item: Item) -> ActionsBlock:
    """For the owner of an item that was closed a month ago: did it hold?"""
    number = str(item.number)
    yes, no = button(Button.HELD, "Yes", number), button(Button.DID_NOT_HOLD, "No", number)
    return actions([yes, no, button(Button.SHOW, "Details", number)], f"hold.{number}")


def assign_buttons(item: Item) -> ActionsBlock:
    """For whoever must find an owner."""
    number = str(item.number)
    return actions([button(Button.HAND_OVER, "Assign", number, primary=True), button(Button.SHOW, "Details", number)])


def merge_buttons(item: Item, into: Item) -> ActionsBlock:
    """For the maker of an item that says what another one says; the value names both."""
    both = MergeInto(item.number, into.number).value
    return actions(
        [
            button(Button.MERGE_INTO, "Add to this one instead", both),
            button(Button.SHOW, _("Show {item}", item=into.label), str(into.number)),
        ],
        f"{ALIKE_ROW}.{item.number}.{into.number}",
    )


def details_button(item: Item) -> ActionsBlock:
    """For somebody who only has to know."""
    return actions([button(Button.SHOW, "Details", str(item.number))])


def new_item_buttons() -> ActionsBlock:
    """The way to one more item."""
    return actions([button(Button.NEW, "New action item", "new")])


def as_dicts(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Blocks as the JSON that Slack takes."""
    return [block.to_dict() for block in blocks]
