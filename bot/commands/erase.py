"""`actionitem erase` and `actionitem about`: a person replaced everywhere, and all that is kept about one."""

from collections import Counter
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.command import Workspace, fail, opened, plainly, print_line, scoped

if TYPE_CHECKING:
    from bot.app import Product
    from bot.domain.erase import Traces

User = Annotated[list[str], typer.Option("--user", metavar="U…", help="Whose id it is; once for each person.")]
Also = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT", help="What texts call them beside name, handle and address, for example a first name."
    ),
]
NOTHING = "Nothing about {user} is kept here."
NO_ID = "“{user}” is not a person's id. It begins with U: copy it from their profile."
ERASED = "{user} is now {becomes}: {places}."
WOULD = "{user} would be replaced: {places}. Nothing was changed."
LEADS = "{teams} was led by them. Name another lead: actionitem team set NAME --lead U…"
ALONE = "Texts may also call them {names}, which may be somebody else too, and stays. To replace it: --also {first}"
STAYS = "What was sent to Slack, older backups and logs are not reached: docs/privacy.md says what to do there."


def erase(
    user: User,
    also: Also = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Says what would be replaced, and changes nothing.")
    ] = False,
    workspace: Workspace = None,
) -> None:
    """Replaces a person's name, address and id everywhere, in the history too. Figures stay. It cannot be undone.

    Prints a JSON line for each person: who they are from now on, and how many rows were changed, by table.

    Example: actionitem erase --user U034CD --also Sam
    """
    with plainly(), opened() as product:
        scope = scoped(product, workspace)
        for one in user:
            _erase(product, scope, one, also or [], dry_run=dry_run)
        if not dry_run:
            product.db.empty_log()
            typer.echo(STAYS, err=True)


def about(user: User, also: Also = None, workspace: Workspace = None) -> None:
    """Prints everything that is kept about a person, a JSON line for each row that names them.

    Example: actionitem about --user U034CD
    """
    from storage.erase import find_traces  # noqa: PLC0415 – slow

    with plainly(), opened() as product:
        scope = scoped(product, workspace)
        for one in user:
            traces = _traces(product, scope, one, also or [])
            with product.db.read() as session:
                found = 0
                for table, row in find_traces(session, scope, traces):
                    print_line(
                        {"user": one, "table": table, "row": {name: _plain(value) for name, value in row.items()}}
                    )
                    found += 1
            if not found:
                fail(NOTHING.format(user=one))


def _erase(product: "Product", workspace: str, user: str, also: list[str], *, dry_run: bool) -> None:
    from storage.erase import erase, teams_led_by  # noqa: PLC0415 – slow
    from storage.queued import QueueContent  # noqa: PLC0415

    traces = _traces(product, workspace, user, also)
    with product.db.begin() as session:
        teams = teams_led_by(session, workspace, user)
        done = erase(session, QueueContent(product.db), workspace, traces)
        if dry_run:
            session.rollback()
    if not done:
        fail(NOTHING.format(user=user))
    print_line({"becomes": traces.becomes, "changed": dict(sorted(done.items())), "done": not dry_run})
    said = WOULD if dry_run else ERASED
    typer.echo(said.format(user=user, becomes=traces.becomes, places=_places(done)), err=True)
    if teams:
        typer.echo(LEADS.format(teams=", ".join(teams)), err=True)
    if parts := _parts(traces, also):
        typer.echo(ALONE.format(names=" or ".join(f"“{part}”" for part in parts), first=parts[0]), err=True)


def _traces(product: "Product", workspace: str, user: str, also: list[str]) -> "Traces":
    """What they are called, as the database and Slack know it; Slack may know them no more."""
    from bot.domain.erase import ERASED as ID  # noqa: PLC0415
    from bot.domain.erase import Traces, is_erased  # noqa: PLC0415
    from bot.domain.slack_ids import USER_ID  # noqa: PLC0415
    from storage.people import find_person  # noqa: PLC0415

    if not USER_ID.fullmatch(user) or is_erased(user):
        fail(NO_ID.format(user=user))
    with product.db.read() as session:
        known = find_person(session, workspace, user)
    said = _at_slack(product, workspace, user)
    profile = said.get("profile") or {}
    names = (known.name if known else "", said.get("real_name"), profile.get("display_name"), profile.get("real_name"))
    return Traces(
        user,
        # By chance and not made of the id, which could be tried out.
        f"{ID}{token_hex(4).upper()}",
        names={name for name in (*names, *also) if name and name != user},
        handles={handle for handle in (said.get("name"),) if handle},
        addresses={address for address in (profile.get("email"),) if address},
    )


def _at_slack(product: "Product", workspace: str, user: str) -> dict[str, Any]:
    from slack_sdk.errors import SlackClientError  # noqa: PLC0415

    from bot.domain.errors import Refused  # noqa: PLC0415

    with suppress(SlackClientError, OSError, Refused, LookupError):
        found: dict[str, Any] = product.deps.client_for(workspace).users_info(user=user)["user"]
        return found
    return {}


def _parts(traces: "Traces", also: list[str]) -> list[str]:
    """The parts of their names, by which texts may call them, that were not asked for."""
    parts = [part for name in traces.names for part in name.split() if " " in name and len(part) > 1]
    return [part for part in dict.fromkeys(sorted(parts)) if part not in also]


def _places(done: Counter[str]) -> str:
    return ", ".join(f"{count:,} in {table}" for table, count in sorted(done.items()))


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool | dict | list) else str(value)
