"""The table of a workspace's own thresholds of measures; what is not in it has its default."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class ThresholdRow(Base):
    """From where on a measure is on target, and from where on a red flag, in one workspace."""

    __tablename__ = "measure_thresholds"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    on_target: Mapped[float]
    red_flag: Mapped[float]
