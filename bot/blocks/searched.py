"""Menus that are searched as one types, however many choices there are: Slack asks, `handlers/options.py` answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from slack_sdk.models.blocks import ExternalDataSelectElement, InputBlock, Option, PlainTextObject

from bot.blocks.fields import OPTION_LIMIT, OPTIONS_LIMIT, field
from bot.blocks.ids import Button, Search
from bot.blocks.text import plain_day, shortened
from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.team import Team
from bot.domain.words import _

AT_ONCE = 0
"""Letters to type before Slack asks: none, so that the likeliest choices stand there when the menu is opened."""
TEAMS_AT_ONCE = 10
"""More teams than these are searched; so few are read faster than typed."""


@dataclass(frozen=True)
class Choice:
    """What can be chosen: its value, its words, and what tells it from others with the same words."""

    value: str
    words: str
    note: str = ""


def searched_field(
    search: Search,
    name: str,
    label: str,
    chosen: Choice | None = None,
    *,
    optional: bool = False,
    hint: str | None = None,
) -> InputBlock:
    """A field named *name* of which `Form.choice(name)` is the value that was chosen.

    `Search.ITEM` offers the open items that the asker may see, but the one whose number the form's metadata has as
    `number`; its values are numbers.
    """
    return field(name, label, searched_menu(search, chosen), optional=optional, hint=hint)


def searched_menu(
    action_id: Search | Button, chosen: Choice | None = None, placeholder: str = ""
) -> ExternalDataSelectElement:
    """The menu alone, for rows of buttons. *placeholder* is said already."""
    words = placeholder or _("Type to search")
    return ExternalDataSelectElement(
        action_id=str(action_id),
        placeholder=PlainTextObject(text=words),
        initial_option=_option(chosen) if chosen else None,
        min_query_length=AT_ONCE,
    )


def options(choices: Sequence[Choice]) -> list[dict[str, Any]]:
    """As many as Slack takes, as the answer to its question; when one is too long or there are more, it shows none."""
    return [_option(choice).to_dict() for choice in choices[:OPTIONS_LIMIT]]


def incident_choice(incident: Incident, zone: tzinfo | None = None) -> Choice:
    """An incident, told from others of its name by the day on which it began in *zone*, the reader's."""
    return Choice(
        str(incident.id), incident.title, plain_day(incident.began_at.astimezone(zone).date()) if zone else ""
    )


def team_choice(team: Team) -> Choice:
    """A team."""
    return Choice(str(team.id), team.name)


def item_choice(item: Item) -> Choice:
    """An item by its number and title, with its state."""
    return Choice(str(item.number), f"{item.label} {item.title}", _(item.state.words))


def _option(choice: Choice) -> Option:
    note = PlainTextObject(text=shortened(choice.note, OPTION_LIMIT)) if choice.note else None
    words = PlainTextObject(text=shortened(choice.words, OPTION_LIMIT))
    return Option(text=words, value=choice.value, description=note)
