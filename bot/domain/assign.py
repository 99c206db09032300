"""Giving an item to another owner."""

from dataclasses import replace

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved, refuse_if_ended
from bot.domain.lifecycle import Action
from bot.domain.words import Text


def assign(item: Item, by: By, owner: str, why: str, *, asks: bool = False) -> Moved:
    """A new owner, who `asks` says is asked first; the old one is kept in the history."""
    refuse_if_ended(item)
    if owner == item.owner:
        raise Refused(Text("They own {item} already. Choose someone else.", item=item.label), "owner")
    if not why:
        raise Refused("Say why it changes hands.", "why")
    detail = {"owner": {"from": item.owner, "to": owner}}
    return moved(item, replace(item, owner=owner, awaits_acceptance=asks), Action.ASSIGN, by, why, detail)


def refuse_same_owner(item: Item, owner: str, field: str = "owner") -> None:
    """Raises `Refused` at the field when nobody, or the present owner, is chosen as the new one."""
    if not owner:
        raise Refused("Choose one person who answers for it.", field)
    if owner == item.owner:
        raise Refused(Text("They own {item} already. Choose someone else.", item=item.label), field)
