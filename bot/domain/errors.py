"""What the product says no to. Every message tells the person what to do next."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.words import Text


class Refused(Exception):
    """A request that cannot be done as asked; nothing was changed.

    `text` is what the asker reads, given as a `Text`, or as English without values. `field` names the modal field it
    belongs to, and `next_step` the action that would get item `item` further, shown as a button where there is room
    for one.
    """

    def __init__(self, text: Text | str, field: str | None = None, next_step: StrEnum | None = None) -> None:
        super().__init__(text)
        self.text = text if isinstance(text, Text) else Text(text)
        self.field = field
        self.next_step = next_step
        self.item: int | None = None

    @property
    def reason(self) -> str:
        """The text as it reads in the language that is spoken now: for where it leaves, and not to be given on."""
        return str(self.text)

    def __str__(self) -> str:
        return self.reason


class Missing(Refused):
    """Fields that are empty, or cannot be as they are; `texts` has what to do at each, by its name, at least one."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        field, text = next(iter(texts.items()))
        super().__init__(text, field=field)
        self.texts = texts


def refuse_at(texts: Mapping[str, Text | None]) -> None:
    """Raises `Missing` with what is wrong with each field, by its name; nothing where it is None everywhere."""
    wrong = {field: text for field, text in texts.items() if text}
    if wrong:
        raise Missing(wrong)


class NotFound(Refused):
    """Something that does not exist, or that the asker may not see: the two read the same."""


class Unavailable(Refused):
    """Slack or the database is away; the same request may work in a moment."""


class Unreadable(Refused, ValueError):
    """What a button, a menu or a form carries unseen was never written by the product: it was changed on its way."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "What this button or form is about cannot be read, so nothing was done. Open it again: "
                "`/actionitem list` shows your items."
            )
        )


def no_such_item(label: str) -> NotFound:
    """The answer to a person who names an item that does not exist, or that they may not see."""
    return NotFound(Text("{item} does not exist. `/actionitem list all` shows every item you can see.", item=label))
