"""The commands. Each reads the settings once, does one thing, and ends with 0, 1 (refused or failed) or 2 (usage).

Data goes to standard output, everything else to standard error. Slow imports stay inside the commands.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from bot.commands import backup, erase, import_export, mcp, policy, report, teams, template, token, tracker, webhook
from bot.commands.command import (
    At,
    TeamName,
    TextArguments,
    Workspace,
    configured,
    fail,
    in_words,
    opened,
    plainly,
    print_line,
    print_text,
    scoped,
)
from bot.commands.cycles import begin_starting, end_starting
from bot.commands.unused import import_structlog
from bot.commands.version import VERSION

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    name="actionitem",
    cls=TextArguments,
    help="A Slack bot that makes post-mortem action items actually get done.\n\nExample: actionitem demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        print_text(f"actionitem {VERSION}")
        raise typer.Exit


@app.callback()
def _of_all_commands(
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Says which version this is.")
    ] = False,
) -> None:
    pass  # Typer wants a function where the options of the program itself stand


app.add_typer(teams.team_app, name="team")
app.command("import")(import_export.import_)
app.command("export")(import_export.export)
app.command("report")(report.report)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("erase")(erase.erase)
app.command("about")(erase.about)
app.command("mcp")(mcp.mcp)
app.add_typer(backup.held_app, name="held")
app.add_typer(report.thresholds_app, name="thresholds")
app.add_typer(policy.policy_app, name="policy")
app.add_typer(template.template_app, name="template")
app.add_typer(token.token_app, name="token")
app.add_typer(tracker.tracker_app, name="tracker")
app.add_typer(webhook.webhook_app, name="webhook")

DELIVERY_TIMEOUT_S = 120


def main() -> None:
    """Runs a command; every expected failure is one line on standard error and exit code 1."""
    app()


@app.command()
def serve(
    processes: Annotated[
        int, typer.Option(min=1, max=10, metavar="N", help="So many processes on one port; needs PostgreSQL.")
    ] = 1,
    listening_on: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Runs the bot: Socket Mode when SLACK_APP_TOKEN is set, HTTP otherwise.

    Example: actionitem serve --processes 2
    """
    begin_starting()
    import_structlog()
    with plainly():
        from bot.commands.serve import check_settings  # noqa: PLC0415

        settings = configured()
        check_settings(settings)
        if processes > 1:
            raise typer.Exit(_serve_with(settings, processes))
        from socket import socket  # noqa: PLC0415

        from bot.app import open_product  # noqa: PLC0415
        from bot.commands.serve import serve  # noqa: PLC0415

        opened = None
        if listening_on is not None:
            from bot.commands.processes import end_with_parent  # noqa: PLC0415

            # From the parent of several processes, which holds the port for all of them.
            opened = socket(fileno=listening_on)
            end_with_parent()
        serve(open_product(settings), lambda _url: end_starting(), opened)


def _serve_with(settings: "Settings", count: int) -> int:
    from bot.commands.processes import refuse_sqlite, run_processes  # noqa: PLC0415
    from bot.commands.serve import listening_on  # noqa: PLC0415

    refuse_sqlite(settings.database)
    end_starting()  # this process only watches the others
    with listening_on(settings.host, settings.port) as port:
        return run_processes(port, count)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the workspace in the browser.")] = 8000,
    empty: Annotated[bool, typer.Option("--empty", help="Without sample teams, incidents and items.")] = False,
) -> None:
    """Runs a local Slack workspace in the browser, with the bot and sample data. Nothing leaves this machine.

    Example: actionitem demo --port 8000
    """
    with plainly():
        from bot.commands.demo import run_demo  # noqa: PLC0415

        run_demo(port=port, empty=empty)


@app.command()
def migrate(
    check: Annotated[
        bool,
        typer.Option("--check", help="Only says what it would do; ends with 1 if that is something."),
    ] = False,
) -> None:
    """Brings the database to the newest schema. Safe to run again.

    Example: actionitem migrate --check
    """
    with plainly():
        if check:
            from bot.commands.migrate import check_migrations  # noqa: PLC0415

            check_migrations(configured())
            return
        from scheduler.delivery.dbos_queue import ensure_dbos_schema  # noqa: PLC0415
        from storage.engine import Database  # noqa: PLC0415
        from storage.migrate import HEAD, migrate  # noqa: PLC0415

        database = Database(configured().database)
        before = migrate(database)
        ensure_dbos_schema(database)
        typer.echo(f"Already at {HEAD}." if before == HEAD else f"From {before or 'nothing'} to {HEAD}.", err=True)


@app.command()
def check() -> None:
    """Says of settings, database, token, scopes, manifest and clock: ok, or what to do. A line each.

    Example: actionitem check
    """
    from bot.commands.check import checks  # noqa: PLC0415

    bad = 0
    for name, verdict in checks():
        print_text(f"{name}: {verdict}")
        bad += verdict != "ok" and not verdict.startswith("ok ")
    # After all lines, and not at the first: whoever sets it up mends everything in one go.
    if bad:
        lines = "1 line says" if bad == 1 else f"{bad} lines say"
        fail(f"Not all is well: {lines} what to do.")


@app.command()
def tick(at: At = None, workspace: Workspace = None) -> None:
    """Does everything that is due at TIME, waits until it is delivered, prints a JSON line per ritual run.

    Example: actionitem tick --at 2026-12-07T09:00+01:00
    """
    with plainly():
        from bot.commands.tick import tick_at  # noqa: PLC0415

        with opened() as product:
            scope = scoped(product, workspace)
            for run in tick_at(product, scope, at or product.deps.clock(), DELIVERY_TIMEOUT_S):
                print_line(run.as_json())


class NamingRituals(TyperCommand):
    """A command whose help names the rituals; the registry is slow to import, and other commands' help needs it not."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 – Typer's own types are not public
        """Every ritual, when it comes, and who hears it."""
        from scheduler.rituals.registry import RITUALS  # noqa: PLC0415

        with formatter.section("Rituals"):
            formatter.write_dl([(each.name, f"{each.when}: {each.to}") for each in RITUALS.values()])


@app.command(cls=NamingRituals)
def ritual(
    name: Annotated[str, typer.Argument(metavar="NAME", help="One of the rituals below.")],
    team: TeamName = None,
    at: At = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Prints the messages as JSON and sends nothing.")] = False,
    workspace: Workspace = None,
) -> None:
    """Runs one ritual now, for one team or all of them.

    Example: actionitem ritual weekly-digest --team Payments --dry-run
    """
    with plainly():
        from bot.commands.tick import dry_run_ritual, run_ritual  # noqa: PLC0415

        with opened() as product:
            now, scope = at or product.deps.clock(), scoped(product, workspace)
            if dry_run:
                print_text(json.dumps(dry_run_ritual(product, scope, name, team, now), ensure_ascii=False, indent=2))
                return
            for run in run_ritual(product, scope, name, team, now, DELIVERY_TIMEOUT_S):
                print_line(run.as_json())


@app.command()
def coach(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The wording of an item.")] = None,
    jsonl: Annotated[Path | None, typer.Option(help="A file with a JSON object {id, text} on each line.")] = None,
) -> None:
    """Says what would make the wording of an item better, as JSON lines.

    Example: actionitem coach "Improve monitoring"
    """
    # Before the coach is imported, which a wrong call need not wait for.
    if (text is None) == (jsonl is None):
        raise typer.BadParameter("give TEXT, or --jsonl FILE")
    from bot.commands.coach import BadLine, coach_lines, coach_text  # noqa: PLC0415

    if jsonl is None:
        print_line(coach_text(str(text)))
        return
    try:
        with jsonl.open(encoding="utf-8-sig") as lines:
            for found in coach_lines(lines):
                print_line(found)
    except BadLine as error:
        fail(str(error))
    except OSError as error:
        fail(in_words(error))
    except UnicodeDecodeError:
        fail(f"{jsonl}: it is not text in UTF-8.")
