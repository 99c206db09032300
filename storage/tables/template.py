"""The table of templates: standard items of a severity or a service."""

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base


class TemplateRow(Base):
    """Standard items under a name; severity and service are "" where they are for any."""

    __tablename__ = "templates"

    workspace: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    name_key: Mapped[str] = mapped_column(String(200), primary_key=True)  # casefolded, as with teams
    name: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(String(32))
    service: Mapped[str] = mapped_column(Text)
    items: Mapped[list[str]] = mapped_column(JSON)
