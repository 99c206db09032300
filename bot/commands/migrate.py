"""`actionitem migrate --check`: what migrating would do, and whether the version before may go on meanwhile."""

import typer

from bot.commands.command import fail, print_text
from bot.settings import Settings
from storage.engine import Database
from storage.migrate import Step, newest_or_older, steps_after

BESIDE = "the version before may run on beside it"
ALONE = "stop the version before first"


def check_migrations(settings: Settings) -> None:
    """A line for each migration that is missing. Creates nothing; ends with 1 when something is missing."""
    database = Database(settings.database)
    try:
        # Asked first: opening SQLite's file would create it.
        found = newest_or_older(database) if database.is_there else ""
    finally:
        database.close()
    missing = steps_after(found)
    if not missing:
        typer.echo(f"{database.place} is at {found}: nothing to do.", err=True)
        return
    for step in missing:
        # A new database has no version before.
        print_text(f"{step.revision}: {step.what}{f' ({_beside(step)})' if found else ''}")
    alone = [step.revision for step in missing if not step.old_code_runs_beside]
    how = f"Stop every process first, because of {', '.join(alone)}." if found and alone else ""
    fail(f"{database.place} is {f'at {found}' if found else 'new'}. {how}".rstrip() + " Run: actionitem migrate")


def _beside(step: Step) -> str:
    return BESIDE if step.old_code_runs_beside else ALONE
