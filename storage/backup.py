"""A whole SQLite database as one file, while others write to it; and back. PostgreSQL has tools of its own.

A file appears under its name only when it is whole and on the disk; one that is there is never written over.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from storage.engine import OWNER_ALONE
from storage.migrate import HEAD

STAMP = "backup_stamp"
WAIT_S = 120.0
"""For another process that writes at this moment, as everything that nobody waits for."""
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite lays beside its file."""


class BackupRefused(Exception):
    """It cannot be done as asked, and nothing was changed; the message says what to do."""


@dataclass(frozen=True)
class Stamp:
    """Of a backup: when it was made, and at which revision its schema is."""

    made_at: datetime
    revision: str


def back_up(source: Path, target: Path, now: datetime) -> int:
    """Copies the database at *source* to *target* as of one moment; returns its bytes.

    Raises `BackupRefused`, also when *target* is there already.
    """
    if not source.is_file():
        raise BackupRefused(f"There is no database at {source}. Check DATABASE_URL.")
    _refuse_existing(target)
    with _in_words(target), _appearing_at(target) as partial:
        # One step, not page by page: SQLite would begin again with every write of another process, and never end.
        copy(source, partial)
        with closing(sqlite3.connect(partial)) as made:
            # One file without a log beside it, so that it can be moved about and read from a place that is read-only.
            made.execute("PRAGMA journal_mode=DELETE")
            made.execute(f"DROP TABLE IF EXISTS {STAMP}")
            made.execute(f"CREATE TABLE {STAMP} (made_at TEXT NOT NULL)")
            made.execute(f"INSERT INTO {STAMP} VALUES (?)", (now.astimezone(UTC).isoformat(),))  # noqa: S608 – our name
            made.commit()
            _check(made, partial)
        return partial.stat().st_size


def read_stamp(backup: Path) -> Stamp:
    """When the backup was made. Raises `BackupRefused` for a file that is none, or of a newer version.

    A copy made by other means has no stamp: then it is as old as its file.
    """
    if not backup.is_file():
        raise BackupRefused(f"There is no file {backup}.")
    with _in_words(backup), closing(_reading(backup)) as opened:
        tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in tables:
            raise BackupRefused(f"{backup} is no backup of this bot.")
        revision = opened.execute("SELECT version_num FROM alembic_version").fetchone()
        made = opened.execute(f"SELECT made_at FROM {STAMP}").fetchone() if STAMP in tables else None  # noqa: S608
    found = str(revision[0]) if revision else ""
    if found > HEAD:
        raise BackupRefused(f"{backup} is of a newer version (schema {found}, this one has {HEAD}). Install that one.")
    at = datetime.fromisoformat(made[0]) if made else datetime.fromtimestamp(backup.stat().st_mtime, UTC)
    return Stamp(at, found)


@contextmanager
def restoring(backup: Path, target: Path) -> Iterator[Path]:
    """A copy of *backup*, to be prepared within the block, beside *target*; it takes that place at the end.

    Raises `BackupRefused`. When the block raises, *target* is as it was.
    """
    with _in_words(target):
        partial = _partial(target)
        try:
            copy(backup, partial)
            with closing(sqlite3.connect(partial)) as made:
                _check(made, backup)
                made.execute(f"DROP TABLE IF EXISTS {STAMP}")
                made.commit()
            yield partial
            with closing(sqlite3.connect(partial)) as made:
                made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _to_disk(partial)
            for beside in BESIDE:  # of the empty database that was there: its log must not be taken for this one's
                Path(f"{target}{beside}").unlink(missing_ok=True)
            partial.replace(target)
            _to_disk(target.parent)
        finally:
            _remove(partial)


def is_empty(file: Path) -> bool:
    """Whether nothing of anybody's is in that database: no file, no tables, or no workspace."""
    if not file.exists() or file.stat().st_size == 0:
        return True
    with _in_words(file), closing(_reading(file)) as opened:
        found = opened.execute("SELECT count(*) FROM sqlite_master WHERE name = 'workspaces'").fetchone()
        if not found[0]:
            return not opened.execute("SELECT 1 FROM sqlite_master").fetchone()
        return not opened.execute("SELECT 1 FROM workspaces LIMIT 1").fetchone()


def copy(source: Path, target: Path) -> None:
    """Copies the database as of one moment into a new file, readable by its owner alone."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ALONE))
    with closing(_reading(source)) as read, closing(sqlite3.connect(target, timeout=WAIT_S)) as written:
        read.backup(written)


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)


def _check(made: sqlite3.Connection, file: Path) -> None:
    said = made.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise BackupRefused(f"{file} is damaged ({said}).")


def _refuse_existing(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise BackupRefused(f"{target} is there already, and is left as it is. Choose another name.")
    if not target.parent.is_dir():
        raise BackupRefused(f"There is no folder {target.parent.absolute()}.")


@contextmanager
def _appearing_at(target: Path) -> Iterator[Path]:
    """A file to write, which gets its name when it is whole."""
    partial = _partial(target)
    try:
        yield partial
        _to_disk(partial)
        try:
            # Not `rename`, which would write over a file that somebody else has just made.
            os.link(partial, target)
        except FileExistsError:
            _refuse_existing(target)
        except OSError:  # a file system without hard links
            _refuse_existing(target)
            partial.rename(target)
        _to_disk(target.parent)
    finally:
        _remove(partial)


def _partial(target: Path) -> Path:
    # In the same folder: a name can be given to a file within one file system only.
    return target.parent / f".{target.name}.{token_hex(4)}.partial"


def _remove(partial: Path) -> None:
    for each in (partial, *(Path(f"{partial}{beside}") for beside in BESIDE)):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _to_disk(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _in_words(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupRefused(f"{file}: {error}.") from error
