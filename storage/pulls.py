"""Pull requests that name items, and deployments."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.proposal import WAITING
from bot.domain.pulls import Deployment, NamedItem, PullStage
from bot.domain.tracker import Connection
from storage.once import insert_once, write_latest
from storage.tables.item import ItemRow
from storage.tables.tracker import DeploymentRow, PullRow

KEPT = timedelta(days=90)
"""So long a deployment is waited for, and one is kept."""


def list_named(session: Session, tracker_id: int, ref: str) -> dict[int, NamedItem]:
    """What is on record of that pull request, by the items that it names or has named."""
    query = select(PullRow).where(PullRow.tracker_id == tracker_id, PullRow.ref == ref)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.item_number: _named(row) for row in rows}


def list_naming(session: Session, workspace: str, number: int) -> list[NamedItem]:
    """The pull requests that name the item, the newest first."""
    here = (PullRow.workspace == workspace, PullRow.item_number == number, PullRow.stage != PullStage.UNNAMED.value)
    rows = session.scalars(select(PullRow).where(*here).order_by(PullRow.as_of.desc(), PullRow.ref))
    return [_named(row) for row in rows]


def list_questions(session: Session, workspace: str, number: int) -> set[str]:
    """The questions that were asked about them."""
    return {named.question for named in list_naming(session, workspace, number)} - {""}


def list_undeployed(session: Session, tracker_id: int, now: datetime) -> list[NamedItem]:
    """What was merged lately and is in no deployment that is known, of items that are not implemented yet."""
    item = (ItemRow.workspace == PullRow.workspace) & (ItemRow.number == PullRow.item_number)
    merged = (PullRow.stage == PullStage.MERGED.value, PullRow.merged_at > now - KEPT, PullRow.deployed_at.is_(None))
    waits = ItemRow.state.in_([state.value for state in WAITING])
    query = select(PullRow).join(ItemRow, item).where(PullRow.tracker_id == tracker_id, waits, *merged)
    return [_named(row) for row in session.scalars(query.order_by(PullRow.item_number, PullRow.ref))]


def write_named(session: Session, named: NamedItem) -> None:
    """As it is now."""
    key = {"tracker_id": named.connection_id, "ref": named.ref, "item_number": named.number}
    values: dict[str, Any] = {
        "workspace": named.workspace, "name": named.name, "url": named.url, "stage": named.stage.value,
        "as_of": named.at, "shas": list(named.shas), "merged_at": named.merged_at, "deployed_at": named.deployed_at,
        "looked_at": named.looked_at, "question": named.question,
    }  # fmt: skip
    write_latest(session, PullRow, key, values)


def record_deployment(session: Session, connection: Connection, made: Deployment, now: datetime) -> bool:
    """Keeps it for a while; whether it is new."""
    session.execute(
        delete(DeploymentRow).where(DeploymentRow.tracker_id == connection.id, DeploymentRow.at < now - KEPT)
    )
    key = {"tracker_id": connection.id, "ref": made.ref}
    values = {"workspace": connection.workspace, "sha": made.sha, "at": made.at}
    return insert_once(session, DeploymentRow, key, values)


def list_deployments(session: Session, tracker_id: int) -> Sequence[Deployment]:
    """Those that are kept, in their order."""
    query = select(DeploymentRow).where(DeploymentRow.tracker_id == tracker_id)
    rows = session.scalars(query.order_by(DeploymentRow.at, DeploymentRow.ref))
    return [Deployment(row.ref, row.sha, row.at) for row in rows]


def _named(row: PullRow) -> NamedItem:
    return NamedItem(
        row.workspace, row.tracker_id, row.ref, row.item_number, row.name, row.url, PullStage(row.stage), row.as_of,
        tuple(row.shas), row.merged_at, row.deployed_at, row.looked_at, row.question,
    )  # fmt: skip
