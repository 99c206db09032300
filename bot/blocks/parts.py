"""The few parts from which every message is put together."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextObject,
    SectionBlock,
)

from bot.blocks.ids import Button
from bot.blocks.text import fitted
from bot.domain.items import Item
from bot.domain.lifecycle import Action, next_step

STEP_BUTTONS = {
    Action.START: (Button.START, "Start"),
    Action.IMPLEMENT: (Button.IMPLEMENT, "Implemented"),
    Action.VERIFY: (Button.VERIFY, "Verify"),
    Action.CLOSE: (Button.CLOSE, "Close"),
    Action.REOPEN: (Button.REOPEN, "Reopen"),
}
"""What brings an item further, as a button. Steps without one here have no button yet."""

MORE = {Action.ASSIGN: "Assign", Action.MOVE_DUE_DATE: "Due date", Action.EDIT: "Edit"}
"""What else can be done to an item that has not ended, behind “⋯”."""


def section(text: str, accessory: InteractiveElement | None = None) -> SectionBlock:
    """A paragraph of mrkdwn, cut where it is longer than Slack takes."""
    return SectionBlock(text=MarkdownTextObject(text=fitted(text)), accessory=accessory)


def context(text: str) -> ContextBlock:
    """A small grey line of mrkdwn, cut where it is longer than Slack takes."""
    return ContextBlock(elements=[MarkdownTextObject(text=fitted(text))])


def button(action_id: Button, words: str, value: str, *, primary: bool = False) -> ButtonElement:
    """A button; `value` comes back when it is pressed."""
    style = "primary" if primary else None
    return ButtonElement(text=PlainTextObject(text=words), action_id=action_id, value=value, style=style)


def actions(elements: Sequence[InteractiveElement]) -> ActionsBlock:
    """A row of buttons."""
    return ActionsBlock(elements=list(elements))


def step_button(item: Item, *, primary: bool = False) -> ButtonElement | None:
    """The button that brings the item further, if it has one."""
    found = STEP_BUTTONS.get(step) if (step := next_step(item.state)) else None
    return button(*found, str(item.number), primary=primary) if found else None


def item_buttons(item: Item) -> ActionsBlock:
    """The next step, an update, and the rest behind “⋯”: the same row wherever an item is shown whole."""
    row: list[InteractiveElement] = []
    if step := step_button(item, primary=True):
        row.append(step)
    if item.is_over:
        return actions([*row, button(Button.SHOW, "Details", str(item.number))])
    row.append(button(Button.UPDATE, "Update", str(item.number)))
    options = [Option(text=PlainTextObject(text=words), value=f"{act}:{item.number}") for act, words in MORE.items()]
    options.append(Option(text=PlainTextObject(text="Details"), value=f"show:{item.number}"))
    return actions([*row, OverflowMenuElement(action_id=Button.MORE, options=options)])


def as_dicts(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Blocks as the JSON that Slack takes."""
    return [block.to_dict() for block in blocks]
