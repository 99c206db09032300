"""`actionitem import` and `actionitem export`. What they do is in `import_file.py` and `export.py`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.command import TeamName, Workspace, opened, plainly, print_text, scoped
from bot.domain.porting.writing import Format


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Items as .csv or .jsonl: docs/import.md.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Checks everything and stores nothing.")] = False,
    workspace: Workspace = None,
) -> None:
    """Stores items from elsewhere: all of them, or none and every bad row with its line and reason.

    Example: actionitem import backlog.csv --dry-run
    """
    with plainly():
        from bot.commands.import_file import import_file  # noqa: PLC0415

        with opened() as product:
            done = import_file(product, scoped(product, workspace), file, dry_run=dry_run, progress=_progress)
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
            typer.echo(EVERYTHING, err=True)
            for text in exported(product, scoped(product, workspace), team, form, excel=excel):
                # As bytes: the file is UTF-8 whatever the terminal's encoding is, and its line ends are its own.
                print_text(text.encode(), newline=False)


@contextmanager
def _progress(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, where somebody watches."""
    with typer.progressbar(length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update
