"""Statements that ask for columns and not for objects, run beside the ORM, which takes two or three times as long."""

from collections.abc import Mapping
from typing import Any, TypeVarTuple

from sqlalchemy import CursorResult, Select
from sqlalchemy.orm import Session

Columns = TypeVarTuple("Columns")


def fetch(
    session: Session, statement: Select[*Columns], parameters: Mapping[str, Any] | None = None
) -> CursorResult[*Columns]:
    """What *statement* finds within the session's transaction; a class of a table stands for its columns."""
    # What was done to objects of this session must be found, as it is by `session.execute`.
    session.flush()
    return session.connection().execute(statement, parameters)
