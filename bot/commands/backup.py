"""`actionitem backup`, `restore` and `held`: the whole database as a file, back, and what is then sent when asked."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.command import configured, fail, plainly, print_line

if TYPE_CHECKING:
    from storage.engine import Database
    from storage.held import HeldDelivery

RUNNING_S = 60
"""A process that gave a sign of life within this many seconds is taken to run."""
PG_DUMP = (
    "PostgreSQL makes its own backups, also while the bot runs. Run: pg_dump --format=custom --file={file} {address}"
)
PG_RESTORE = (
    "PostgreSQL restores by itself. Stop the bot and run: pg_restore --no-owner --exit-on-error --dbname={address} "
    "{file} (into an empty database), then: actionitem restore --was-restored"
)
NOT_EMPTY = "{place} is not empty, and is left as it is. Move it away, or set DATABASE_URL to a new file."
RUNS = "The bot runs on {place}. Stop it, then restore."
HELD = (
    "{count} deliveries had waited for longer and may have been sent since. They are held: `actionitem held list` "
    "shows them, `actionitem held release --all` sends them, `actionitem held drop --all` forgets them."
)
PASSED = "Not said, because they may have been said since: {names}. `actionitem ritual NAME` says one now."
TEXT_SHOWN = 80

held_app = typer.Typer(
    help="What a restored database does not send without being asked.\n\nExample: actionitem held list",
    no_args_is_help=True,
)


def _length(text: str) -> timedelta:
    from bot.domain.restored import parse_length  # noqa: PLC0415

    found = parse_length(text)
    if found is None:
        raise typer.BadParameter(f"“{text}” is no length of time. Write it like 30m, 2h or 1d.")
    return found


def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that is not there yet.")]) -> None:
    """Writes the whole database to FILE as of one moment, while the bot runs (SQLite).

    On PostgreSQL it says which pg_dump to run.

    Example: actionitem backup actionitem-2026-12-07.db
    """
    with plainly(), _refusals():
        from storage.backup import back_up  # noqa: PLC0415

        database = _opened()
        if not database.is_sqlite:
            fail(PG_DUMP.format(file=shlex.quote(str(file)), address=shlex.quote(database.address)))
        written = back_up(Path(database.place), file, _now())
        typer.echo(f"{database.place} as of now is in {file.absolute()} ({written:,} bytes).", err=True)


def restore(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="What `actionitem backup` has written.")] = None,
    *,
    hold_older_than: Annotated[
        timedelta | None,
        typer.Option(
            metavar="TIME",
            parser=_length,
            help="What had waited for longer (30m, 2h, 1d; default 1h) is held, and sent only when you say so.",
        ),
    ] = None,
    was_restored: Annotated[
        bool, typer.Option("--was-restored", help="PostgreSQL: the database has just been restored by pg_restore.")
    ] = False,
) -> None:
    """Puts a backup in place of an empty database, which it brings to the newest schema. The bot must not run.

    What may have been sent since the backup is not sent again: old deliveries are held, the rituals that were due until
    now are passed over. Both are said.

    Example: actionitem restore actionitem-2026-12-07.db --hold-older-than 2h
    """
    if (file is None) != was_restored:
        raise typer.BadParameter("give FILE, or --was-restored")
    with plainly(), _refusals():
        database, older = _opened(), timedelta(hours=1) if hold_older_than is None else hold_older_than
        if file is None:
            _settle(database, _now(), older)
        elif database.is_sqlite:
            _restore_file(database, file, older)
        else:
            fail(PG_RESTORE.format(file=shlex.quote(str(file)), address=shlex.quote(database.address)))


def _restore_file(database: "Database", file: Path, older: timedelta) -> None:
    from storage.backup import is_empty, read_stamp, restoring  # noqa: PLC0415
    from storage.engine import Database  # noqa: PLC0415
    from storage.migrate import HEAD  # noqa: PLC0415

    target, now = Path(database.place), _now()
    stamp = read_stamp(file)
    if not is_empty(target):
        fail(NOT_EMPTY.format(place=target))
    if _runs(database, now):
        fail(RUNS.format(place=target))
    database.close()
    with restoring(file, target) as copy:
        copied = Database(f"sqlite:///{copy}")
        try:
            said = _settled(copied, now, older, is_old=stamp.made_at < now - older)
        finally:
            copied.close()
    schema = f"schema {HEAD}" if stamp.revision == HEAD else f"schema {stamp.revision}, brought to {HEAD}"
    made = stamp.made_at.strftime("%Y-%m-%d %H:%M UTC")
    typer.echo(f"{target} is restored as of {made} ({schema}).", err=True)
    _say(said)


def _settle(database: "Database", now: datetime, older: timedelta) -> None:
    if _runs(database, now):
        fail(RUNS.format(place=database.place))
    said = _settled(database, now, older, is_old=True)
    typer.echo(f"{database.place} is ready for `actionitem serve`.", err=True)
    _say(said)


def _settled(database: "Database", now: datetime, older: timedelta, *, is_old: bool) -> tuple[int, list[str]]:
    """Brings it to the newest schema, holds and passes over; how many deliveries, and which rituals."""
    from scheduler.delivery.dbos_queue import ensure_dbos_schema  # noqa: PLC0415
    from scheduler.restored import pass_over_what_was_due  # noqa: PLC0415
    from storage.held import doubt_reminders, hold_undelivered, leave_numbers_free  # noqa: PLC0415
    from storage.migrate import migrate  # noqa: PLC0415
    from storage.queued import QueueContent  # noqa: PLC0415

    migrate(database)
    ensure_dbos_schema(database)
    with database.begin() as session:
        held = hold_undelivered(session, QueueContent(database), older_than=now - older, now=now)
        doubt_reminders(session)
        if is_old:
            leave_numbers_free(session)
        return held, pass_over_what_was_due(session, now)


def _say(said: tuple[int, list[str]]) -> None:
    held, passed = said
    if held:
        typer.echo(HELD.format(count=held), err=True)
    if passed:
        typer.echo(PASSED.format(names=", ".join(passed)), err=True)


@held_app.command("list")
def held_list() -> None:
    """Prints what is held, a JSON line each.

    Example: actionitem held list
    """
    with plainly(), _held_deliveries(None) as (_, held):
        for each in held:
            print_line(_as_json(each))


Ids = Annotated[list[int] | None, typer.Argument(metavar="ID…", help="As `held list` prints them.")]
All = Annotated[bool, typer.Option("--all", help="Everything that is held.")]


@held_app.command("release")
def held_release(ids: Ids = None, *, every: All = False) -> None:
    """Sends what was held. What stands in Slack already is found there and not sent again.

    Example: actionitem held release --all
    """
    from storage.held import release  # noqa: PLC0415

    with plainly(), _held_deliveries(_chosen(ids, every=every)) as (database, held):
        with database.begin() as session:
            release(session, held)
        typer.echo(f"{len(held)} deliveries go out with the next look of `actionitem serve`.", err=True)


@held_app.command("drop")
def held_drop(ids: Ids = None, *, every: All = False) -> None:
    """Forgets what was held: it is never sent.

    Example: actionitem held drop 3 4
    """
    from storage.held import drop  # noqa: PLC0415

    with plainly(), _held_deliveries(_chosen(ids, every=every)) as (database, held):
        with database.begin() as session:
            drop(session, held)
        typer.echo(f"{len(held)} deliveries are forgotten.", err=True)


def _chosen(ids: list[int] | None, *, every: bool) -> list[int] | None:
    if bool(ids) == every:
        raise typer.BadParameter("give the IDs, or --all")
    return ids or None


@contextmanager
def _held_deliveries(ids: list[int] | None) -> Iterator[tuple["Database", "list[HeldDelivery]"]]:
    from storage.held import list_held_deliveries  # noqa: PLC0415
    from storage.migrate import check_schema  # noqa: PLC0415

    database = _opened()
    if not database.is_there:
        fail(f"There is no database at {database.place}.")
    check_schema(database)
    with database.read() as session:
        found = list_held_deliveries(session, ids)
    if missing := sorted(set(ids or ()) - {each.id for each in found}):
        fail(f"Not held: {', '.join(map(str, missing))}. `actionitem held list` shows what is.")
    try:
        yield database, found
    finally:
        database.close()


def _as_json(held: "HeldDelivery") -> dict[str, object]:
    texts = [text for message in held.messages if (text := getattr(message, "text", ""))]
    return {
        "id": held.id,
        "workspace": held.workspace,
        "to": sorted({message.to for message in held.messages}),
        "queued_at": held.queued_at.isoformat(timespec="seconds"),
        "messages": [message.key for message in held.messages],
        "text": texts[0][:TEXT_SHOWN] if texts else "",
    }


@contextmanager
def _refusals() -> Iterator[None]:
    from storage.backup import BackupRefused  # noqa: PLC0415

    try:
        yield
    except BackupRefused as error:
        fail(str(error))


def _opened() -> "Database":
    from storage.engine import Database  # noqa: PLC0415

    return Database(configured().database)


def _now() -> datetime:
    from bot.clock import system_clock  # noqa: PLC0415

    return system_clock()


def _runs(database: "Database", now: datetime) -> bool:
    """Whether a process delivers on that database."""
    from storage.delivery_workers import list_workers  # noqa: PLC0415
    from storage.migrate import revision  # noqa: PLC0415

    if not database.is_there or not revision(database):
        return False
    with database.read() as session:
        return any(now - worker.beat_at < timedelta(seconds=RUNNING_S) for worker in list_workers(session))
