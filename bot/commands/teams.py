"""`actionitem team`: who a team is, where it reads, and by which rules it lives. `team.py` does it."""

from enum import StrEnum
from typing import Annotated

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, scoped

team_app = typer.Typer(help="Teams.\n\nExample: actionitem team list", no_args_is_help=True)
MEMBER = (
    "Who may act on all of the team's items, not only on their own; the lead is one anyway. Once for each person. "
    "Those given replace those before."
)


class YesNo(StrEnum):
    """An answer."""

    YES = "yes"
    NO = "no"


class Every(StrEnum):
    """How often leadership reads a summary."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


@team_app.command("set")
def team_set(  # noqa: PLR0917 – Typer turns each parameter into an option
    name: Annotated[str, typer.Argument(metavar="NAME")],
    channel: Annotated[str | None, typer.Option(metavar="C…", help="Where it reads its digest and its report.")] = None,
    lead: Annotated[
        str | None, typer.Option(metavar="U…", help="Who leads it: decides, approves, and hears what is late.")
    ] = None,
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="For example Europe/Berlin.")] = None,
    holidays: Annotated[str | None, typer.Option(metavar="CODE", help="A country, or with region: DE-BY.")] = None,
    digest: Annotated[str | None, typer.Option(metavar="TIME", help='For example "mon 09:00".')] = None,
    member: Annotated[list[str] | None, typer.Option(metavar="U…", help=MEMBER)] = None,
    quota: Annotated[int | None, typer.Option(metavar="N", help="Items per incident, 3 to 5.")] = None,
    capacity: Annotated[int | None, typer.Option(metavar="PERCENT", help="Time reserved for this work.")] = None,
    leadership_channel: Annotated[str | None, typer.Option(metavar="C…", help="Where leadership reads.")] = None,
    strict_coach: Annotated[
        bool | None, typer.Option("--strict-coach/--lenient-coach", help="Whether the coach's findings may be kept.")
    ] = None,
    reaction: Annotated[
        str | None, typer.Option(help="The emoji that makes an idea of a message, e.g. :pushpin:; '' for none.")
    ] = None,
    leadership_every: Annotated[
        Every | None, typer.Option("--leadership-summary", help="How often leadership reads a summary.")
    ] = None,
    outsiders_read: Annotated[
        YesNo | None,
        typer.Option(help="Whether its own channel names items that guests and other companies there cannot list."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="LANGUAGE", help="What the bot writes in its channel: en or de.")
    ] = None,
    tracker: Annotated[
        str | None, typer.Option(metavar="NAME", help="The connection in which its tickets are made; '' for none.")
    ] = None,
    auto_ticket: Annotated[
        bool | None, typer.Option("--auto-ticket/--no-auto-ticket", help="A ticket for every new public item.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Creates a team, or changes what is given of one.

    Example: actionitem team set Payments --channel C012AB --lead U034CD --timezone Europe/Berlin --digest "mon 09:00"
    """
    with plainly():
        from bot.commands.team import missing_from, set_team  # noqa: PLC0415
        from bot.services.team_settings import TeamChange  # noqa: PLC0415

        change = TeamChange(
            channel, lead, timezone, holidays, digest, tuple(member) if member else None, quota, capacity,
            leadership_channel, strict_coach, reaction, leadership_every.value if leadership_every else None,
            None if outsiders_read is None else outsiders_read is YesNo.YES, language, tracker, auto_ticket,
        )  # fmt: skip
        with opened() as product:
            scope = scoped(product, workspace)
            team = set_team(product, scope, name, change)
            typer.echo(
                f"{team.name}: digest {team.digest} {team.timezone} in {team.channel}, lead {team.lead}.", err=True
            )
            for missing in missing_from(product, scope, team):
                typer.echo(f"The app is not in {missing} yet, so it can post nothing there. Invite it.", err=True)


@team_app.command("list")
def team_list(workspace: Workspace = None) -> None:
    """Prints every team as a JSON line.

    Example: actionitem team list
    """
    with plainly():
        from bot.commands.team import teams_as_json  # noqa: PLC0415

        with opened() as product:
            for team in teams_as_json(product, scoped(product, workspace)):
                print_line(team)
