"""What a message that follows its subject shows now: drawn at the moment it is sent."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from operator import attrgetter

from slack_sdk.models.blocks import Block

from bot.blocks import postmortem_check, template
from bot.blocks.accept import asked_owner, asked_owner_text
from bot.blocks.approve import to_approver, to_asker
from bot.blocks.capture import taken_up, taken_up_text
from bot.blocks.card import card, card_text
from bot.blocks.digest import past_digest
from bot.blocks.merge import undo_button
from bot.blocks.parts import as_dicts, section
from bot.blocks.recurrence import not_linked, notice, notice_text
from bot.blocks.state_lines import asked_for, people
from bot.blocks.text import Names
from bot.deps import Deps
from bot.domain.accept import Asking
from bot.domain.delivery import Rendered
from bot.domain.item import Item
from bot.domain.merge import NOTHING, Contained
from bot.domain.postmortem_check import Followed
from bot.domain.request import Request
from bot.domain.subjects import (
    AskedFor,
    AskedOwner,
    CardOf,
    GuardQuestion,
    IdeasIn,
    MadeOf,
    OwnerIn,
    PastDigest,
    PostmortemAsk,
    QuestionTo,
    RecurrenceOf,
    RequestOf,
    TemplateOffer,
    TicketQuestion,
)
from bot.domain.words import speaking
from bot.languages import catalogue
from bot.services.days_off import days_off
from bot.services.similar_incidents import look_back
from bot.slack.names import speaking_to
from scheduler.delivery.drawing import Renderer
from scheduler.delivery.meeting_messages import draw_ideas, draw_owner
from scheduler.delivery.ticket_messages import guard_question, ticket_of_card, ticket_question
from scheduler.rituals import weekly_digest
from scheduler.rituals.questions import draw_questions
from storage import approvals, changes, incidents, items
from storage.load import count_other_open
from storage.merges import find_contained, find_undoable
from storage.messages import find_posted
from storage.policies import list_policies
from storage.postmortems import find_followed
from storage.shown import find_shown
from storage.surfaces import find_made_of
from storage.teams import find_language, get_team_by_id
from storage.templates import list_offered

DrawLive = Callable[[Request, Item, Names], Sequence[Block]]


def renderers(deps: Deps) -> dict[str, Renderer]:
    """A renderer for every subject of a `Live` message."""
    return {
        CardOf.subject: partial(_card, deps),
        RecurrenceOf.subject: partial(_recurrence, deps),
        RequestOf.subject: partial(_request, deps, to_approver, attrgetter("approver")),
        AskedFor.subject: partial(_request, deps, to_asker, attrgetter("asked_by")),
        QuestionTo.subject: partial(draw_questions, deps),
        MadeOf.subject: partial(_offer, deps),
        AskedOwner.subject: partial(_asked_owner, deps),
        PastDigest.subject: partial(_past_digest, deps),
        PostmortemAsk.subject: partial(_postmortem_ask, deps),
        TemplateOffer.subject: partial(_template_offer, deps),
        IdeasIn.subject: partial(draw_ideas, deps),
        OwnerIn.subject: partial(draw_owner, deps),
        TicketQuestion.subject: partial(ticket_question, deps),
        GuardQuestion.subject: partial(guard_question, deps),
    }


def _card(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    with deps.db.read() as session:
        item = items.get_item_as_it_is(session, workspace, CardOf.read(ref).number)
    if item is None:
        return None
    names = deps.directory.names(workspace, people(item))
    contained, taken_in = _contained(deps, item)
    with speaking(catalogue(item.team_language)):
        undo = undo_button(item.number, taken_in) if taken_in else None
        drawn = card(item, names, item.day(deps.clock()), contained, undo, ticket_of_card(deps, item))
        return Rendered(card_text(item, names), as_dicts(drawn))


def _contained(deps: Deps, item: Item) -> tuple[Contained, int | None]:
    """What was merged into the item, as far as everybody in its channel may know; and what of it can be undone."""
    with deps.db.read() as session:
        every = find_contained(session, item.workspace, item.number, None)
    # Most items contain nothing: nobody asks Slack for their cards who is in the channel.
    if not every.numbers:
        return NOTHING, None
    seen = deps.directory.everybody_in(item.workspace, item.channel or "", private=item.private)
    with deps.db.read() as session:
        contained = find_contained(session, item.workspace, item.number, seen)
        # In the same reading: “Undo” must be of the newest merge that the line above tells of.
        taken_in = find_undoable(session, item.workspace, item.number, deps.clock())
    return contained, taken_in


def _recurrence(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    found = RecurrenceOf.read(ref)
    with deps.db.read() as session:
        incident = incidents.get_incident(session, workspace, found.incident_id, viewer=None)
    # Between two readings, because it may ask Slack who is in the channel.
    seen = deps.directory.everybody_in(workspace, incident.channel or "", private=incident.private)
    with deps.db.read() as session:
        look = look_back(session, incident, seen)
        language = find_language(session, workspace, incident.channel or "")
    if not look.says_something:
        with speaking(catalogue(language)):
            return Rendered(not_linked()) if found.unlinked else None
    shown = [look.linked] if look.linked else look.similar
    names = deps.directory.names(workspace, {item.owner for earlier in shown for item in earlier.unfinished})
    with speaking(catalogue(language)):
        return Rendered(notice_text(look), as_dicts(notice(look, names, deps.clock())))


def _request(deps: Deps, draw: DrawLive, reader: Callable[[Request], str], workspace: str, ref: str) -> Rendered | None:
    with deps.db.read() as session:
        found = approvals.get_request(session, workspace, RequestOf.read(ref).request_id)
        item = items.get_item_as_it_is(session, workspace, found.number)
    if item is None:
        return None
    names = deps.directory.names(workspace, {found.asked_by, found.approver, found.decided_by} - {""})
    # One person reads it, so it is in their language; what stands in a channel is in the channel's (P12).
    with speaking(catalogue(deps.directory.locale(workspace, reader(found)))):
        return Rendered(f"{item.label}: {asked_for(found)}", as_dicts(draw(found, item, names)))


def _asked_owner(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    subject = AskedOwner.read(ref)
    person = subject.person
    with deps.db.read() as session:
        item = items.get_item_as_it_is(session, workspace, subject.number)
        if item is None:
            return None
        asked = changes.get_change(session, workspace, subject.change_id)
        since = changes.list_changes_after(session, workspace, item.number, subject.change_id)
        others = count_other_open(session, item)
    asking = Asking(item, person, asked.by, since)
    names = deps.directory.names(workspace, asking.people)
    with speaking(catalogue(deps.directory.locale(workspace, person))):
        text = asked_owner_text(asking, others, names)
        return Rendered(text, as_dicts(asked_owner(asking, text)))


def _offer(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    source = MadeOf.read(ref)
    channel = source.channel
    with deps.db.read() as session:
        number = find_made_of(session, workspace, channel, source.ts)
        item = items.get_item_as_it_is(session, workspace, number) if number else None
        language = find_language(session, workspace, channel)
    if item is None:
        return None
    # In a direct message whoever made it is the only reader.
    locale = deps.directory.locale(workspace, item.created_by) if channel.startswith("D") else language
    with speaking(catalogue(locale)):
        return Rendered(taken_up_text(item, channel), as_dicts(taken_up(item, channel)))


def _past_digest(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    past = PastDigest.read(ref)
    with deps.db.read() as session:
        said = find_shown(session, workspace, past.team_id, weekly_digest.NAME, past.period)
        standing = find_posted(session, workspace, past.key)
        language = get_team_by_id(session, past.team_id).language
    if said is None or standing is None or standing.ts is None:
        return None  # it never stood in Slack, or stands there no more
    with speaking(catalogue(language)):
        return Rendered(*past_digest(said))


def _postmortem_ask(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    ask = PostmortemAsk.read(ref)
    with deps.db.read() as session:
        incident = incidents.find_incident(session, workspace, ask.incident_id)
        followed = find_followed(session, incident) if incident else None
        if incident is None or followed is None:
            return None
        due = followed.due(list_policies(session, workspace), days_off(followed.team))
        with speaking_to(session, workspace, followed.asked_at):
            return _drawn_ask(ask, followed, due)


def _drawn_ask(ask: PostmortemAsk, followed: Followed, due: date | None) -> Rendered:
    """The question with its buttons while it is the last one and nobody has answered; else what is so."""
    if followed.is_answered or due is None:
        text = postmortem_check.answered(followed)
        return Rendered(text, as_dicts([section(text)]))
    text = postmortem_check.question(followed, due, followed.incident.times_asked)
    is_last = followed.incident.asked_on == ask.day
    drawn = postmortem_check.asked(followed, text) if is_last else postmortem_check.overtaken(followed)
    return Rendered(text, as_dicts(drawn))


def _template_offer(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    offer = TemplateOffer.read(ref)
    with deps.db.read() as session:
        incident = incidents.find_incident(session, workspace, offer.incident_id)
        texts = list_offered(session, incident) if incident else []
        posted = find_posted(session, workspace, offer.key)
        language = find_language(session, workspace, incident.channel or "") if incident else ""
    # Nothing was ever offered, and nothing is now.
    if incident is None or not (texts or (posted and posted.ts)):
        return None
    with speaking(catalogue(language)):
        if not texts:
            return Rendered(template.all_there(incident), as_dicts([section(template.all_there(incident))]))
        return Rendered(template.offer_text(incident), as_dicts(template.offer(incident, texts)))
