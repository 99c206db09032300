"""Recurrences: earlier incidents like this one with their unfinished items, “Same as”, and the review of a process."""

from functools import partial

from sqlalchemy.orm import Session

from bot.blocks import recurrence as blocks
from bot.blocks.ids import Button
from bot.blocks.item_form import Prefilled
from bot.blocks.parts import as_dicts
from bot.blocks.text import escape, shortened
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.item import Remedy
from bot.domain.joined import number
from bot.domain.lifecycle import OPEN
from bot.domain.messages import Message, Post
from bot.domain.pressed import SameAs
from bot.domain.queries import EVERYBODY, Viewer, Wanted
from bot.domain.recurrence import Earlier, came_before
from bot.domain.sprawl import projects
from bot.domain.subjects import RecurrenceOf
from bot.domain.words import _
from bot.services.incident_change import messages_about_incident
from bot.services.similar_incidents import look_back
from bot.slack.names import names_in, speaking_to
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.new import open_form
from handlers.shared.item_change import remember_asker
from handlers.shared.item_form import likely_team
from handlers.shared.place import Place, incident_of, place_of
from storage import inbox, incidents, items, teams
from storage.recurrence import list_earlier, list_linked

AN_EARLIER_ONE = "an earlier incident"
LINKED = "{who} linked this to {earlier}."
UNLINKED = "{who} undid the link: it is not the same."
GUESTS_MAY_NOT = "Guests see incidents and do not link them. Ask a full member."
CAME_LATER = "That incident came later, or is this one. Choose an earlier one."
LEADS_TOLD = 3


def register(router: Router, deps: Deps) -> None:
    """`recurrence`, “Same as”, “Not the same” and “Plan a review”."""
    does = "shows earlier incidents like this one and their unfinished items; elsewhere your team's, and its themes"
    router.subcommand("recurrence", partial(_show, deps), "recurrence", does)
    router.button(Button.SAME_AS, partial(_same_as, deps))
    router.button(Button.NOT_SAME, partial(_not_same, deps))
    router.button(Button.PROCESS_REVIEW, partial(_plan_review, deps))


def _show(deps: Deps, asked: Asked) -> Answer:
    place = place_of(deps, asked)
    incident = incident_of(deps, asked.workspace, place)
    return _of_incident(deps, asked, incident.id) if incident else _of_team(deps, asked, place)


def _of_incident(deps: Deps, asked: Asked, incident_id: int) -> Answer:
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
    with deps.db.read() as session:
        incident = incidents.get_incident(session, asked.workspace, incident_id, viewer)
        look = look_back(session, incident, viewer)
        others = incidents.search_incidents(session, asked.workspace, viewer, (), 1, public_before=incident)
        shown = [look.linked] if look.linked else look.similar
        names = names_in(session, asked.workspace, {item.owner for earlier in shown for item in earlier.unfinished})
    return Answer(
        _("Earlier incidents like {incident}", incident=escape(shortened(incident.title))),
        blocks.answer(look, names, deps.clock(), others=bool(others)),
    )


def _of_team(deps: Deps, asked: Asked, place: Place) -> Answer:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        known = teams.list_teams(session, asked.workspace)
        here = next((team for team in known if team.channel == place.channel), None) or likely_team(known, asked.user)
        found = list_linked(session, asked.workspace, viewer, here.id if here else None)
        pairs = [
            (later, list_earlier(session, asked.workspace, [(before, ())], later.began_at, viewer)[0])
            for later, before in found
        ]
        names = names_in(session, asked.workspace, {item.owner for _later, each in pairs for item in each.unfinished})
        wanted = Wanted(states=OPEN, team_id=here.id if here else None, has_theme=True)
        again = projects(items.list_items(session, asked.workspace, wanted, viewer))
    return Answer(_("Recurrences"), [*blocks.links(pairs, names, deps.clock()), *blocks.projects(again)])


def _same_as(deps: Deps, asked: Asked) -> Answer | None:
    both = SameAs.read(asked.value)
    return _link(deps, asked, both.later_id, both.earlier_id)


def _not_same(deps: Deps, asked: Asked) -> Answer | None:
    return _link(deps, asked, number(asked.value), None)


def _link(deps: Deps, asked: Asked, incident_id: int, earlier_id: int | None) -> Answer | None:
    _refuse_guest(deps, asked)
    remember_asker(deps, asked)
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
    with deps.db.read() as session:
        incident = incidents.get_incident(session, asked.workspace, incident_id, viewer)
    # Before the transaction, because it asks Slack.
    aloud = deps.directory.everybody_in(asked.workspace, incident.channel or "", private=incident.private)
    with deps.db.begin() as session:
        if inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            earlier = earlier_id and incidents.get_incident(session, asked.workspace, earlier_id, viewer)
            if earlier and not came_before(earlier, incident):
                raise Refused(CAME_LATER)
            incidents.record_recurrence(session, incident, earlier or None)
            messages = _messages_about_link(session, asked, incident, earlier or None, aloud)
            deps.outbox.enqueue(session, asked.workspace, f"incident:{asked.key}", messages)
    return None if asked.is_on_card else _replaced(_of_incident(deps, asked, incident_id))


def _messages_about_link(
    session: Session, asked: Asked, incident: Incident, earlier: Incident | None, aloud: Viewer
) -> list[Message]:
    """In the channel, where the earlier incident has a name if everybody there may know of it; and to its leads."""
    known = incidents.get_incident(session, incident.workspace, incident.id, viewer=None)
    messages = messages_about_incident(known, unlinked=earlier is None)
    who = names_in(session, asked.workspace, {asked.user})(asked.user)
    if incident.channel:
        known_here = earlier and incidents.find_seen_incident(session, asked.workspace, earlier.id, aloud)
        with speaking_to(session, asked.workspace, incident.channel):
            what = blocks.named(known_here) if known_here else _(AN_EARLIER_ONE)
            text = _(LINKED, who=who, earlier=what) if earlier else _(UNLINKED, who=who)
        key = f"incident:{asked.key}:thread"
        messages.append(Post(key, incident.channel, text, thread_of=RecurrenceOf(incident.id).key))
    # A lead of another team may not know of a private incident, and would be told its name.
    if earlier and not incident.private:
        messages += _review_asked(session, incident, earlier)
    return messages


def _review_asked(session: Session, incident: Incident, earlier: Incident) -> list[Message]:
    """To the leads of the earlier items' teams, when all of the items were closed (R106)."""
    [found] = list_earlier(session, incident.workspace, [(earlier, ())], incident.began_at, EVERYBODY)
    if not found.was_all_done:
        return []
    key = f"review:{incident.id}:{earlier.id}"
    messages: list[Message] = []
    for lead in _leads(session, found):
        with speaking_to(session, incident.workspace, lead):
            text, drawn = blocks.review_asked(incident, found)
            messages.append(Post(f"{key}:{lead}", lead, text, as_dicts(drawn)))
    return messages


def _leads(session: Session, earlier: Earlier) -> list[str]:
    wanted = Wanted(incident_id=earlier.incident.id)
    found = items.list_items(session, earlier.incident.workspace, wanted, EVERYBODY)
    ids = dict.fromkeys(item.team_id for item in found if item.team_id is not None)
    leads = dict.fromkeys(teams.get_team_by_id(session, team_id).lead for team_id in ids)
    return list(leads)[:LEADS_TOLD]


def _plan_review(deps: Deps, asked: Asked) -> Answer | None:
    """The form of an item that looks at the process, filled in as far as it can be."""
    both = SameAs.read(asked.value)
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        later = incidents.get_incident(session, asked.workspace, both.later_id, viewer)
        earlier = incidents.get_incident(session, asked.workspace, both.earlier_id, viewer)
    links = [url for url in (earlier.postmortem_url, later.postmortem_url) if url]
    title = blocks.review_title(later, earlier)
    return open_form(deps, asked, Prefilled(title=title, remedy=Remedy.PROCESS, references="\n".join(links)))


def _refuse_guest(deps: Deps, asked: Asked) -> None:
    person = deps.directory.person(asked.workspace, asked.user)
    # Unknown is as good as a guest here: a link changes what everybody reads in the channel.
    if person is None or person.is_guest:
        raise Refused(GUESTS_MAY_NOT)


def _replaced(answer: Answer) -> Answer:
    return Answer(answer.text, answer.blocks, replaces=True)
