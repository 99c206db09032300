"""The history of incidents: what was said of each and when, so that figures of past months stay as they were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage.tables.incident import IncidentChangeRow


def record_incident_change(
    session: Session, workspace: str, incident_id: int, by: str, at: datetime, detail: Mapping[str, Any]
) -> None:
    """Adds a line: each fact that changed with what it was and is. Of a link it is kept only that there is one."""
    line = IncidentChangeRow(workspace=workspace, incident_id=incident_id, by=by, at=at, detail=dict(detail))
    session.add(line)
