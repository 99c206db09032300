"""Which items a review goes through, in its order: one query."""

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from bot.domain.lifecycle import IDEAS, State
from bot.domain.queries import Viewer
from bot.domain.review import MOST, ReviewKind, ReviewSubject
from storage.conditions import IS_OPEN
from storage.tables.item import ItemRow
from storage.visibility import visible_to

_NOT_OF_AN_INCIDENT = (*(state.value for state in IDEAS), State.DECLINED.value, State.MERGED.value)


def list_for_review(session: Session, workspace: str, subject: ReviewSubject, viewer: Viewer) -> tuple[int, ...]:
    """The numbers, at most `MOST` of them."""
    late = case((or_(ItemRow.due < subject.today, ItemRow.blocked), 0), else_=1)
    orders: dict[ReviewKind, tuple[object, ...]] = {
        ReviewKind.STAND_UP: (ItemRow.owner, late, ItemRow.due),
        ReviewKind.OPERATIONS: (late, ItemRow.due),
        ReviewKind.INCIDENT: (case((IS_OPEN, 0), else_=1), late, ItemRow.due),
    }
    query = select(ItemRow.number).where(ItemRow.workspace == workspace, _belongs(subject), *visible_to(viewer))
    return tuple(session.scalars(query.order_by(*orders[subject.kind], ItemRow.number).limit(MOST)))  # type: ignore[arg-type]


def _belongs(subject: ReviewSubject) -> ColumnElement[bool]:
    if subject.kind is ReviewKind.INCIDENT:
        return and_(ItemRow.incident_id == subject.incident_id, ItemRow.state.not_in(_NOT_OF_AN_INCIDENT))
    of_team = and_(ItemRow.team_id == subject.team_id, IS_OPEN)
    if subject.kind is ReviewKind.OPERATIONS:
        return of_team
    moving = ItemRow.state != State.NOT_STARTED.value
    return and_(of_team, or_(moving, ItemRow.blocked, ItemRow.due <= subject.soon))
