"""Merging an item into another open one."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.item_values import Ending
from bot.domain.lifecycle import Action, after
from bot.domain.words import Text


def merge(item: Item, by: By, into: Item, why: str = "") -> Moved:
    """The item ends as merged into another open one (R91). `why` "": the other one covers it.

    Nothing public may point to something private, whose very number is nobody else's.
    """
    state = after(item.state, Action.MERGE, item.label, by.last)
    if into.number == item.number:
        raise Refused(Text("{item} cannot be merged into itself. Name another item.", item=item.label), "into")
    # Else an unfinished item would end inside an ended one: a zombie (R85).
    if not into.is_open:
        stands = Text(into.state.after_is)
        raise Refused(Text("{item} is {state}. Merge into an open item.", item=into.label, state=stands), "into")
    if into.private and not (item.private and item.channel == into.channel):
        raise Refused(
            Text(
                "{into} belongs to a private channel and {item} does not. Keep both.",
                into=into.label,
                item=item.label,
            ),
            "into",
        )
    why = why or f"{into.label} covers it"
    # The other item keeps its owner, date and wording: merging ends this one and changes nothing there (R91).
    merged = replace(item, state=state, ending=Ending(by.at, why, merged_into=into.number))
    return moved(item, merged, Action.MERGE, by, why, {"into": into.number})
