"""The figures of a team's digest, counted in SQL: the cost is that of one team, however large the workspace."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.operators import desc_op

from bot.domain.digest import AT_LEAST, FIRST, Figures, Section, Week
from bot.domain.freeze import Flow
from bot.domain.item import Item
from bot.domain.lifecycle import OPEN, PARKED, State
from bot.domain.queries import Viewer
from bot.domain.request import Status
from bot.domain.span import instant
from bot.domain.team import Team
from storage.columns import fetch, fetch_all
from storage.conditions import IS_OPEN, OF_TEAMS, PROGRESS, THESE_TEAMS, is_one_of, not_prioritised, ranked, several
from storage.item_lines import LINE, line_of
from storage.items import list_numbered
from storage.measures import Stretch, count_flows
from storage.tables.approval import ApprovalRow
from storage.tables.base import Instant
from storage.tables.item import ItemRow
from storage.tables.team import TeamRow
from storage.visibility import READERS_OF_TEAM, parameters_of, visible_to_any
from storage.waiting import IS_LINKED


@dataclass(frozen=True)
class Counted:
    """A team's figures; and whether a request waits about any of its items, an incident of one is linked to another,
    and one of them was answered for, whoever may see those: mostly none is, and then nobody asks further."""

    figures: Figures
    waits: bool
    linked: bool
    answered: bool


def count_figures(session: Session, teams: Collection[Team], week: Week, since: datetime) -> dict[int, Counted]:
    """What everybody in each team's own channel may see of its items, counted, by the team's id; and how many they may
    not. The same week is that of all of them; *since*: of which time answers count.
    """
    days = {"today": week.today, "sunday": week.sunday, "stale_since": week.stale_since, "since": since}
    counted = fetch_all(session, _COUNTING, {"teams": [team.id for team in teams]} | days)
    # Counted by the history as the monthly report does, not by the items' columns: an idea counts at its promotion.
    last_week = Stretch(instant(week.last_monday), instant(week.this_monday))
    flows = count_flows(session, [team.id for team in teams], last_week)
    zones = {team.id: team.zone for team in teams}
    return {
        now.team: Counted(
            _figures(now, flows.get(now.team, Flow(0, 0, 0)), zones[now.team]),
            *map(bool, (now.waits, now.linked, now.answered)),
        )
        for now in counted
    }


def _figures(now: Any, flow: Flow, zone: ZoneInfo) -> Figures:
    return Figures(
        open=now.open,
        overdue=now.overdue,
        due_this_week=now.due_this_week,
        blocked=now.blocked,
        awaiting_verification=now.awaiting_verification,
        stale=now.stale,
        created=flow.created,
        ended=flow.ended,
        merged=flow.merged,
        deferred=now.deferred,
        deferred_since=now.deferred_since.astimezone(zone).date() if now.deferred_since else None,
        # Only their number: the digest says how many private items there are, and nothing else does (issue 5).
        private=now.all_open - now.open,
        unranked=now.unranked,
        moved_at=max((at for at in (now.moved_at, now.ended_at) if at), default=None),
    )


def count_named(session: Session, team: Team, named: Viewer) -> int:
    """How many of the team's open items *named* may see."""
    return int(fetch(session, _naming(outsider=named.only is not None), _of(team, named)).scalar_one())


def list_first(
    session: Session,
    teams: Collection[Team],
    week: Week,
    spare: int,
    came_back: Collection[int] = (),
    only: Viewer | None = None,
) -> dict[int, list[Item]]:
    """What a digest may name of each team's open items, by the team's id: the first by rank, of all and of each section
    that has its own. As a line names them (`item_lines`).

    *spare*: so many more of each, because they may be named elsewhere. *came_back* are incidents that did. *only*:
    where there are outsiders in the channel, as whom it is read.
    """
    days = {"today": week.today, "sunday": week.sunday}
    most = {f"most_{name}": limit + spare for name, limit in _SECTIONS.items()}
    given = {"teams": [team.id for team in teams], "came_back": list(came_back)} | days | most
    given |= parameters_of(only)
    first: dict[int, list[Item]] = {team.id: [] for team in teams}
    statement = _first(outsider=only is not None, came_back=bool(came_back))
    for row in fetch_all(session, statement, given):
        item = line_of(row)
        first[item.team_id or 0].append(item)
    return first


def list_awaiting(session: Session, workspace: str, teams: Collection[int], viewer: Viewer, limit: int) -> list[Item]:
    """The teams' items about which a request waits, the longest waiting first, as far as *viewer* may see them."""
    wanted = {"workspace": workspace, "teams": list(teams)} | parameters_of(viewer)
    numbers = fetch(session, _awaiting(outsider=viewer.only is not None), wanted)
    found = list_numbered(session, workspace, [number for (number,) in numbers])
    asked = (item for item in found.values() if item.request is not None)
    # Sorted and cut here: when it was asked stands with the request, not with the item.
    return sorted(asked, key=lambda item: item.request.asked_at if item.request else item.created_at)[:limit]


def list_answered(session: Session, team: Team, since: datetime, viewer: Viewer, limit: int) -> list[Item]:
    """The team's items that had stood still and of which a status was given since, as far as *viewer* may see them."""
    asked = _of(team, viewer) | {"since": since, "most": limit}
    numbers = [number for (number,) in fetch(session, _answered(outsider=viewer.only is not None), asked)]
    found = list_numbered(session, team.workspace, numbers)
    return [found[number] for number in numbers]


# Every statement of a digest is written once: to write the eighteen of them took longer than to ask them. Those that
# every team needs are of many teams: to ask for each alone took longer than to find what was asked.

_OF_TEAM = and_(ItemRow.workspace == bindparam("workspace"), ItemRow.team_id == bindparam("team"))
_IS_PARKED = is_one_of(ItemRow.state, PARKED)
_OVERDUE = ItemRow.due < bindparam("today", type_=Date())
_DUE = ItemRow.due.between(bindparam("today", type_=Date()), bindparam("sunday", type_=Date()))
_UNRANKED = not_prioritised()
_WAITS = exists().where(
    ApprovalRow.workspace == ItemRow.workspace,
    ApprovalRow.number == ItemRow.number,
    ApprovalRow.status == Status.PENDING.value,
)
_ANSWERED = ItemRow.answered_at >= bindparam("since", type_=Instant())


def _of(team: Team, viewer: Viewer) -> dict[str, Any]:
    return {"workspace": team.workspace, "team": team.id} | parameters_of(viewer)


def _counting() -> Select[*tuple[Any, ...]]:
    """All that is counted of teams' items as they stand, by one walk over those that are not over."""
    counted = {
        "open": true(),
        "overdue": _OVERDUE,
        "due_this_week": _DUE,
        "blocked": ItemRow.blocked.is_(True),
        "awaiting_verification": ItemRow.state == State.IMPLEMENTED.value,
        "stale": bindparam("stale_since", type_=Instant()) >= PROGRESS,
        "unranked": _UNRANKED,
    }
    seen_open, seen_parked = and_(READERS_OF_TEAM, IS_OPEN), and_(READERS_OF_TEAM, _IS_PARKED)
    linked = and_(IS_OPEN, ItemRow.incident_id.is_not(None), IS_LINKED)
    # Looks of their own, by an index each, and not over all that ever was.
    over = select(ItemRow.ended_at).where(OF_TEAMS, ItemRow.ended_at.is_not(None), READERS_OF_TEAM)
    over = over.order_by(ItemRow.ended_at.desc()).limit(1).correlate(TeamRow)
    answered = select(ItemRow.number).where(OF_TEAMS, _ANSWERED).correlate(TeamRow)
    return (
        select(
            TeamRow.id.label("team"),
            *(func.count().filter(seen_open, which).label(name) for name, which in counted.items()),
            func.count().filter(IS_OPEN).label("all_open"),
            func.count().filter(seen_parked).label("deferred"),
            func.min(ItemRow.deferred_at).filter(seen_parked).label("deferred_since"),
            func.max(PROGRESS).filter(READERS_OF_TEAM).label("moved_at"),
            func.count().filter(_WAITS).label("waits"),
            func.count().filter(linked).label("linked"),
            over.scalar_subquery().label("ended_at"),
            answered.exists().label("answered"),
        )
        .outerjoin(ItemRow, and_(OF_TEAMS, is_one_of(ItemRow.state, OPEN | PARKED)))
        .where(THESE_TEAMS)
        .group_by(TeamRow.id)
    )


_COUNTING = _counting()


@cache
def _naming(*, outsider: bool) -> Select[int]:
    return select(func.count()).where(_OF_TEAM, IS_OPEN, visible_to_any(outsider=outsider))


_SECTIONS = {
    "all": FIRST,
    "overdue": AT_LEAST[Section.OVERDUE],
    "due": AT_LEAST[Section.DUE],
    "unranked": AT_LEAST[Section.UNRANKED],
    "came_back": FIRST,
}
"""How many are named of all, of what is overdue, due and unranked, and of what came back."""


@cache
def _first(*, outsider: bool, came_back: bool) -> Select[*tuple[Any, ...]]:
    """The first open items of each of `_SECTIONS` of each team."""
    of = {"overdue": _OVERDUE, "due": _DUE, "unranked": _UNRANKED}
    if came_back:
        of["came_back"] = and_(_OVERDUE, ItemRow.incident_id.in_(several("came_back")))
    placed = _placed(of, visible_to_any(outsider=True) if outsider else READERS_OF_TEAM)
    named = (and_(placed.c[name] == 1, placed.c[f"place_{name}"] <= bindparam(f"most_{name}")) for name in of)
    same = and_(ItemRow.workspace == placed.c.workspace, ItemRow.number == placed.c.number)
    return select(*LINE).join(placed, same).where(or_(placed.c.place <= bindparam("most_all"), *named))


def _placed(of: Mapping[str, ColumnElement[bool]], seen: ColumnElement[bool]) -> Subquery:
    """The teams' open items by number, each with its place by rank; of which section it is, and its place there."""
    _ended, *order = ranked()  # none of them has
    by = [each.element.label(f"by_{at}") for at, each in enumerate(order)]
    is_of = (case((which, 1), else_=0).label(name) for name, which in of.items())
    found = select(ItemRow.workspace, TeamRow.id.label("team"), ItemRow.number, *is_of, *by)
    items = found.join(ItemRow, OF_TEAMS).where(THESE_TEAMS, IS_OPEN, seen).subquery().c
    # By columns of a subquery, and not by what they are made of: only then SQLite sees that all of these count along
    # one order, and sorts once. Five orders took it six times as long.
    columns = [
        items[f"by_{at}"].desc() if each.modifier is desc_op else items[f"by_{at}"] for at, each in enumerate(order)
    ]
    along: dict[str, Any] = {"partition_by": items.team, "order_by": columns, "rows": (None, 0)}
    places = (func.sum(items[name]).over(**along).label(f"place_{name}") for name in of)
    place = func.row_number().over(**along).label("place")
    return select(*items["workspace", "number", *of], place, *places).subquery()


@cache
def _awaiting(*, outsider: bool) -> Select[int]:
    of_teams = (ItemRow.workspace == bindparam("workspace"), ItemRow.team_id.in_(bindparam("teams", expanding=True)))
    undecided = (or_(IS_OPEN, _IS_PARKED), _WAITS)
    found = select(ItemRow.number).where(*of_teams, *undecided, visible_to_any(outsider=outsider))
    return found.order_by(ItemRow.due, ItemRow.number).limit(1000)


@cache
def _answered(*, outsider: bool) -> Select[int]:
    found = select(ItemRow.number).where(_OF_TEAM, _ANSWERED, visible_to_any(outsider=outsider))
    return found.order_by(ItemRow.due, ItemRow.number).limit(bindparam("most"))
