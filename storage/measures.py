"""What the measures count, set-wise in SQL: one pass over the index of a team's spans, never an item at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session, aliased

from bot.domain.freeze import Flow
from bot.domain.lifecycle import COUNTED_AS_ENDED, State
from bot.domain.measures import Tally
from bot.domain.month import Period
from bot.domain.queries import Viewer
from bot.domain.span import NEVER_ITEMS, OPEN_STANDING, instant, moment
from storage.columns import fetch, fetch_all
from storage.conditions import THESE_TEAMS, is_one_of, several
from storage.tables.item import ItemRow
from storage.tables.span import SpanRow
from storage.tables.team import TeamRow
from storage.visibility import kind_of_viewer, parameters_of, visible_to, visible_to_any

_LEFT_OUT = (State.MERGED, State.RISK_ACCEPTED, State.WONT_DO)
_SECOND = 1_000_000
TeamIds = Sequence[int] | None
"""Teams whose items count; None stands for the items without a team."""


class Stretch(NamedTuple):
    """Some time that is no month: from `begins` up to, and not including, `cutoff`, in microseconds since 1970."""

    begins: int
    cutoff: int


@dataclass(frozen=True)
class _AnyMonth:
    """A `Period` with parameters in place of its values: a statement is written once for all months of as many days."""

    begins: Any
    cutoff: Any
    today: Any
    days: tuple[tuple[Any, Any], ...]
    """Each day with the instant at which it is over, in order."""


During = Stretch | _AnyMonth


def tally(session: Session, workspace: str, teams: TeamIds, period: Period, viewer: Viewer | None) -> Tally:
    """The counts of the teams' items as of the period's end, of what *viewer* may see (None: everything).

    Recurrences are counted elsewhere (`storage/recurrence_measure.py`).
    """
    shape = _shape(teams, period, viewer)
    given = _given(workspace, teams, period, viewer)
    row = fetch(session, _tallying(shape), given).one()._asdict()
    seconds, rest = int(row.pop("seconds")), int(row.pop("rest"))
    # The ages themselves and no sum of them: what is measured is their 90th percentile (R100).
    ages = tuple(instant(period.as_of) - at for at in fetch(session, _opened(shape), given).scalars())
    return Tally(**{name: int(value) for name, value in row.items()}, days_to_close=seconds * _SECOND + rest, ages=ages)


class _Shape(NamedTuple):
    """What a statement about a month differs by, but for its parameters. `outsider` None: it shows everything."""

    days: int
    any_team: bool
    outsider: bool | None


def _shape(teams: TeamIds, period: Period, viewer: Viewer | None) -> _Shape:
    return _Shape(len(period.day_ends), teams is not None, kind_of_viewer(viewer))


def _given(workspace: str, teams: TeamIds, period: Period, viewer: Viewer | None) -> dict[str, Any]:
    given = {"workspace": workspace, "begins": period.begins, "cutoff": period.cutoff, "today": period.today}
    for at, (day, ends) in enumerate(sorted(period.day_ends.items())):
        given |= {f"day_{at}": day, f"ends_{at}": ends}
    return given | ({} if teams is None else {"teams": list(teams)}) | parameters_of(viewer)


@cache
def _any_month(days: int) -> _AnyMonth:
    each = (
        (bindparam(f"day_{at}", type_=Integer()), bindparam(f"ends_{at}", type_=BigInteger())) for at in range(days)
    )
    begins, cutoff = (bindparam(name, type_=BigInteger()) for name in ("begins", "cutoff"))
    return _AnyMonth(begins, cutoff, bindparam("today", type_=Integer()), tuple(each))


def _counting(shape: _Shape) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    workspace: BindParameter[str] = bindparam("workspace")
    teams: BindParameter[Any] | None = bindparam("teams", expanding=True) if shape.any_team else None
    seen = true() if shape.outsider is None else seen_by_any(workspace, outsider=shape.outsider)
    return _as_of(workspace, teams, _any_month(shape.days)), seen


@cache  # each App Home and each report asks it
def _tallying(shape: _Shape) -> Select[Any]:
    return select(*_counted(_any_month(shape.days))).where(*_counting(shape))


@cache
def _opened(shape: _Shape) -> Select[int]:
    return select(SpanRow.counted_at).where(*_counting(shape), SpanRow.standing == OPEN_STANDING)


def count_flows(session: Session, teams: Collection[int], during: Stretch) -> dict[int, Flow]:
    """How many items of each team were created and how many ended, as of the end of *during*; counted as in `tally`, of
    what everybody in the team's own channel may see. By the team's id, where anything counted."""
    given = {"teams": list(teams), "begins": during.begins, "cutoff": during.cutoff}
    return {team: Flow(*counts) for team, *counts in fetch_all(session, _flows(), given)}


@cache  # each digest asks it
def _flows() -> Select[*tuple[Any, ...]]:
    during = Stretch(*(bindparam(name, type_=BigInteger()) for name in Stretch._fields))  # type: ignore[arg-type]
    of_team = and_(SpanRow.team_id == TeamRow.id, _during(TeamRow.workspace, during))
    # Read once for all, and not for each span: that is what the aliases are for. Of the whole workspace, because an
    # item may be another team's by now.
    team, item = aliased(TeamRow), aliased(ItemRow)
    elsewhere = or_(item.channel.is_(None), item.channel != team.channel)
    hidden = select(team.id, item.number).join(item, and_(item.workspace == team.workspace, item.private, elsewhere))
    seen = tuple_(SpanRow.team_id, SpanRow.item_number).not_in(hidden.where(team.id.in_(several("teams"))))
    counted = select(SpanRow.team_id, *_flow(during)).join(TeamRow, of_team)
    return counted.where(THESE_TEAMS, seen).group_by(SpanRow.team_id)


def _flow(during: During) -> tuple[ColumnElement[int], ColumnElement[int], ColumnElement[int]]:
    merged = and_(SpanRow.standing == State.MERGED.value, _in(SpanRow.ended_at, during))
    ended = and_(is_one_of(SpanRow.standing, COUNTED_AS_ENDED), _in(SpanRow.ended_at, during))
    return func.count().filter(_created(during)), func.count().filter(ended), func.count().filter(merged)


class FirstDue(NamedTuple):
    """An item that fell due by its first date: of which incident, since when it counts, whether it was in time."""

    incident_id: int
    counted_at: datetime
    in_time: bool


def list_first_due(
    session: Session, workspace: str, teams: TeamIds, period: Period, viewer: Viewer | None
) -> list[FirstDue]:
    """What `on_time_completion` counts, item by item, of those that come from an incident."""
    query, given = _first_due(_shape(teams, period, viewer)), _given(workspace, teams, period, viewer)
    found = fetch(session, query, given)
    return [FirstDue(incident or 0, moment(at), bool(in_time)) for incident, at, in_time in found]


@cache
def _first_due(shape: _Shape) -> Select[int | None, int, bool]:
    first_due, on_time = _on_time(_any_month(shape.days))
    return (
        select(ItemRow.incident_id, SpanRow.counted_at, on_time)
        .select_from(SpanRow)
        .join(ItemRow, and_(ItemRow.workspace == SpanRow.workspace, ItemRow.number == SpanRow.item_number))
        .where(*_counting(shape), ItemRow.incident_id.is_not(None), first_due)
    )


def of_teams(teams: Any) -> ColumnElement[bool]:
    """The spans of items that belonged to one of the teams: `TeamIds`, or a parameter for them."""
    return SpanRow.team_id.is_(None) if teams is None else SpanRow.team_id.in_(teams)


def _as_of(workspace: Any, teams: Any, during: During) -> ColumnElement[bool]:
    """The span of each item that holds at the end of that time, unless it was over before the time began."""
    return and_(of_teams(teams), _during(workspace, during))


def _during(workspace: Any, during: During) -> ColumnElement[bool]:
    return and_(
        # `counts_until` is what lets the index pass over ten years of items that are long over (ADR 004).
        SpanRow.workspace == workspace, SpanRow.counts_until >= during.begins,
        SpanRow.since < during.cutoff, SpanRow.until >= during.cutoff,
    )  # fmt: skip


def seen_by(workspace: str, viewer: Viewer | None) -> ColumnElement[bool]:
    """Private items are few and have an index of their own; a guest sees few items at all."""
    if viewer is None:
        return SpanRow.workspace == workspace
    return _seen(workspace, and_(*visible_to(viewer)), outsider=viewer.only is not None)


def seen_by_any(workspace: BindParameter[str], *, outsider: bool) -> ColumnElement[bool]:
    """The same for a statement that is written once, as in `visible_to_any`."""
    return _seen(workspace, visible_to_any(outsider=outsider), outsider=outsider)


def _seen(workspace: Any, visible: ColumnElement[bool], *, outsider: bool) -> ColumnElement[bool]:
    of_workspace = ItemRow.workspace == workspace
    if outsider:
        return SpanRow.item_number.in_(select(ItemRow.number).where(of_workspace, visible))
    private = select(ItemRow.number).where(of_workspace, ItemRow.private, ~visible)
    # Not a join with items: the index holds all that is counted, and their rows would be read one by one.
    return SpanRow.item_number.not_in(private)


def _counted(period: _AnyMonth) -> list[ColumnElement[Any]]:
    closed = SpanRow.standing == State.CLOSED.value
    closed_now = and_(closed, _in(SpanRow.ended_at, period))
    took = SpanRow.ended_at - SpanRow.counted_at
    is_open = SpanRow.standing == OPEN_STANDING
    deferred = SpanRow.standing == State.DEFERRED.value
    due = _in_rate(SpanRow.due, period)
    first_due, on_time = _on_time(period)
    counts = {
        "due": and_(due, ~deferred),
        "completed": and_(due, closed, SpanRow.ended_at < _over(SpanRow.due, period)),
        "first_due": first_due,
        "on_time": on_time,
        "closed": closed_now,
        "created": _created(period),
        **{state.value: and_(SpanRow.standing == state.value, _in(SpanRow.ended_at, period)) for state in _LEFT_OUT},
        "deferred_open": deferred,
        "open": is_open,
        "overdue": and_(is_open, SpanRow.due < period.today),
        "blocked": and_(is_open, SpanRow.blocked),
        "future_considerations": SpanRow.standing == State.FUTURE_CONSIDERATION.value,
    }
    return [
        *(func.count().filter(which).label(name) for name, which in counts.items()),
        # Apart, because the microseconds of many long durations are more than a 64-bit sum holds.
        func.coalesce(func.sum(took // _SECOND).filter(closed_now), 0).label("seconds"),
        func.coalesce(func.sum(took % _SECOND).filter(closed_now), 0).label("rest"),
    ]


def _on_time(period: _AnyMonth) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What counts in `on_time_completion`: what fell due by its first date, and of that what was closed by then."""
    first_due, closed = _in_rate(SpanRow.original_due, period), SpanRow.standing == State.CLOSED.value
    return first_due, and_(first_due, closed, SpanRow.ended_at < _over(SpanRow.original_due, period))


def _in_rate(day: Any, period: _AnyMonth) -> ColumnElement[bool]:
    """Due in the period, and not ended otherwise than by closing on or before that day."""
    # What was merged or dropped in time was no promise any more on its day; dropped later, it was broken.
    left_out = and_(is_one_of(SpanRow.standing, _LEFT_OUT), SpanRow.ended_at < _over(day, period))
    return and_(_due_in(day, period), is_item(), ~left_out)


def _created(during: During) -> ColumnElement[bool]:
    """An idea that was promoted counts from its promotion on; what stayed an idea never does."""
    return and_(is_item(), _in(SpanRow.counted_at, during))


def is_item() -> ColumnElement[bool]:
    """The spans of what counts as an item: no ideas, nothing declined."""
    return ~is_one_of(SpanRow.standing, NEVER_ITEMS)


def _in(at: Any, during: During) -> ColumnElement[bool]:
    return and_(at >= during.begins, at < during.cutoff)


def _due_in(day: Any, period: _AnyMonth) -> ColumnElement[bool]:
    return and_(day >= period.days[0][0], day <= period.days[-1][0])


def _over(day: Any, period: _AnyMonth) -> ColumnElement[int]:
    """The instant at which that day of the month is over in the period's zone."""
    # A table of the month's days, since one of them may have 23 or 25 hours where the clocks change.
    return case(dict(period.days), value=day)
