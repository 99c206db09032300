"""What a review meeting gave to somebody, and the ideas of a channel, as they stand when the message is sent."""

from bot.blocks.idea import ideas_blocks, ideas_text
from bot.blocks.meeting_messages import to_owner, to_owner_text
from bot.blocks.parts import as_dicts
from bot.deps import Deps
from bot.domain.delivery import Rendered
from bot.domain.subjects import IdeasIn, OwnerIn
from bot.domain.team import DEFAULT_LANGUAGE
from bot.domain.words import speaking
from bot.languages import catalogue
from storage import incidents, items
from storage.meetings import find_held
from storage.messages import find_posted


def draw_owner(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    """To somebody who owns something of it: each item, with its buttons while it waits for them."""
    subject = OwnerIn.read(ref)
    with deps.db.read() as session:
        held = find_held(session, workspace, subject.meeting)
        if held is None:
            return None
        incident = incidents.get_incident(session, workspace, held.incident_id, viewer=None)
        known = items.list_numbered(session, workspace, {*held.items, *held.aside})
    theirs = [known[number] for number, owner in held.items.items() if owner == subject.person and number in known]
    taken = [known[number] for number, owner in held.aside.items() if owner == subject.person and number in known]
    aside = [item for item in taken if item.is_idea]
    names = deps.directory.names(workspace, {held.by, *(item.owner for item in theirs)})
    with speaking(catalogue(deps.directory.locale(workspace, subject.person))):
        said = to_owner_text(theirs, aside, incident, names(held.by), subject.person)
        drawn = to_owner(theirs, aside, said, subject.person, names)
        return Rendered(said or theirs[0].label, as_dicts(drawn)) if drawn else None


def draw_ideas(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    """The ideas that were written down in the channel, in a line; nothing where none was ever said."""
    subject = IdeasIn.read(ref)
    with deps.db.read() as session:
        ideas = items.list_ideas_in(session, workspace, subject.channel)
        posted = find_posted(session, workspace, subject.key)
        incident = incidents.find_incident_of_channel(session, workspace, subject.channel)
    if not ideas and (posted is None or posted.ts is None):
        return None
    # Everybody in the channel reads it: in the language of the team whose ideas stand there.
    with speaking(catalogue(ideas[0].team_language if ideas else DEFAULT_LANGUAGE)):
        return Rendered(ideas_text(ideas), as_dicts(ideas_blocks(ideas, meeting=incident.id if incident else None)))
