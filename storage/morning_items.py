"""Items that may need attention, found through indexes; whether they do is for `bot.domain.morning` to say."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, exists, or_, select, union, update
from sqlalchemy.orm import Session

from bot.domain.digest import STALE_AFTER
from bot.domain.item import Item
from bot.domain.lifecycle import State
from bot.domain.morning import HELD_AFTER, HOLD_WINDOW, HORIZON
from bot.domain.queries import Viewer
from bot.domain.subjects import CardOf
from storage.columns import fetch, fetch_all
from storage.conditions import IS_OPEN, OF_TEAMS, THESE_TEAMS, not_prioritised
from storage.item_rows import item_of
from storage.items_read import READ, read_rows
from storage.tables.base import Instant
from storage.tables.delivery import SentMessage
from storage.tables.item import ItemRow
from storage.tables.ritual import MorningRow
from storage.tables.team import TeamRow
from storage.tables.workspace import PersonRow
from storage.visibility import parameters_of, visible_to_any

_SPARE = timedelta(days=7)
"""Days off may put off what is said by some days."""
_UNKNOWN = and_(IS_OPEN, not_prioritised())
LIMIT = 2000
"""Items of one person that are looked at on a morning; the most urgent of more fill the message anyway."""


def list_owners(session: Session, workspace: str, timezone: str, day: date, now: datetime) -> list[str]:
    """Who lives in the zone and owns something that may need attention; also who is not known, where it is UTC."""
    given = _morning_of(day, now) | {"of": workspace, "zone": timezone}
    return list(fetch(session, _owners_in(utc=timezone == "UTC"), given).scalars())


@cache
def _owners_in(*, utc: bool) -> Select[str]:
    # A query for each condition, because each has its index; with OR SQLite walks the whole workspace.
    wanted = (select(ItemRow.owner).where(ItemRow.workspace == bindparam("of"), each) for each in _may_want())
    owners = union(*wanted).subquery()
    known = and_(PersonRow.workspace == bindparam("of"), PersonRow.user == owners.c.owner)
    return select(owners.c.owner).outerjoin(PersonRow, known).where(_lives_in(utc=utc)).order_by(owners.c.owner)


def list_cards_overdue(
    session: Session, workspace: str, timezone: str, first: date, day: date, limit: int
) -> list[tuple[int, str]]:
    """The open items, by number and channel, whose card stands there and whose due day lay from *first* on and before
    *day*; owned by who lives in the zone, as `list_owners` counts it."""
    given = {"of": workspace, "zone": timezone, "first": first, "day": day, "most": limit}
    rows = fetch_all(session, _overdue_in(utc=timezone == "UTC"), given)
    if not rows:
        return []
    keys = {CardOf(number).key: (number, channel) for number, channel in rows}
    # What has no card gets none for that: an import posts nothing.
    stands = (SentMessage.workspace == workspace, SentMessage.key.in_(keys), SentMessage.ts.is_not(None))
    posted = set(session.scalars(select(SentMessage.key).where(*stands)))
    return [(number, str(channel)) for key, (number, channel) in keys.items() if key in posted]


@cache
def _overdue_in(*, utc: bool) -> Select[int, str | None]:
    first, day = bindparam("first", type_=Date()), bindparam("day", type_=Date())
    due = (ItemRow.due >= first, ItemRow.due < day, IS_OPEN, ItemRow.channel.is_not(None))
    known = and_(PersonRow.workspace == bindparam("of"), PersonRow.user == ItemRow.owner)
    query = select(ItemRow.number, ItemRow.channel).outerjoin(PersonRow, known)
    here = query.where(ItemRow.workspace == bindparam("of"), *due, _lives_in(utc=utc))
    return here.order_by(ItemRow.number).limit(bindparam("most"))


def list_candidates(
    session: Session, workspace: str, owner: str, day: date, now: datetime, team_id: int | None = None
) -> list[Item]:
    """The owner's items that may need attention on that day of theirs; of one team, or of all."""
    given = _morning_of(day, now) | {"of": workspace, "owner": owner, "team": team_id}
    rows = read_rows(session, workspace, _owned(of_team=team_id is not None), given)
    return [item_of(row) for row in rows]


def list_candidates_of_team(
    session: Session, workspace: str, team_id: int, day: date, now: datetime, viewer: Viewer
) -> list[Item]:
    """The team's items that may need attention, or are to be prioritised, as far as *viewer* may see them."""
    given = _morning_of(day, now) | {"of": workspace, "team": team_id} | parameters_of(viewer)
    rows = read_rows(session, workspace, _of_team(outsider=viewer.only is not None), given)
    return [item_of(row) for row in rows]


_CANDIDATES = READ.where(ItemRow.workspace == bindparam("of")).order_by(ItemRow.due, ItemRow.number).limit(LIMIT)


@cache
def _owned(*, of_team: bool) -> Select[*tuple[Any, ...]]:
    teams = (ItemRow.team_id == bindparam("team"),) if of_team else ()
    return _CANDIDATES.where(ItemRow.owner == bindparam("owner"), or_(*_may_want()), *teams)


@cache
def _of_team(*, outsider: bool) -> Select[*tuple[Any, ...]]:
    wanted = (ItemRow.team_id == bindparam("team"), or_(_UNKNOWN, *_may_want()))
    return _CANDIDATES.where(*wanted, visible_to_any(outsider=outsider))


def list_teams_to_mention(
    session: Session, workspace: str, teams: Collection[int], day: date, now: datetime
) -> set[int]:
    """Those of the teams of which a lead may hear by `list_candidates_of_team`, whoever may see what."""
    given = _morning_of(day, now) | {"of": workspace, "teams": list(teams)}
    wanted = {*fetch(session, _wanted(), given).scalars(), *fetch(session, _due_or_unknown(), given).scalars()}
    return wanted & set(teams)


@cache
def _wanted() -> Select[int | None]:
    """What is not due, of the whole workspace: by team there is no index for it."""
    _due, *others = _may_want()
    return union(  # type: ignore[return-value]
        *(select(ItemRow.team_id).where(ItemRow.workspace == bindparam("of"), each) for each in others)
    )


@cache
def _due_or_unknown() -> Select[int]:
    """What is due or not prioritised, by team: for the one there is an index, and for the other none at all."""
    due, *_others = _may_want()
    found = (exists().where(OF_TEAMS, each) for each in (due, _UNKNOWN))
    return select(TeamRow.id).where(THESE_TEAMS, or_(*found))


def record_nudged(session: Session, workspace: str, numbers: Iterable[int], day: date) -> None:
    """Records that their owner was asked about them on that day; not in their history: a nudge is no progress (R51)."""
    if not (numbers := list(numbers)):
        return
    asked = update(ItemRow).where(ItemRow.workspace == workspace, ItemRow.number.in_(numbers))
    session.execute(asked.values(nudged_on=day).execution_options(synchronize_session=False))


def record_reminded(session: Session, workspace: str, numbers: Iterable[int], day: date) -> None:
    """Records that their owner was told on that day that they are overdue; not in their history."""
    if not (numbers := list(numbers)):
        return
    said = update(ItemRow).where(ItemRow.workspace == workspace, ItemRow.number.in_(numbers))
    session.execute(said.values(reminded_on=day).execution_options(synchronize_session=False))


def record_item_snooze(session: Session, workspace: str, number: int, until: date) -> None:
    """Keeps that the item's owner is not to be reminded of it before that day; not in its history."""
    said = update(ItemRow).where(ItemRow.workspace == workspace, ItemRow.number == number)
    session.execute(said.values(snoozed_until=until).execution_options(synchronize_session=False))


def list_leads(session: Session, workspace: str, timezone: str) -> list[str]:
    """Who lives in the zone and leads a team; also who is not known, where it is UTC."""
    return list(fetch(session, _leads_in(utc=timezone == "UTC"), {"of": workspace, "zone": timezone}).scalars())


@cache
def _leads_in(*, utc: bool) -> Select[str]:
    known = and_(PersonRow.workspace == bindparam("of"), PersonRow.user == TeamRow.lead)
    query = select(TeamRow.lead).outerjoin(PersonRow, known).where(TeamRow.workspace == bindparam("of"))
    return query.where(_lives_in(utc=utc)).distinct().order_by(TeamRow.lead)


def list_living_in(session: Session, workspace: str, timezone: str, people: Collection[str]) -> list[str]:
    """Those of *people* who live in the zone; also who is not known, where it is UTC."""
    here = (PersonRow.workspace == workspace, PersonRow.user.in_(people))
    known = {row.user: row for row in session.scalars(select(PersonRow).where(*here))}

    def lives_here(user: str) -> bool:
        row = known.get(user)
        return timezone == "UTC" if row is None else row.timezone == timezone and not row.deactivated

    return [user for user in people if lives_here(user)]


def list_zones_without(session: Session) -> list[tuple[str, str]]:
    """The (workspace, zone) of people for whom no morning is set yet."""
    same = and_(MorningRow.workspace == PersonRow.workspace, MorningRow.timezone == PersonRow.timezone)
    query = select(PersonRow.workspace, PersonRow.timezone).outerjoin(MorningRow, same)
    lacking = query.where(MorningRow.timezone.is_(None), PersonRow.is_bot.is_(False), PersonRow.deactivated.is_(False))
    return [(workspace, timezone) for workspace, timezone in session.execute(lacking.distinct())]


def _lives_in(*, utc: bool) -> ColumnElement[bool]:
    lives_here = and_(PersonRow.timezone == bindparam("zone"), PersonRow.deactivated.is_(False))
    # Somebody about whom Slack was not asked yet must be reminded too: once, and not in every zone.
    return or_(lives_here, PersonRow.user.is_(None)) if utc else lives_here


@cache
def _may_want() -> tuple[ColumnElement[bool], ...]:
    """Conditions with an index each: due, stale, deferred until now, closed a month ago. With `_morning_of` as
    parameters: written once, as each owner and each lead of a Monday is looked at."""
    day, horizon = bindparam("day", type_=Date()), bindparam("horizon", type_=Date())
    stale, first, last = (bindparam(name, type_=Instant()) for name in ("stale", "first", "last"))
    return (
        and_(IS_OPEN, ItemRow.due <= horizon),
        and_(IS_OPEN, ItemRow.last_progress_at <= stale),
        # Beside the one above, not COALESCE, under which the index on the column is of no use.
        and_(IS_OPEN, ItemRow.last_progress_at.is_(None)),
        and_(ItemRow.state == State.DEFERRED.value, ItemRow.revisit_on <= day),
        and_(ItemRow.state == State.CLOSED.value, ItemRow.ended_at.between(first, last)),
    )


def _morning_of(day: date, now: datetime) -> dict[str, Any]:
    closed_on = day - HELD_AFTER
    # Wider by days than any zone is from UTC; which day it is for the owner, the rule decides.
    first, last = (_utc(closed_on + by) for by in (-HOLD_WINDOW - _SPARE, timedelta(days=2)))
    return {"day": day, "horizon": day + HORIZON, "stale": now - STALE_AFTER, "first": first, "last": last}


def _utc(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo("UTC"))
