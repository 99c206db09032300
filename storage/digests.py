"""The figures of a team's digest, counted in SQL: the cost is that of one team, however large the workspace."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session

from bot.domain.digest import AT_LEAST, FIRST, Figures, Section, Week
from bot.domain.item import Item
from bot.domain.lifecycle import PARKED, State
from bot.domain.queries import Viewer
from bot.domain.request import Status
from bot.domain.span import instant
from bot.domain.team import Team
from storage.columns import fetch, fetch_all
from storage.conditions import IS_OPEN, PROGRESS, is_one_of, not_prioritised, ranked
from storage.items import list_numbered
from storage.measures import Stretch, count_flow
from storage.tables.approval import ApprovalRow
from storage.tables.base import Instant, table_of
from storage.tables.item import ItemRow
from storage.tables.ritual import RunRow
from storage.visibility import parameters_of, visible_to_any


def count_figures(session: Session, team: Team, week: Week, viewer: Viewer) -> Figures:
    """What *viewer* (the team's channel) may see of the team's items, counted; and how many it may not."""
    days = {"today": week.today, "sunday": week.sunday, "stale_since": week.stale_since}
    now = fetch(session, _counting(outsider=viewer.only is not None), _of(team, viewer) | days).one()
    # Counted by the history as the monthly report does, not by the items' columns: an idea counts at its promotion.
    last_week = Stretch(instant(week.last_monday), instant(week.this_monday))
    flow = count_flow(session, team.workspace, (team.id,), last_week, viewer)
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
        deferred_since=now.deferred_since.astimezone(team.zone).date() if now.deferred_since else None,
        # Only their number: the digest says how many private items there are, and nothing else does (issue 5).
        private=now.all_open - now.open,
        unranked=now.unranked,
        moved_at=max((at for at in (now.moved_at, now.ended_at) if at), default=None),
    )


def count_named(session: Session, team: Team, named: Viewer) -> int:
    """How many of the team's open items *named* may see."""
    return int(fetch(session, _naming(outsider=named.only is not None), _of(team, named)).scalar_one())


def list_first(
    session: Session, team: Team, week: Week, viewer: Viewer, spare: int, came_back: Collection[int] = ()
) -> list[Item]:
    """What a digest may name of the team's open items: the first by rank, of all and of each section that has its own.

    *spare*: so many more of each, because they may be named elsewhere. *came_back* are incidents that did.
    """
    days = {"today": week.today, "sunday": week.sunday, "came_back": list(came_back)}
    in_order = fetch_all(session, _in_order(outsider=viewer.only is not None), _of(team, viewer) | days)
    # Numbers first, and the items once: what belongs to an item is three statements more each time.
    return list(list_numbered(session, team.workspace, _first(in_order, spare)).values())


def _first(in_order: Iterable[Sequence[Any]], spare: int) -> set[int]:
    """The numbers of the first of each section, of rows with whether they are of it, in the order of `_SECTIONS`."""
    left = [limit + spare for limit in _SECTIONS]
    first: set[int] = set()
    for number, *is_of in in_order:
        for at, of_it in enumerate(is_of):
            if of_it and left[at]:
                left[at] -= 1
                first.add(number)
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


def record_shown(session: Session, team: Team, ritual: str, period: str, shown: dict[str, Any]) -> None:
    """Keeps what was said in that period, so that its buttons can be taken away when the next one follows."""
    session.execute(_SHOW, _run_of(team, ritual) | {"during": period, "as_said": shown})


def find_last_shown(session: Session, team: Team, ritual: str, before: str) -> tuple[str, str] | None:
    """(period, channel) of what was said last for an earlier period; what was said before that is forgotten.

    A digest that a `tick` at an earlier time posts afterwards is no newer one.
    """
    found = fetch(session, _LAST_SHOWN, _run_of(team, ritual) | {"before": before}).all()
    # Whole messages are kept here, so only the newest one: an older one has lost its buttons already.
    if len(found) > 1:
        session.execute(_FORGET_SHOWN, _run_of(team, ritual) | {"before": found[0].period})
    return (found[0].period, str(found[0].shown["to"])) if found else None


def find_shown(session: Session, workspace: str, team_id: int, ritual: str, period: str) -> dict[str, Any] | None:
    """What was said in that period, while it is kept."""
    run = (RunRow.workspace == workspace, RunRow.team_id == team_id, RunRow.ritual == ritual, RunRow.period == period)
    return session.scalar(select(RunRow.shown).where(*run))


_RUNS = table_of(RunRow)
_OF_RITUAL = and_(
    _RUNS.c.workspace == bindparam("in_workspace"),
    _RUNS.c.team_id == bindparam("of_team"),
    _RUNS.c.ritual == bindparam("called"),
)
_SHOW = update(_RUNS).where(_OF_RITUAL, _RUNS.c.period == bindparam("during"))
_SHOW = _SHOW.values(shown=bindparam("as_said", type_=_RUNS.c.shown.type))
_EARLIER = and_(_OF_RITUAL, _RUNS.c.shown.is_not(None), _RUNS.c.period < bindparam("before"))
_LAST_SHOWN = select(*_RUNS.c["period", "shown"]).where(_EARLIER).order_by(_RUNS.c.period.desc()).limit(2)
_FORGET_SHOWN = update(_RUNS).where(_EARLIER).values(shown=null())


def _run_of(team: Team, ritual: str) -> dict[str, Any]:
    return {"in_workspace": team.workspace, "of_team": team.id, "called": ritual}


# Every statement of a digest is written once, for a channel with outsiders in it and for one without: to write the
# eighteen of them took longer than to ask them. Their parameters are those of `_of`, and what each names besides.

_OF_TEAM = and_(ItemRow.workspace == bindparam("workspace"), ItemRow.team_id == bindparam("team"))
_IS_PARKED = is_one_of(ItemRow.state, PARKED)
_OVERDUE = ItemRow.due < bindparam("today", type_=Date())
_DUE = ItemRow.due.between(bindparam("today", type_=Date()), bindparam("sunday", type_=Date()))
_UNRANKED = not_prioritised()


def _of(team: Team, viewer: Viewer) -> dict[str, Any]:
    return {"workspace": team.workspace, "team": team.id} | parameters_of(viewer)


@cache
def _counting(*, outsider: bool) -> Select[*tuple[Any, ...]]:
    """All that is counted of a team's items as they stand, by one walk over those that are not over."""
    visible = visible_to_any(outsider=outsider)
    counted = {
        "open": true(),
        "overdue": _OVERDUE,
        "due_this_week": _DUE,
        "blocked": ItemRow.blocked.is_(True),
        "awaiting_verification": ItemRow.state == State.IMPLEMENTED.value,
        "stale": bindparam("stale_since", type_=Instant()) >= PROGRESS,
        "unranked": _UNRANKED,
    }
    seen_open, seen_parked = and_(visible, IS_OPEN), and_(visible, _IS_PARKED)
    # A look of its own, by an index, and not the maximum over all that ever was.
    ended = select(ItemRow.ended_at).where(_OF_TEAM, ItemRow.ended_at.is_not(None), visible)
    return select(
        *(func.count().filter(seen_open, which).label(name) for name, which in counted.items()),
        func.count().filter(IS_OPEN).label("all_open"),
        func.count().filter(seen_parked).label("deferred"),
        func.min(ItemRow.deferred_at).filter(seen_parked).label("deferred_since"),
        func.max(PROGRESS).filter(visible).label("moved_at"),
        ended.order_by(ItemRow.ended_at.desc()).limit(1).scalar_subquery().label("ended_at"),
    ).where(_OF_TEAM, or_(IS_OPEN, _IS_PARKED))


@cache
def _naming(*, outsider: bool) -> Select[int]:
    return select(func.count()).where(_OF_TEAM, IS_OPEN, visible_to_any(outsider=outsider))


_SECTIONS = (FIRST, AT_LEAST[Section.OVERDUE], AT_LEAST[Section.DUE], AT_LEAST[Section.UNRANKED], FIRST)
"""How many are named of all, of what is overdue, due and unranked, and of what came back."""


@cache
def _in_order(*, outsider: bool) -> Select[*tuple[Any, ...]]:
    """The numbers of the open items by rank, each with whether it is of which of `_SECTIONS`.

    Counted by whoever reads: five window functions took SQLite six times as long as to sort the rows once.
    """
    came_back = and_(_OVERDUE, ItemRow.incident_id.in_(bindparam("came_back", expanding=True)))
    of = (true(), _OVERDUE, _DUE, _UNRANKED, came_back)
    is_of = (case((which, 1), else_=0).label(f"in_{at}") for at, which in enumerate(of))
    query = select(ItemRow.number, *is_of).where(_OF_TEAM, IS_OPEN, visible_to_any(outsider=outsider))
    return query.order_by(*ranked())


@cache
def _awaiting(*, outsider: bool) -> Select[int]:
    waits = (
        ApprovalRow.workspace == ItemRow.workspace,
        ApprovalRow.number == ItemRow.number,
        ApprovalRow.status == Status.PENDING.value,
    )
    of_teams = (ItemRow.workspace == bindparam("workspace"), ItemRow.team_id.in_(bindparam("teams", expanding=True)))
    undecided = (or_(IS_OPEN, _IS_PARKED), exists().where(*waits))
    found = select(ItemRow.number).where(*of_teams, *undecided, visible_to_any(outsider=outsider))
    return found.order_by(ItemRow.due, ItemRow.number).limit(1000)


@cache
def _answered(*, outsider: bool) -> Select[int]:
    since = ItemRow.answered_at >= bindparam("since", type_=Instant())
    found = select(ItemRow.number).where(_OF_TEAM, since, visible_to_any(outsider=outsider))
    return found.order_by(ItemRow.due, ItemRow.number).limit(bindparam("most"))
