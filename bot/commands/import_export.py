"""`actionitem import` and `actionitem export`. What they do is in `import_file.py` and `export.py`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.command import TeamName, Workspace, opened, plainly, print_text, scoped
from bot.domain.item import is_link
from bot.domain.lifecycle import State
from bot.domain.porting.trackers.kinds import Kind
from bot.domain.porting.trackers.plan import DUE_DAYS, ExportOptions
from bot.domain.porting.writing import Format


class DoneIs(StrEnum):
    """What is done in a tracker, here."""

    CLOSED = "closed"
    IMPLEMENTED = "implemented"


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Items as .csv or .jsonl: docs/import.md.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Checks everything and stores nothing.")] = False,
    kind: Annotated[Kind | None, typer.Option("--from", help="FILE is what that tracker exports.")] = None,
    team: Annotated[
        str | None, typer.Option("--team", metavar="NAME", help="With --from: whose items they are.")
    ] = None,
    maps: Annotated[
        list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help="With --from: takes a column as a field.")
    ] = None,
    states: Annotated[
        list[str] | None, typer.Option("--state", metavar="STATUS=STATE", help="With --from: what a status is here.")
    ] = None,
    done: Annotated[
        DoneIs | None, typer.Option("--done", help="With --from: what is done there; default: closed.")
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="With --from: the tracker's address, for links.")
    ] = None,
    due_days: Annotated[
        int | None,
        typer.Option("--due-days", min=1, max=3650, help="With --from: due so long after creation, if not said."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Stores items from elsewhere: all of them, or none and every bad row with its line and reason.

    Example: actionitem import backlog.csv --dry-run

    Example: actionitem import jira.csv --from jira --team Payments --dry-run
    """
    of_trackers = (team, maps, states, done, url, due_days)
    if kind is None and any(each is not None for each in of_trackers):
        raise typer.BadParameter("--team, --map, --state, --done, --url and --due-days are for --from.")
    if kind is not None and not team:
        raise typer.BadParameter("--from needs --team NAME: whose items they are.")
    if url is not None and not is_link(url):
        raise typer.BadParameter(f"--url: “{url}” is no address. It begins with https://")
    for said in (*(maps or ()), *(states or ())):
        if not all(part.strip() for part in said.rpartition("=")):
            raise typer.BadParameter(f"“{said}”: write two names with a = between them.")
    wanted = ExportOptions(
        team or "", tuple(maps or ()), tuple(states or ()), State(done.value) if done else State.CLOSED,
        url or "", due_days or DUE_DAYS,
    )  # fmt: skip
    with plainly():
        _import(file, kind, wanted, workspace, dry_run=dry_run)


def _import(file: Path, kind: Kind | None, wanted: ExportOptions, given: str | None, *, dry_run: bool) -> None:
    from bot.commands.import_file import import_file  # noqa: PLC0415
    from bot.commands.import_tracker import import_prepared, prepare  # noqa: PLC0415

    with opened() as product:
        workspace = scoped(product, given)
        if kind is None:
            done = import_file(product, workspace, file, dry_run=dry_run, progress=_progress)
        else:
            prepared = prepare(product, workspace, file, kind, wanted, _progress)
            # Said before it is stored: what is refused then is understood by it.
            for line in prepared.preview if dry_run else ():
                print_text(line)
            for line in prepared.notes:
                typer.echo(line, err=True)
            done = import_prepared(product, workspace, prepared, dry_run=dry_run, progress=_progress)
    for said in (*done.notes, done.summary(dry_run=dry_run)):
        typer.echo(said, err=True)


def export(
    team: TeamName = None,
    form: Annotated[Format, typer.Option("--format", help="CSV and JSON Lines can be imported again.")] = Format.CSV,
    excel: Annotated[bool, typer.Option("--excel", help="CSV with the mark by which Excel knows UTF-8.")] = False,
    workspace: Workspace = None,
) -> None:
    """Prints items, private ones too.

    Example: actionitem export --team Payments --format csv > payments.csv
    """
    with plainly():
        from bot.commands.export import EVERYTHING, exported  # noqa: PLC0415

        with opened() as product:
            texts = exported(product, scoped(product, workspace), team, form, excel=excel)
            # Only then, for who is refused reads the one line that says why.
            typer.echo(EVERYTHING, err=True)
            for text in texts:
                # As bytes: the file is UTF-8 whatever the terminal's encoding is, and its line ends are its own.
                print_text(text.encode(), newline=False)


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where somebody watches."""
    with typer.progressbar(length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update
