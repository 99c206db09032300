"""What was filled into a modal, by the names of its fields.

Slack sends what its fields allow; whoever can sign a request sends anything. So each reader takes one shape, and what
has another reads as empty, or is refused at its field.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from bot.blocks.patching import field_of
from bot.domain.errors import Refused
from bot.domain.joined import YEARS, day, number
from bot.domain.sentence import seen
from bot.domain.slack_ids import is_channel, is_person
from bot.domain.words import Text

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
SCALE = range(1, 6)
"""Impact, urgency, effort."""
CHOOSE_A_DAY = Text("Choose a day from the calendar.")
CHOOSE_A_PERSON = Text("Choose a person from the list.")
CHOOSE_A_CHANNEL = Text("Choose a channel from the list.")
CHOOSE_ONE = Text("Choose one from the list.")
MOST_TICKED = 100
"""Checkboxes of one kind in a form: ten groups of ten."""
MOST_USERS = 100
"""People in one field; the longest team has fewer."""


class Form:
    """The values of a submitted view. A field that the view does not have reads as empty."""

    def __init__(self, view: Mapping[str, Any]) -> None:
        values = _mapping(_mapping(view.get("state")).get("values"))
        self.view = view
        # By the field's name: an input that was drawn anew with another value has another block_id
        # (`patching.field_of`).
        self._values = {field_of(block_id): _mapping(elements) for block_id, elements in values.items()}
        inputs = [str(block.get("block_id")) for block in view.get("blocks", []) if block.get("type") == "input"]
        self._places: dict[str, str] = {field_of(block_id): block_id for block_id in inputs}

    def text(self, name: str) -> str:
        """The text, without white space around it; "" when empty, or when nobody would see anything of it."""
        return seen(self._text(name, "value")).strip()

    def user(self, name: str) -> str:
        """The chosen person's id; "" when none is chosen. Raises `Refused` for what is no id."""
        return _checked(self._text(name, "selected_user"), name, CHOOSE_A_PERSON)

    def conversation(self, name: str) -> str:
        """The chosen channel's id; "" when none is chosen. Raises `Refused` for what is no id."""
        chosen = self._text(name, "selected_conversation")
        if chosen and not is_channel(chosen):
            raise Refused(CHOOSE_A_CHANNEL, field=name)
        return chosen

    def users(self, name: str) -> tuple[str, ...]:
        """The chosen people's ids. Raises `Refused` where one is no id."""
        chosen = _list(self._value(name).get("selected_users"))
        if len(chosen) > MOST_USERS:
            raise Refused(CHOOSE_A_PERSON, field=name)
        return tuple(_checked(str(user), name, CHOOSE_A_PERSON) for user in chosen)

    def choice(self, name: str) -> str:
        """The value of the chosen option; "" when none is chosen."""
        value = _mapping(self._value(name).get("selected_option")).get("value", "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """The chosen number, of an item, a team, an incident …; None when none is chosen."""
        return _read(number, self.choice(name), name, CHOOSE_ONE)

    def one_of(self, name: str, kind: type[E]) -> E | None:
        """The chosen option as one of *kind*; None when none is chosen."""
        return _read(kind, self.choice(name), name, CHOOSE_ONE)

    def day(self, name: str) -> date | None:
        """The chosen day; None when none is chosen."""
        return _read(day, self._text(name, "selected_date"), name, CHOOSE_A_DAY)

    def moment(self, name: str) -> datetime | None:
        """The chosen moment, in UTC; None when none is chosen."""
        chosen = self._value(name).get("selected_date_time")
        if not chosen:
            return None
        try:
            found = datetime.fromtimestamp(chosen, UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            raise Refused(CHOOSE_A_DAY, field=name) from None
        if found.year not in YEARS:
            raise Refused(CHOOSE_A_DAY, field=name)
        return found

    def required_day(self, name: str, advice: Text | str) -> date:
        """As `day`; raises `Refused` at the field when none is chosen."""
        found = self.day(name)
        if found is None:
            raise Refused(advice, field=name)
        return found

    def required_choice(self, name: str, advice: str, among: Collection[str]) -> str:
        """As `choice`; raises `Refused` at the field when none of *among* is chosen."""
        found = self.choice(name)
        if found not in among:
            raise Refused(advice, field=name)
        return found

    def required_one_of(self, name: str, advice: str, kind: type[E]) -> E:
        """As `one_of`; raises `Refused` at the field when none is chosen."""
        found = self.one_of(name, kind)
        if found is None:
            raise Refused(advice, field=name)
        return found

    def scale(self, name: str) -> int | None:
        """A number from 1 to 5; None when none is chosen. Raises `Refused` for any other."""
        found = self.number(name)
        if found is not None and found not in SCALE:
            raise Refused(CHOOSE_ONE, field=name)
        return found

    def required_scale(self, name: str, advice: str) -> int:
        """As `scale`; raises `Refused` at the field when none is chosen."""
        found = self.scale(name)
        if found is None:
            raise Refused(advice, field=name)
        return found

    def required_user(self, name: str, advice: Text | str) -> str:
        """As `user`; raises `Refused` at the field when nobody is chosen."""
        found = self.user(name)
        if not found:
            raise Refused(advice, field=name)
        return found

    def ticked(self, name: str) -> bool:
        """Whether the checkbox is ticked."""
        return bool(self._value(name).get("selected_options"))

    def numbers(self, name: str) -> list[int]:
        """The numbers that are ticked in the groups of checkboxes *name*, `NAME.1`, `NAME.2` …, in order.

        Raises `Refused` for what is none.
        """
        groups = [each for each in self._values if _is_group(each, name)]
        ticked = [option for each in groups for option in _list(self._value(each).get("selected_options"))]
        if len(ticked) > MOST_TICKED:
            raise Refused(CHOOSE_ONE, field=name)
        found = (_read(number, str(_mapping(option).get("value") or "-"), name, CHOOSE_ONE) for option in ticked)
        return sorted({each for each in found if each is not None})

    def chosen(self, name: str, among: Collection[E]) -> list[E]:
        """Those of *among* that are ticked in the checkboxes *name*."""
        ticked = {_mapping(option).get("value") for option in _list(self._value(name).get("selected_options"))}
        return [each for each in among if each.value in ticked]

    def offered(self, name: str) -> list[int]:
        """The numbers that could be ticked in the groups of checkboxes *name*."""
        blocks = [each for each in self.view.get("blocks", []) if _is_group(field_of(str(each.get("block_id"))), name)]
        options = [option for each in blocks for option in _list(_mapping(each.get("element")).get("options"))]
        return [number(str(_mapping(option).get("value"))) for option in options]

    def has(self, name: str) -> bool:
        """Whether the form asks for it."""
        return name in self._places

    def place(self, field: str | None) -> str:
        """The block_id beside which an error can stand: the field's own, or that of the first input; "" without any."""
        # Slack refuses an answer with an error at what is no input, and then the person reads none at all.
        return self._places.get(field or "") or next(iter(self._places.values()), "")

    def _text(self, name: str, of: str) -> str:
        value = self._value(name).get(of)
        return value if isinstance(value, str) else ""

    def _value(self, name: str) -> Mapping[str, Any]:
        # By whatever action_id: a block has one input.
        return _mapping(next(iter(self._values.get(name, {}).values()), {}))


def _is_group(field: str, name: str) -> bool:
    return field == name or field.startswith(f"{name}.")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _checked(user: str, field: str, advice: Text) -> str:
    if user and not is_person(user):
        raise Refused(advice, field=field)
    return user


def _read(reader: Callable[[str], T], text: str, field: str, advice: Text) -> T | None:
    """What *reader* makes of the text; None for "". Raises `Refused` at the field where it is none of those."""
    try:
        return reader(text) if text else None
    except ValueError:  # of an enum, and `Unreadable`
        raise Refused(advice, field=field) from None
