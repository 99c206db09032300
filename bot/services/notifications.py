"""Who is told of a change, and where: the card, its thread, and the people who should act."""

from sqlalchemy.orm import Session

from bot.blocks import notifications
from bot.blocks.history import happened
from bot.blocks.history_facts import people_in
from bot.blocks.parts import assign_buttons, details_button, merge_buttons, new_item_buttons
from bot.blocks.state_lines import people
from bot.blocks.text import Names
from bot.domain.accept import CHOOSES_OWNER
from bot.domain.incident import Incident
from bot.domain.item import Item, Remedy
from bot.domain.lifecycle import Action, Change
from bot.domain.messages import Live, Message, Post
from bot.domain.questions import may_answer, was_decided
from bot.domain.roles import may_be_told
from bot.domain.subjects import AskedOwner, CardOf, ChangeOf, IdeasIn, OwnerIn, QuestionTo
from bot.domain.team import Team
from bot.domain.token import is_token
from bot.domain.words import speaking
from bot.languages import catalogue
from bot.services.home import stale_surfaces
from bot.services.incident_change import messages_about_incident
from bot.services.named_guards import guard_follows
from bot.services.notifications_of_decisions import (
    about_item,
    messages_about_decision,
    messages_about_move,
    with_buttons,
)
from bot.services.tickets import ticket_follows, ticket_of_new
from bot.slack.names import names_in, speaking_to
from storage import changes, incidents, teams
from storage.load import count_other_open
from storage.messages import find_posted
from storage.people import known_people
from storage.questions import list_questions_about, record_question

TRAITS = frozenset({"root_cause", "themes", "incident_id"})
"""What an edit can change that makes its incident like an earlier one."""


def messages_about_new(
    session: Session,
    item: Item,
    made_in: str | None,
    similar: Item | None,
    team: Team | None = None,
    incident: Incident | None = None,
) -> list[Message]:
    """The card where the item lives; the owner, unless they made it; the maker, where there is something to say.

    *team* and *incident* are the item's, *similar* is an open item that says nearly the same.
    """
    # Looked up together: what follows asks for them one by one and finds them in the session.
    known_people(session, item.workspace, {item.owner, item.created_by})
    messages = _ideas(item) if item.is_idea else _card(item)
    if item.owner != item.created_by and not item.is_no_commitment:
        giver = names_in(session, item.workspace, [item.created_by])(item.created_by)
        messages.append(_to_owner(session, item, giver))
    with speaking_to(session, item.workspace, item.created_by):
        messages += _to_maker(session, item, made_in, similar)
    if item.root_cause and not item.is_idea and incident:
        messages += messages_about_incident(incident)
    return [*messages, *stale_surfaces(session, item, team), *ticket_of_new(session, item, team)]


def _to_maker(session: Session, item: Item, made_in: str | None, similar: Item | None) -> list[Message]:
    about = ChangeOf(item.last_change_id)
    messages: list[Message] = []
    if is_token(item.created_by):  # whose answer says it
        return messages
    # Made where its card stands, the card says it. Of an idea its maker reads in the answer to what they did.
    if not item.is_idea and (item.channel is None or item.channel != made_in):
        messages.append(about_item(about.told("maker"), item.created_by, notifications.created(item), item))
    if similar and not item.is_no_commitment:
        said, buttons = notifications.alike(item, similar), merge_buttons(item, similar)
        post, both = with_buttons(about.told("alike"), item.created_by, said, buttons), [item.number, similar.number]
        # Kept, so that it says when one of the two has ended.
        record_question(session, item.workspace, post, item.created_at.date(), both, beside=similar.number)
        messages.append(post)
    if item.remedy is Remedy.TRAINING and item.systemic_item is None and not item.is_no_commitment:
        text = notifications.training_alone(item)
        messages.append(with_buttons(about.told("training"), item.created_by, text, new_item_buttons()))
    return messages


def messages_about(session: Session, was: Item, item: Item, change: Change) -> list[Message]:
    """The card as it is now, a line in its thread, and whoever should act because of it, or need not any more.

    *was* is the item before the change.
    """
    team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
    # As above.
    known_people(session, item.workspace, {*_people(item, change), *_readers(was, item, team)})
    names = names_in(session, item.workspace, _people(item, change))
    about = ChangeOf(item.last_change_id)
    has_card = _has_card(session, was, item)
    messages = _ideas(item) if was.is_idea or item.is_idea else []
    messages += _card(item) if has_card else []
    if item.channel and has_card:
        with speaking(catalogue(item.team_language)):  # to everybody in the channel
            line = happened(change, names)
        # Behind the card in the same delivery: the line stands in its thread.
        card = CardOf(item.number).key
        messages.append(Post(about.thread, item.channel, line, thread_of=card, label=item.label))
    messages += _to_whom_it_concerns(session, item, change, team, names)
    messages += _to_who_was_asked(session, was, item) + _to_whom_rituals_asked(session, was, item, team)
    messages += guard_follows(session, was, item)
    messages += messages_about_decision(session, item, change, team) + _to_who_could_unblock(session, was, item, change)
    messages += messages_about_move(session, was, item, change, team)
    if change.action == Action.EDIT and change.detail.keys() & TRAITS:
        messages += _recurrence(session, item)
    others = [change.by, *_former_owner(change), *_former_team(session, was, item)]
    tickets = ticket_of_new(session, item, team) if change.action == Action.PROMOTE else ticket_follows(item)
    return [*messages, *stale_surfaces(session, item, team, others), *tickets]


def _readers(was: Item, item: Item, team: Team | None) -> set[str]:
    """Everybody who may be told: they are looked up together."""
    return {was.owner, team.lead if team else "", *people(item)} - {""}


def _to_whom_it_concerns(
    session: Session, item: Item, change: Change, team: Team | None, names: Names
) -> list[Message]:
    if change.action == Action.HAND_BACK:
        return _to_those_who_place(session, item, change, team, names)
    # Nobody is told what they did themselves.
    if change.by == item.owner:
        return []
    if change.action in (Action.ASSIGN, Action.PROMOTE):
        return [_to_owner(session, item, names(change.by))]
    if change.action == Action.FAIL_VERIFICATION:
        with speaking_to(session, item.workspace, item.owner):
            return [
                about_item(
                    ChangeOf(item.last_change_id).owner, item.owner, notifications.sent_back(item, change, names), item
                )
            ]
    return []


def _to_those_who_place(session: Session, item: Item, change: Change, team: Team | None, names: Names) -> list[Message]:
    """The maker, who owns it again, and the lead of its team, unless it is private."""
    lead = team.lead if team else ""
    told = dict.fromkeys(person for person in (item.owner, lead) if person and may_be_told(item, person))
    messages: list[Message] = []
    for person in told:
        with speaking_to(session, item.workspace, person):
            text = notifications.not_taken(item, change, names)
            messages.append(
                with_buttons(ChangeOf(item.last_change_id).told(person), person, text, assign_buttons(item))
            )
    return messages


def _recurrence(session: Session, item: Item) -> list[Message]:
    """The item says something new of its incident: it may be like an earlier one now."""
    if item.incident_id is None:
        return []
    incident = incidents.get_incident(session, item.workspace, item.incident_id, viewer=None)
    return messages_about_incident(incident)


def _card(item: Item) -> list[Message]:
    if not item.channel:
        return []
    return [CardOf(item.number).live(item.channel)]


def _ideas(item: Item) -> list[Message]:
    """The line of the ideas in its channel: an idea has no card of its own."""
    return [IdeasIn(item.channel).live(item.channel)] if item.channel else []


def _has_card(session: Session, was: Item, item: Item) -> bool:
    """Whether a card of it stands, or is to stand from now on."""
    if not (was.is_no_commitment and item.is_no_commitment):
        return True
    # What was an item once has one, and so have ideas of before.
    posted = find_posted(session, item.workspace, CardOf(item.number).key)
    return posted is not None and posted.ts is not None


def _to_owner(session: Session, item: Item, giver: str) -> Message:
    """They own it now, or are asked to; the latter follows what they answer. *giver* is who says so, as mrkdwn."""
    if item.awaits_acceptance:
        return _asks_to_own(item.last_change_id, item)
    others = count_other_open(session, item)
    with speaking_to(session, item.workspace, item.owner):
        said = notifications.you_own(item, others, giver)
        return about_item(ChangeOf(item.last_change_id).owner, item.owner, said, item)


def _to_who_was_asked(session: Session, was: Item, item: Item) -> list[Message]:
    """The message that asked the owner, until now, whether they take it: it must not offer what is over."""
    if not was.awaits_acceptance:
        return []
    place = (session, item.workspace, item.number)
    # That message goes by the change that asked them, which is not this one.
    asked_by = changes.find_last_of(*place, CHOOSES_OWNER, before=item.last_change_id)
    if asked_by is None:
        return []
    meeting = changes.get_change(session, item.workspace, asked_by).detail.get("meeting")
    # A review meeting asks for all that it gave to somebody in one message.
    return [OwnerIn(meeting, was.owner).live(was.owner) if meeting else _asks_to_own(asked_by, was)]


def _to_whom_rituals_asked(session: Session, was: Item, item: Item, team: Team | None) -> list[Message]:
    """The messages that asked the owner, the lead or a maker what this answers, or what it leaves no question about."""
    decided = was_decided(was, item)
    if not may_answer(was, item) and not decided:
        return []
    # Also the owner until now: the buttons stand in their messages.
    readers = {was.owner, team.lead if team else "", was.request.approver if decided and was.request else ""}
    ended = was.is_open != item.is_open
    # Its maker was told what says nearly the same; and the makers of what says nearly the same as this.
    readers |= {item.created_by} if ended else set()
    found = list_questions_about(session, item.workspace, readers, item.number, beside=ended)
    asked = dict.fromkeys((each.reader, each.key) for each in found)
    return [QuestionTo(*each).live(each[0]) for each in asked]


def _asks_to_own(change_id: int, item: Item) -> Live:
    """The message about the change that asked the item's owner."""
    return AskedOwner(item.number, change_id, item.owner).live(item.owner)


def _to_who_could_unblock(session: Session, was: Item, item: Item, change: Change) -> list[Message]:
    """Who was told that the block needs them is told that it is over, whatever ended it."""
    to = was.blocked.escalated_to if was.blocked and item.blocked is None else ""
    if not to or to in (change.by, item.owner) or not may_be_told(item, to):
        return []
    names = names_in(session, item.workspace, {change.by})
    with speaking_to(session, item.workspace, to):
        text = notifications.unblocked(item, change, names)
        return [with_buttons(ChangeOf(item.last_change_id).told("unblocked"), to, text, details_button(item))]


def _former_owner(change: Change) -> list[str]:
    return [change.detail["owner"]["from"]] if "owner" in change.detail else []


def _former_team(session: Session, was: Item, item: Item) -> list[str]:
    """Who sees it no more in the Home of their team."""
    if was.team_id is None or was.team_id == item.team_id:
        return []
    left = teams.get_team_by_id(session, was.team_id)
    return [left.lead, *left.members]


def _people(item: Item, change: Change) -> set[str]:
    return {item.owner, *item.collaborators} | people_in(change)
