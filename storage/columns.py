"""Statements that ask for columns and not for objects, or write rows, run beside the ORM, which takes two or three
times as long."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import CursorResult, Executable, Label, Row
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

from storage.tables.base import Base

Columns = TypeVarTuple("Columns")


def fetch(
    session: Session, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None = None
) -> CursorResult[*Columns]:
    """What *statement* finds within the session's transaction; its rows have the names of the columns."""
    # What was done to objects of this session must be found, as it is by `session.execute`.
    session.flush()
    return session.connection().execute(statement, parameters)


def fetch_all(
    session: Session, statement: TypedReturnsRows[*Columns], parameters: Mapping[str, Any] | None = None
) -> Sequence[Row[*Columns]]:
    """As `fetch`, all of it at once: to go through what it returns asks for every row by itself."""
    return fetch(session, statement, parameters).all()


def run(
    session: Session, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> CursorResult[Any]:
    """What *statement* gives back, which inserts or updates, within the session's transaction; no object of the session
    learns of it."""
    session.flush()  # as above
    return session.connection().execute(statement, parameters)


def columns_of(row: type[Base]) -> list[Label[Any]]:
    """Every column of the table by the name of its attribute, so that what is fetched reads as an object would."""
    return [getattr(row, name).label(name) for name in row.__mapper__.columns.keys()]  # noqa: SIM118 – no mapping
