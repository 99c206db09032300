"""Editing an item's wording and facts."""

from dataclasses import replace
from typing import Any

from bot.domain.errors import Refused
from bot.domain.form_fields import EDITABLE
from bot.domain.item import (
    By,
    Draft,
    Item,
    Moved,
    moved,
    refuse_if_ended,
)
from bot.domain.lifecycle import Action
from bot.domain.new import check_draft


def edit(item: Item, by: By, draft: Draft) -> Moved:
    """New wording or facts. Not progress in the sense of R51. Refused when nothing differs."""
    refuse_if_ended(item)
    # Its own due date stands for today: an overdue item must stay editable, and moving the date is another action
    # (R78).
    check_draft(replace(draft, due=item.due), item.due)
    fields = {name: getattr(draft, name) for name in EDITABLE if getattr(draft, name) != getattr(item, name)}
    if not fields:
        raise Refused("Nothing was changed in the form. Change a field, or cancel.", "title")
    detail = {name: {"from": _json(getattr(item, name)), "to": _json(value)} for name, value in fields.items()}
    return moved(item, replace(item, **fields), Action.EDIT, by, detail=detail)


def _json(value: Any) -> Any:
    # JSON knows no tuples: without this an edit would differ from itself once it is read back.
    return list(value) if isinstance(value, tuple) else value
