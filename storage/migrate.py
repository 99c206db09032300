"""Brings a database to the newest schema, or says that it is old. Changes nothing else."""

import ast
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import inspect, text

from storage.engine import Database
from storage.patience import MIGRATION_S, waiting_at_most

_REVISIONS = Path(__file__).parent / "migrations" / "versions"
HEAD = max(path.stem.partition("_")[0] for path in _REVISIONS.glob("[0-9]*.py"))
"""The newest revision, read off the names of the files; a test holds it against what they say themselves."""

LOCK = 7_214_001
"""Key of the advisory lock under which two processes on PostgreSQL do not migrate at once."""


BESIDE, STOP = "the old code runs beside it", "Stop the old code"
"""One of these stands at the top of each migration, and a test holds it."""


@dataclass(frozen=True)
class Step:
    """A migration: what it brings, and whether processes of the version before may go on while and after it runs."""

    revision: str
    what: str
    old_code_runs_beside: bool


def steps_after(found: str) -> list[Step]:
    """What `migrate` would do to a database that is at revision *found*; "" for an empty one."""
    files = sorted(_REVISIONS.glob("[0-9]*.py"))
    return [step for file in files if (step := _step(file)).revision > found]


def _step(file: Path) -> Step:
    # Read and not imported: a migration may need what Alembic gives it while it runs.
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    what = said.partition("\n\n")[0].replace("\n", " ")
    return Step(file.stem.partition("_")[0], what, STOP not in said)


class OldSchema(Exception):
    """The database's schema is not the one this version needs."""


class NewerSchema(OldSchema):
    """The database was brought further by a newer version, which this one does not know."""


def migrate(database: Database) -> str:
    """Runs what is missing, each time safe to run again; returns the revision it was at before ("" when new).

    Raises `NewerSchema` and changes nothing when a newer version has been there.
    """
    before = revision(database)
    _refuse_newer(before)
    if before != HEAD:
        _upgrade(database)
    return before


def check_schema(database: Database) -> None:
    """Raises `OldSchema` unless the database is at the newest revision."""
    found = revision(database)
    _refuse_newer(found)
    if found != HEAD:
        at = f"at revision {found}" if found else "empty"
        raise OldSchema(f"The database is {at}; this version needs {HEAD}. Run: actionitem migrate")


def newest_or_older(database: Database) -> str:
    """As `revision`. Raises `NewerSchema` for one that this version does not know."""
    found = revision(database)
    _refuse_newer(found)
    return found


def revision(database: Database) -> str:
    """The revision of the database; "" when it has no tables yet."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _refuse_newer(found: str) -> None:
    # As text: revisions have four digits each, so they sort like numbers.
    if found > HEAD:
        raise NewerSchema(
            f"The database is at revision {found}, which is newer than this version ({HEAD}). "
            "Install the newest version of Action Items."
        )


def _upgrade(database: Database) -> None:
    from alembic import command  # noqa: PLC0415 – a start on a current schema does not need it
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with waiting_at_most(MIGRATION_S), database.engine.begin() as connection:
        # Who waits here finds nothing left to do: Alembic reads the revision on this connection, after the lock.
        if not database.is_sqlite:  # SQLite has one writer anyway
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
