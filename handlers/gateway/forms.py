"""What was filled into a modal, by the names of its fields."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.blocks.patching import field_of
from bot.domain.errors import Refused


class Form:
    """The values of a submitted view. A field that the view does not have reads as empty."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        values = view.get("state", {}).get("values", {})
        self.view = view
        # By the field's name: an input that was drawn anew with another value has another block_id
        # (`patching.field_of`).
        self._values = {field_of(block_id): elements for block_id, elements in values.items()}
        inputs = [block["block_id"] for block in view.get("blocks", []) if block["type"] == "input"]
        self._places: dict[str, str] = {field_of(block_id): block_id for block_id in inputs}

    def text(self, name: str) -> str:
        """The text, without white space around it; "" when empty."""
        return str(self._value(name).get("value") or "").strip()

    def user(self, name: str) -> str:
        """The chosen person's id; "" when none is chosen."""
        return str(self._value(name).get("selected_user") or "")

    def conversation(self, name: str) -> str:
        """The chosen channel's id; "" when none is chosen."""
        return str(self._value(name).get("selected_conversation") or "")

    def users(self, name: str) -> tuple[str, ...]:
        """The chosen people's ids."""
        return tuple(self._value(name).get("selected_users") or ())

    def choice(self, name: str) -> str:
        """The value of the chosen option; "" when none is chosen."""
        return str((self._value(name).get("selected_option") or {}).get("value", ""))

    def day(self, name: str) -> date | None:
        """The chosen day; None when none is chosen."""
        chosen = self._value(name).get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    def moment(self, name: str) -> datetime | None:
        """The chosen moment, in UTC; None when none is chosen."""
        chosen = self._value(name).get("selected_date_time")
        return datetime.fromtimestamp(chosen, UTC) if chosen else None

    def required_day(self, name: str, advice: str) -> date:
        """As `day`; raises `Refused` at the field when none is chosen."""
        found = self.day(name)
        if found is None:
            raise Refused(advice, field=name)
        return found

    def required_choice(self, name: str, advice: str) -> str:
        """As `choice`; raises `Refused` at the field when none is chosen."""
        found = self.choice(name)
        if not found:
            raise Refused(advice, field=name)
        return found

    def required_user(self, name: str, advice: str) -> str:
        """As `user`; raises `Refused` at the field when nobody is chosen."""
        found = self.user(name)
        if not found:
            raise Refused(advice, field=name)
        return found

    def ticked(self, name: str) -> bool:
        """Whether the checkbox is ticked."""
        return bool(self._value(name).get("selected_options"))

    def has(self, name: str) -> bool:
        """Whether the form asks for it."""
        return name in self._places

    def place(self, field: str | None) -> str:
        """The block_id beside which an error can stand: the field's own, or that of the first input."""
        # Slack refuses an answer with an error at what is no input, and then the person reads none at all.
        return self._places.get(field or "") or next(iter(self._places.values()))

    def _value(self, name: str) -> Mapping[str, Any]:
        elements = self._values.get(name, {})
        # By whatever action_id: a block has one input.
        return next(iter(elements.values()), {}) if isinstance(elements, dict) else {}
