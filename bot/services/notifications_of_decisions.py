"""Who is told of blocking, deferring, ending and deciding: approver, asker, owner, lead, and whoever can unblock it."""

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.blocks.approve import changed, decided, escalated, moved_to, often_deferred
from bot.blocks.history import happened
from bot.blocks.history_facts import people_in
from bot.blocks.parts import as_dicts, details_button, item_rows, section
from bot.blocks.state_lines import people
from bot.blocks.text import Names
from bot.domain.defer import FLAGGED_FROM
from bot.domain.item import Item
from bot.domain.lifecycle import Action, Change
from bot.domain.messages import Message, Post
from bot.domain.request import Request, Status
from bot.domain.roles import may_be_told
from bot.domain.subjects import AskedFor, ChangeOf, RequestOf
from bot.domain.team import Team
from bot.slack.names import names_in, speaking_to
from storage import teams
from storage.people import known_people

TOLD = frozenset(
    {
        Action.BLOCK, Action.UNBLOCK, Action.SPLIT, Action.REPRIORITISE, Action.DEFER, Action.RESUME,
        Action.ACCEPT_RISK, Action.DROP,
    }
)  # fmt: skip
"""What an owner is told when somebody else does it; of a merge, once for all items (`notifications_of_merges.py`)."""


def messages_about_decision(session: Session, item: Item, change: Change, team: Team | None) -> list[Message]:
    """Everybody who should act on the change, or waits for it. The card and its thread are told already."""
    names = names_in(session, item.workspace, people(item) | people_in(change))
    about = ChangeOf(item.last_change_id)
    messages = _about_request(session, item, change, names)
    if change.action == Action.BLOCK and item.blocked and (to := item.blocked.escalated_to):
        with speaking_to(session, item.workspace, to):
            messages.append(with_buttons(about.told("escalated"), to, escalated(item, names), details_button(item)))
    # From the third time on (R82).
    if change.action == Action.DEFER and item.deferrals >= FLAGGED_FROM:
        messages += _flag(session, item, change, team.lead if team else "", names)
    # Who asked for it is told by the request that they follow.
    if change.action in TOLD and item.owner not in (change.by, change.detail.get("asked_by")):
        with speaking_to(session, item.workspace, item.owner):
            text = changed(item, happened(change, names))
            messages.append(about_item(about.told("told"), item.owner, text, item))
    return messages


def request_messages(request: Request) -> list[Message]:
    """The approver's and the asker's message about the request, which follow it."""
    return [
        RequestOf(request.id).live(request.approver),
        AskedFor(request.id).live(request.asked_by),
    ]


def _about_request(session: Session, item: Item, change: Change, names: Names) -> list[Message]:
    """Told when it is asked, and when this change settled it; each has its key, so nothing is said twice."""
    request = item.request
    if request is None:
        return []
    if request.is_pending:
        # A change in between, such as an update, leaves the request as it is: nothing new is said of it.
        return request_messages(request) if request.asked_at == change.at else []
    if request.decided_at != change.at:
        return []
    messages = request_messages(request)
    if request.asked_by != request.decided_by and request.status is not Status.WITHDRAWN:
        with speaking_to(session, item.workspace, request.asked_by):
            text = decided(request, item, names)
            messages.append(about_item(RequestOf(request.id).decided, request.asked_by, text, item))
    return messages


def messages_about_move(session: Session, was: Item, item: Item, change: Change, team: Team | None) -> list[Message]:
    """To the leads of both teams: whoever decided about it, and whoever does now. Who did it or asked knows."""
    if was.team_id == item.team_id:
        return []
    left = teams.get_team_by_id(session, was.team_id) if was.team_id else None
    leads = {found.lead for found in (left, team) if found} - {change.by, str(change.detail.get("asked_by", ""))}
    known_people(session, item.workspace, {*leads, change.by})
    names = names_in(session, item.workspace, {change.by})
    messages: list[Message] = []
    for lead in sorted(leads):
        if may_be_told(item, lead):
            with speaking_to(session, item.workspace, lead):
                text = moved_to(item, was.team_name, names(change.by))
                key = ChangeOf(item.last_change_id).told(f"moved:{lead}")
                messages.append(with_buttons(key, lead, text, details_button(item)))
    return messages


def _flag(session: Session, item: Item, change: Change, lead: str, names: Names) -> list[Message]:
    """The lead, if they may hear of the item; who just deferred it has seen it."""
    if not lead or not (lead == change.by or may_be_told(item, lead)):
        return []
    with speaking_to(session, item.workspace, lead):
        return [about_item(ChangeOf(item.last_change_id).told("flag"), lead, often_deferred(item, names), item)]


def about_item(key: str, to: str, text: str, item: Item) -> Post:
    """A message about an item, with all that can be done to it."""
    return Post(key, to, text, as_dicts(item_rows(text, item)))


def with_buttons(key: str, to: str, text: str, buttons: Block) -> Post:
    """A message with a row of buttons."""
    return Post(key, to, text, as_dicts([section(text), buttons]))
