"""A workspace's own thresholds of measures (R104)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.measures import MeasureKey, OwnThresholds, Thresholds
from storage.once import write_latest
from storage.tables.threshold import ThresholdRow


def list_thresholds(session: Session, workspace: str) -> OwnThresholds:
    """What the workspace has set; a measure that is not there has its default."""
    rows = session.scalars(select(ThresholdRow).where(ThresholdRow.workspace == workspace))
    return {MeasureKey(row.key): Thresholds(row.on_target, row.red_flag) for row in rows}


def record_thresholds(session: Session, workspace: str, key: MeasureKey, given: Thresholds | None) -> None:
    """Sets them for one measure; None: the default again."""
    if given is None:
        of_key = ThresholdRow.workspace == workspace, ThresholdRow.key == key.value
        session.execute(delete(ThresholdRow).where(*of_key))
        return
    facts = {"on_target": given.on_target, "red_flag": given.red_flag}
    write_latest(session, ThresholdRow, {"workspace": workspace, "key": key.value}, facts)
