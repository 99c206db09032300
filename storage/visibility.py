"""Who may see an item, as the conditions of every query that has a reader: `may_see` of the rules, in SQL."""

from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from bot.domain.queries import Viewer
from storage.conditions import DECIDING, is_one_of, several
from storage.tables.approval import ApprovalRow
from storage.tables.item import CollaboratorRow, ItemRow
from storage.tables.team import TeamRow


def visible_to(viewer: Viewer | None) -> list[ColumnElement[bool]]:
    """The conditions under which *viewer* may see an item; none for the bot itself."""
    return [_visible(viewer)] if viewer else []


@cache
def visible_to_any(*, outsider: bool, in_private: bool = True) -> ColumnElement[bool]:
    """The same for a statement that is written once and run with what `parameters_of` says of a viewer.

    `outsider`: of whom it is known what they see at all (`Viewer.only`). `in_private`: who may be in private channels;
    for nearly everybody their list is empty, and is unfolded anew at each run all the same.
    """
    private, only, teams = (several(f"viewer_{name}") for name in ("private", "only", "teams"))
    return _may_see(bindparam("viewer"), private if in_private else None, only if outsider else None, teams)


READERS_OF_TEAM = or_(ItemRow.private.is_(False), ItemRow.channel == TeamRow.channel)
"""The same for all who read in the channel of the item's team, in a statement of many teams: they are nobody who owns
an item, helps or decides, and see no private channel but this one. Outsiders among them see less."""


def kind_of_viewer(viewer: Viewer | None) -> bool | None:
    """By what a statement that is written once differs: `outsider` of `visible_to_any`; None: it shows everything."""
    return None if viewer is None else viewer.only is not None


def parameters_of(viewer: Viewer | None) -> dict[str, Any]:
    """The parameters of `visible_to_any`; none of the bot itself."""
    if viewer is None:
        return {}
    user, private, only, teams = viewer.user, viewer.private_channels, viewer.only, viewer.teams
    return {"viewer": user, "viewer_private": list(private)} | (
        {} if only is None else {"viewer_only": list(only), "viewer_teams": list(teams)}
    )


# Built once for each reader: to write it takes longer than to ask.
@lru_cache(maxsize=256)
def _visible(viewer: Viewer) -> ColumnElement[bool]:
    return _may_see(viewer.user, viewer.private_channels, viewer.only, viewer.teams)


def _may_see(user: Any, private_channels: Any, only: Any, teams: Any) -> ColumnElement[bool]:
    """`bot.domain.roles.may_see`, for a query; of values, or of parameters in place of them."""
    there = () if private_channels is None else (ItemRow.channel.in_(private_channels),)
    if only is not None:
        seen = or_(ItemRow.private.is_(False), *there)
        return and_(seen, or_(ItemRow.channel.in_(only), ItemRow.team_id.in_(teams)))
    # EXISTS and no join: a join would give an item once for each of its collaborators, and counts would be wrong.
    helps = (
        select(CollaboratorRow.user)
        .where(
            CollaboratorRow.workspace == ItemRow.workspace,
            CollaboratorRow.item_number == ItemRow.number,
            CollaboratorRow.user == user,
        )
        .exists()
    )
    return or_(
        ItemRow.private.is_(False),
        ItemRow.owner == user,
        *there,
        helps,
        # Who is asked to decide must see what about, also in a private channel that they are not in.
        _decided_by(user),
    )


def _decided_by(user: Any) -> ColumnElement[bool]:
    """Whether a request about the item waits for *user*, or was approved with them as approver."""
    return (
        select(ApprovalRow.id)
        .where(
            ApprovalRow.workspace == ItemRow.workspace,
            ApprovalRow.number == ItemRow.number,
            ApprovalRow.approver == user,
            is_one_of(ApprovalRow.status, DECIDING),
        )
        .exists()
    )
