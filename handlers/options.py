"""What menus offer as one types: incidents, teams, items. By words and number, and of what the asker may see alone."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.blocks.fields import OPTIONS_LIMIT
from bot.blocks.home import ALL
from bot.blocks.ids import Button, Search
from bot.blocks.recurrence import later_of, link_choice
from bot.blocks.searched import Choice, incident_choice, item_choice, team_choice
from bot.deps import Deps
from bot.domain.days import zone_of
from bot.domain.errors import Refused
from bot.domain.incident import title_from_channel
from bot.domain.item import Item
from bot.domain.lifecycle import IDEAS, OPEN, State
from bot.domain.person import Person
from bot.domain.queries import Viewer, Wanted
from bot.domain.team import Team
from bot.domain.words import _
from bot.services.home import teams_of
from handlers.gateway.asked import Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.item_change import as_asker, remember_asker
from storage import incidents, items, teams

LONGEST = 200
"""Characters of what is searched for; nobody types more into a menu."""


@dataclass(frozen=True)
class Lookup:
    """What somebody looks for, and what must be known of them before anything is read."""

    deps: Deps
    asked: Asked
    person: Person | None

    @property
    def workspace(self) -> str:
        """Where they are."""
        return self.asked.workspace

    @property
    def text(self) -> str:
        """What they typed."""
        return self.asked.text

    @property
    def words(self) -> tuple[str, ...]:
        """The words of it."""
        return _words(self.deps, self.text)

    @property
    def zone(self) -> ZoneInfo:
        """Theirs, for the days of incidents."""
        return zone_of(self.person.timezone if self.person else "UTC")


Offering = Callable[[Lookup, Session, Viewer], Sequence[Choice]]


def register(router: Router, deps: Deps) -> None:
    """Every menu that is searched."""
    offers: dict[Search | Button, Offering] = {
        Search.INCIDENT: _incidents,
        Search.TEAM: _teams,
        Search.ITEM: _items,
        Button.HOME_INCIDENT: _incidents_or_all,
        Button.HOME_TEAM: _own_teams,
        Button.SAME_AS: _earlier,
    }
    for action_id, offer in offers.items():
        router.options(action_id, partial(_offered, deps, offer))


def _offered(deps: Deps, offer: Offering, asked: Asked) -> Sequence[Choice]:
    if len(asked.text) > LONGEST:
        return ()
    wanted = Lookup(deps, asked, remember_asker(deps, asked))
    return as_asker(deps, asked, partial(offer, wanted))


def _incidents(wanted: Lookup, session: Session, viewer: Viewer) -> Sequence[Choice]:
    found = incidents.search_incidents(session, wanted.workspace, viewer, wanted.words, OPTIONS_LIMIT)
    return [incident_choice(incident, wanted.zone) for incident in found]


def _incidents_or_all(wanted: Lookup, session: Session, viewer: Viewer) -> Sequence[Choice]:
    every = Choice(ALL, _("Any incident"))
    return [*_saying([every], wanted.text), *_incidents(wanted, session, viewer)]


def _earlier(wanted: Lookup, session: Session, viewer: Viewer) -> Sequence[Choice]:
    """Incidents that the one of the message may be once more."""
    later = incidents.find_seen_incident(session, wanted.workspace, later_of(wanted.asked.block), viewer)
    if later is None:
        return ()
    found = incidents.search_incidents(
        session, wanted.workspace, viewer, wanted.words, OPTIONS_LIMIT, public_before=later
    )
    return [link_choice(later, each, wanted.zone) for each in found]


def _teams(wanted: Lookup, session: Session, _viewer: Viewer) -> Sequence[Choice]:
    return _named(teams.list_teams(session, wanted.workspace), wanted.text)


def _own_teams(wanted: Lookup, session: Session, viewer: Viewer) -> Sequence[Choice]:
    return _named(teams_of(teams.list_teams(session, wanted.workspace), viewer, wanted.person), wanted.text)


def _items(wanted: Lookup, session: Session, viewer: Viewer) -> Sequence[Choice]:
    """Open items but the form's own, and for an idea other ideas, first the one whose number was typed."""
    own = int(wanted.asked.metadata.get("number") or 0)
    states = _merged_into(wanted, session, viewer, own)
    selection = Wanted(states=states, words=_without_number(wanted))
    said = items.list_items(session, wanted.workspace, selection, viewer, limit=OPTIONS_LIMIT + 1)
    found = {item.number: item for item in [*_numbered(wanted, session, viewer, states), *said]}
    found.pop(own, None)
    return [item_choice(item) for item in found.values()]


def _merged_into(wanted: Lookup, session: Session, viewer: Viewer, own: int) -> frozenset[State]:
    """Into what the form's own item can be merged: an idea into another one as well."""
    try:
        item = items.get_item(session, wanted.workspace, own, viewer) if own else None
    except Refused:
        return OPEN
    return OPEN | IDEAS if item and item.is_idea else OPEN


def _numbered(wanted: Lookup, session: Session, viewer: Viewer, states: frozenset[State]) -> list[Item]:
    try:
        number, _rest = number_and_rest(wanted.text, "")
        found = items.get_item(session, wanted.workspace, number, viewer)
    except Refused:
        return []
    return [found] if found.state in states else []


def _without_number(wanted: Lookup) -> tuple[str, ...]:
    """What is said behind the number, as in the words of an option: `AI-12 Cap the queue`."""
    try:
        _number, rest = number_and_rest(wanted.text, "")
    except Refused:
        return wanted.words
    return _words(wanted.deps, rest or wanted.text)


def _words(deps: Deps, text: str) -> tuple[str, ...]:
    """What is looked for. A channel's name stands for the title that was made of it; `…` ends a text that was cut."""
    pattern = deps.settings.incident_channel_pattern
    name = text.strip().removeprefix("#")
    if re.search(pattern, name):
        name = title_from_channel(name, pattern)
    return tuple(word.strip(",…") for word in name.split() if word.strip(",…"))


def _named(found: Sequence[Team], text: str) -> list[Choice]:
    return _saying([team_choice(team) for team in found], text)


def _saying(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Those whose words have every word of *text* in them."""
    words = text.casefold().split()
    return [choice for choice in choices if all(word in choice.words.casefold() for word in words)]
