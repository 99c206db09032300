"""Requests that have waited for two working days, for whoever decides: part of their message of the day."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from bot.domain.days import is_weekend
from bot.domain.item import Item
from bot.domain.request import AT_THE_EARLIEST, Request, reminder_day
from scheduler.rituals.round import Round
from storage.approvals import claim_reminder, list_approvers, list_of_approver
from storage.items import get_item_as_it_is
from storage.morning_items import list_living_in


def who_decides(session: Session, round_: Round) -> list[str]:
    """Who lives in the zone and may have to be reminded; nobody where one ritual is said by itself."""
    if round_.only is not None:
        return []
    asked = list_approvers(session, round_.workspace, round_.now - AT_THE_EARLIEST)
    return list_living_in(session, round_.workspace, round_.zone, asked) if asked else []


def to_decide(session: Session, round_: Round, user: str) -> list[Item]:
    """The items about which others wait for their decision, the longest waiting first; not claimed yet."""
    if round_.only is not None:
        return []
    waiting = list_of_approver(session, round_.workspace, user, round_.now - AT_THE_EARLIEST)
    found = [(get_item_as_it_is(session, round_.workspace, request.number), request) for request in waiting]
    return [item for item, request in found if item and _is_due(round_, request, item)]


def claimed(session: Session, round_: Round, asks: Iterable[Item]) -> list[Item]:
    """Those of which it is this message that reminds; in its transaction, so that each is said once."""
    return [item for item in asks if item.request and claim_reminder(session, item.request, round_.now)]


def _is_due(round_: Round, request: Request, item: Item) -> bool:
    off = round_.is_off.get(item.team_id, is_weekend)
    is_the_newest = item.request is not None and item.request.id == request.id
    return is_the_newest and not off(round_.day) and reminder_day(request, item.zone, off) <= round_.day
