"""What the product says no to. Every message tells the person what to do next."""

from enum import StrEnum

from bot.domain.words import _


class Refused(Exception):
    """A request that cannot be done as asked; nothing was changed.

    `reason` is the sentence the asker reads. `field` names the modal field it belongs to, and
    `next_step` the action that would get item `item` further, shown as a button where there is room for one.
    """

    def __init__(self, reason: str, field: str | None = None, next_step: StrEnum | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.next_step = next_step
        self.item: int | None = None


class NotFound(Refused):
    """Something that does not exist, or that the asker may not see: the two read the same."""


class Unavailable(Refused):
    """Slack or the database is away; the same request may work in a moment."""


def no_such_item(label: str) -> NotFound:
    """The answer to a person who names an item that does not exist, or that they may not see."""
    return NotFound(_("{item} does not exist. `/actionitem list all` shows every item you can see.", item=label))
