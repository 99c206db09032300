"""Where a request was made: the channel, whether it is private, and the incident that was handled there."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incident import Incident, title_from_channel
from bot.domain.queries import EVERYBODY, Viewer
from bot.domain.words import _, speak
from bot.languages import catalogue
from bot.services.incident_change import messages_about_incident, messages_about_templates
from handlers.gateway.asked import Asked
from storage import incidents
from storage.teams import find_language
from storage.workspaces import record_workspace

NOT_THERE = "You are not in the channel in which this form was opened. Open it again where you are."
SEEN_BY_ALL = "Unlike this conversation, what you write down here is shown to everybody in the workspace."


@dataclass(frozen=True)
class Place:
    """A channel where a card can stand; `channel` None is a direct message or no channel at all."""

    channel: str | None
    name: str = ""
    private: bool = False
    created_at: datetime | None = None


def place_of(deps: Deps, asked: Asked) -> Place:
    """The place of a command or shortcut. Raises `Refused` in a private channel without the bot."""
    if not asked.channel or in_direct_message(asked):
        return Place(None)
    # Slack names a private channel `privategroup` in commands, so its name is asked for.
    found = deps.directory.channel(asked.workspace, asked.channel, asked.channel_name)
    return Place(found.id, found.name, found.private, found.created_at)


def place_carried(deps: Deps, asked: Asked) -> Place:
    """The place in which the form was opened, as it is now. Raises `Refused` for who is not in it.

    The form says the channel alone: whether it is private, and who may write there, Slack is asked anew.
    """
    channel = asked.metadata["channel"]
    if channel is None or channel.startswith("D"):
        return Place(None)
    found = deps.directory.channel(asked.workspace, channel, "")
    person = deps.directory.person(asked.workspace, asked.user)
    full = person is not None and not person.is_guest
    if (found.private or not full) and asked.user not in deps.directory.members(asked.workspace, found.id):
        raise Refused(NOT_THERE)
    return Place(found.id, found.name, found.private, found.created_at)


def speak_to_channel(deps: Deps, asked: Asked) -> None:
    """From now on, in this request, the language of the channel is spoken: everybody there reads the answer."""
    with deps.db.read() as session:
        speak(catalogue(find_language(session, asked.workspace, asked.channel or "")))


def in_direct_message(asked: Asked) -> bool:
    """Whether two people alone read where it was asked."""
    return (asked.channel or "").startswith("D") or asked.channel_name == "directmessage"


def seen_by_all(asked: Asked) -> tuple[str, ...]:
    """What is said where it was asked: an item has members to be kept among in channels only."""
    return (_(SEEN_BY_ALL),) if in_direct_message(asked) else ()


def everybody_here(deps: Deps, asked: Asked) -> Viewer:
    """What may be said aloud where the request was made; in a direct message somebody else reads it too."""
    place = place_of(deps, asked)
    if place.channel is None:
        return EVERYBODY
    return deps.directory.everybody_in(asked.workspace, place.channel, private=place.private)


def incident_of(deps: Deps, workspace: str, place: Place) -> Incident | None:
    """The incident of the place, registered by itself where the channel's name says that it is one."""
    if place.channel is None:
        return None
    with deps.db.read() as session:
        found = incidents.find_incident_of_channel(session, workspace, place.channel)
    return registered(deps, workspace, place, found)


def seen_incident(deps: Deps, asked: Asked, incident_id: int | None) -> Incident | None:
    """The incident that was chosen in a form, if the asker may know of it: a form can be changed on its way."""
    with deps.db.read() as session:
        found = incidents.find_incident(session, asked.workspace, incident_id)
    if found is None or not found.private:
        return found
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        return incidents.find_seen_incident(session, asked.workspace, found.id, viewer)


def registered(deps: Deps, workspace: str, place: Place, found: Incident | None) -> Incident | None:
    """*found*, or the incident of the place that is registered now, as in `incident_of`."""
    # By its name alone: nobody registers an incident in the first minutes of one.
    if found or place.channel is None or not re.search(deps.settings.incident_channel_pattern, place.name):
        return found
    return register_incident(deps, workspace, place)


def not_registered(deps: Deps, workspace: str, place: Place) -> Incident:
    """The incident of the place as it would be registered, with the id 0. It began when its channel was made."""
    title = title_from_channel(place.name, deps.settings.incident_channel_pattern)
    # Nobody knows better yet; the form of the incident asks for it.
    began_at = place.created_at or deps.clock()
    return Incident(workspace, 0, title, began_at, place.channel, place.private)


def register_incident(deps: Deps, workspace: str, place: Place) -> Incident:
    """The incident of the place; registered now if it is not yet."""
    assert place.channel is not None  # only an imported incident has none
    new = not_registered(deps, workspace, place)
    with deps.db.begin() as session:
        record_workspace(session, workspace)
        incident = incidents.record_incident(
            session, workspace, place.channel, title=new.title, began_at=new.began_at, private=place.private
        )
        messages = [*messages_about_incident(incident), *messages_about_templates(session, incident)]
        name = f"incident:{incident.id}:registered"
        deps.outbox.enqueue(session, workspace, name, messages, delay=deps.after_the_card_s)
    return incident
