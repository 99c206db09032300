"""Who may see an item, as the conditions of every query that has a reader: `may_see` of the rules, in SQL."""

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, or_, select

from bot.domain.queries import Viewer
from storage.conditions import DECIDING
from storage.tables.approval import ApprovalRow
from storage.tables.item import CollaboratorRow, ItemRow


def visible_to(viewer: Viewer | None) -> list[ColumnElement[bool]]:
    """The conditions under which *viewer* may see an item; none for the bot itself."""
    return [_visible(viewer)] if viewer else []


# Built once for each reader: a digest asks nine times in the eyes of one, and to write it takes longer than to ask.
@lru_cache(maxsize=256)
def _visible(viewer: Viewer) -> ColumnElement[bool]:
    """`bot.domain.roles.may_see`, for a query."""
    if viewer.only is not None:
        seen = or_(ItemRow.private.is_(False), ItemRow.channel.in_(viewer.private_channels))
        return and_(seen, or_(ItemRow.channel.in_(viewer.only), ItemRow.team_id.in_(viewer.teams)))
    # EXISTS and no join: a join would give an item once for each of its collaborators, and counts would be wrong.
    helps = (
        select(CollaboratorRow.user)
        .where(
            CollaboratorRow.workspace == ItemRow.workspace,
            CollaboratorRow.item_number == ItemRow.number,
            CollaboratorRow.user == viewer.user,
        )
        .exists()
    )
    return or_(
        ItemRow.private.is_(False),
        ItemRow.owner == viewer.user,
        ItemRow.channel.in_(viewer.private_channels),
        helps,
        # Who is asked to decide must see what about, also in a private channel that they are not in.
        _decided_by(viewer.user),
    )


def _decided_by(user: str) -> ColumnElement[bool]:
    """Whether a request about the item waits for *user*, or was approved with them as approver."""
    return (
        select(ApprovalRow.id)
        .where(
            ApprovalRow.workspace == ItemRow.workspace,
            ApprovalRow.number == ItemRow.number,
            ApprovalRow.approver == user,
            ApprovalRow.status.in_(DECIDING),
        )
        .exists()
    )
