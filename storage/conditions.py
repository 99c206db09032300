"""Which items, and in which order: what is wanted, and who may see it, as conditions of a query."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    UnaryExpression,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.lifecycle import ENDED, OPEN
from bot.domain.misspelt import pieces
from bot.domain.priority import HIGH, MIDDLE
from bot.domain.queries import Order, Today, Wanted
from bot.domain.request import Status
from bot.domain.themes import theme_key
from storage.tables.base import UNSAID
from storage.tables.item import ItemRow, ThemeRow
from storage.tables.team import TeamRow
from storage.tables.workspace import PersonRow

DECIDING = (Status.PENDING, Status.APPROVED)
"""A request of such a status makes its approver one who sees the item."""


def is_one_of(column: InstrumentedAttribute[str], words: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Whether it is one of these words of ours, which stand in the statement itself.

    As parameters of an `IN` they are unfolded anew each time that the statement is run.
    """
    return column.in_([literal_column(f"'{word.value}'", String()) for word in sorted(words)])


def several(name: str) -> BindParameter[Any]:
    """A parameter for `IN`, of as many values as there are."""
    return bindparam(name, expanding=True)


OF_TEAMS = and_(ItemRow.workspace == TeamRow.workspace, ItemRow.team_id == TeamRow.id)
"""The items of a team, in a statement of many teams; `THESE_TEAMS` are given by their ids."""
THESE_TEAMS = TeamRow.id.in_(several("teams"))

PROGRESS = func.coalesce(ItemRow.last_progress_at, ItemRow.created_at)
IS_OPEN = is_one_of(ItemRow.state, OPEN)


def wanted_by(workspace: str, wanted: Wanted) -> ColumnElement[bool]:
    """The condition of an item of the workspace that is wanted."""
    conditions: list[ColumnElement[bool]] = [ItemRow.workspace == workspace]
    if wanted.states is not None:
        conditions.append(ItemRow.state.in_(state.value for state in wanted.states))
    for column, value in (
        (ItemRow.number, wanted.number),
        (ItemRow.owner, wanted.owner),
        (ItemRow.team_id, wanted.team_id),
        (ItemRow.incident_id, wanted.incident_id),
        (ItemRow.blocked, wanted.blocked),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.overdue is not None:
        conditions.append(is_late(wanted.overdue))
    if wanted.no_progress_since is not None:
        conditions.append(wanted.no_progress_since >= PROGRESS)
    if wanted.not_overdue is not None:
        conditions.append(not_(and_(IS_OPEN, is_late(wanted.not_overdue))))
    if wanted.not_stale_since is not None:
        conditions.append(not_(and_(IS_OPEN, wanted.not_stale_since >= PROGRESS)))
    if wanted.incident_ids is not None:
        conditions.append(ItemRow.incident_id.in_(wanted.incident_ids))
    if wanted.has_theme:
        of_item = (ThemeRow.workspace == ItemRow.workspace, ThemeRow.item_number == ItemRow.number)
        conditions.append(select(ThemeRow.key).where(*of_item).exists())
    if wanted.theme:
        conditions.append(_has_theme(workspace, theme_key(wanted.theme)))
    if wanted.owner_left:
        left = select(PersonRow.user).where(PersonRow.workspace == workspace, PersonRow.deactivated.is_(True))
        conditions.append(ItemRow.owner.in_(left))
    conditions += [says(word) for word in wanted.words]
    return and_(*conditions)


def is_late(today: Today) -> ColumnElement[bool]:
    """Whether the due date has passed where it is meant. An item without a team goes by UTC."""
    # 0 is no team's. With NULL, `NOT IN` is neither true nor false, and an item without a team would never be late.
    team = func.coalesce(ItemRow.team_id, 0)
    elsewhere = frozenset[int]().union(*(teams for _day, teams in today.elsewhere))
    there = [and_(team.in_(teams), ItemRow.due < day) for day, teams in today.elsewhere]
    return or_(and_(team.not_in(elsewhere), ItemRow.due < today.utc), *there) if there else ItemRow.due < today.utc


def _has_theme(workspace: str, key: str) -> ColumnElement[bool]:
    """Whether a theme of the item is *key*, or has it among its words."""
    here = select(ThemeRow.key).where(ThemeRow.workspace == workspace, ThemeRow.item_number == ItemRow.number)
    # Spaces on both sides, so that whole words are found: “data” in “data loss”, not in “database”.
    padded = " " + ThemeRow.key + " "
    return here.where(or_(ThemeRow.key == key, padded.contains(f" {key} ", autoescape=True))).exists()


def says(word: str) -> ColumnElement[bool]:
    """Whether a text of the item has it in it, in letters of any case."""
    # `icontains` lowers both sides: on SQLite by a function of ours, whose “Ü” is “ü” (`storage/engine.py`).
    texts = (ItemRow.title, ItemRow.details, ItemRow.root_cause, ItemRow.references)
    return or_(*(text.icontains(word, autoescape=True) for text in texts))


def may_say(word: str) -> ColumnElement[bool]:
    """Whether the item says it, or its title may with another letter."""
    near = (ItemRow.title.icontains(piece, autoescape=True) for piece in pieces(word))
    return or_(says(word), *near)


def ordered(order: Order) -> tuple[UnaryExpression[Any], ...]:
    """The order of a list, total."""
    match order:
        case Order.STILL_LONGEST:
            return func.coalesce(ItemRow.last_progress_at, ItemRow.created_at).asc(), ItemRow.number.asc()
        case Order.BACK_SOONEST:
            # The databases differ in where they put what has no day.
            return ItemRow.revisit_on.is_(None).asc(), ItemRow.revisit_on.asc(), ItemRow.number.asc()
        case Order.NEWEST:
            return ItemRow.created_at.desc(), ItemRow.number.desc()
    return ranked()


@cache  # to write it takes longer than to sort by it
def not_prioritised() -> ColumnElement[bool]:
    """Whether nobody has said the item's impact or its effort."""
    return or_(ItemRow.impact == UNSAID, ItemRow.effort == UNSAID)


@cache
def ranked() -> tuple[UnaryExpression[Any], ...]:
    """The usual order: open before ended, by quadrant, score, due date, number (R20); `Item.rank` in SQL."""
    unknown = not_prioritised()
    quadrant = case(
        (unknown, 2),
        (and_(ItemRow.impact >= HIGH, ItemRow.effort < HIGH), 0),
        (ItemRow.impact >= HIGH, 1),
        (ItemRow.effort < HIGH, 3),
        else_=4,
    )
    # Of their numbers and not of what they mean: 0 is none.
    impact, urgency, effort = (type_coerce(each, Integer) for each in (ItemRow.impact, ItemRow.urgency, ItemRow.effort))
    soon = case((urgency == UNSAID, MIDDLE), else_=urgency)
    # 1.0, because both databases divide whole numbers without a rest; of what is not prioritised it is 0, as in
    # `priority.score`.
    score = case(
        (unknown, 0.0),
        else_=impact * soon * 1.0 / effort,
    )
    ended = case((is_one_of(ItemRow.state, ENDED), 1), else_=0)
    # The number last makes the order total: pages neither repeat an item nor leave one out.
    return ended.asc(), quadrant.asc(), score.desc(), ItemRow.due.asc(), ItemRow.number.asc()
