"""`actionitem tracker …`: connections to trackers. Secrets are read from files, never from arguments."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, print_text, scoped
from bot.domain.errors import Refused
from bot.domain.tickets import Stage
from bot.domain.tracker import Connection, TrackerKind, check_name

if TYPE_CHECKING:
    from bot.app import Product

tracker_app = typer.Typer(help="Trackers.\n\nExample: actionitem tracker list", no_args_is_help=True)
File = Annotated[Path | None, typer.Option(metavar="F", help="A file with it; - reads standard input.")]
ConnectionName = Annotated[str, typer.Argument(metavar="NAME", help="How the connection is called, for example main.")]
SECRET_LIMIT = 20_000


@tracker_app.command("connect")
def connect(  # noqa: PLR0917 – Typer turns each parameter into an option
    name: ConnectionName,
    kind: Annotated[TrackerKind, typer.Argument(metavar="|".join(TrackerKind))],
    repository: Annotated[str | None, typer.Option(metavar="OWNER/REPO", help="GitHub: the repository.")] = None,
    app_id: Annotated[int | None, typer.Option(metavar="N", help="GitHub App: its id …")] = None,
    installation_id: Annotated[int | None, typer.Option(metavar="N", help="… and the installation's.")] = None,
    private_key_file: File = None,
    token_file: File = None,
    api_url: Annotated[str | None, typer.Option(metavar="URL", help="GitHub Enterprise Server; Linear.")] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="Jira and GitLab: its address; else gitlab.com.")
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="KEY", help="Jira: KEY. GitLab: GROUP/PROJECT.")] = None,
    issue_type: Annotated[str, typer.Option(metavar="NAME", help="Jira: what is created.")] = "Task",
    email: Annotated[str | None, typer.Option(metavar="E", help="Jira Cloud: whose token it is.")] = None,
    team: Annotated[str | None, typer.Option(metavar="KEY", help="Linear: the team.")] = None,
    webhook_secret_file: File = None,
    status: Annotated[
        list[str] | None,
        typer.Option(metavar="STAGE=NAME", help="Your own name of a stage: in_progress, done or not_planned."),
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Connects a tracker, or changes the connection of that name.

    Example: actionitem tracker connect main github --repository acme/shop --token-file token.txt
    """
    with plainly():
        from bot.services.tracker_clients import keys_of  # noqa: PLC0415
        from storage.trackers import record_tracker  # noqa: PLC0415
        from storage.workspaces import record_workspace  # noqa: PLC0415

        given = {
            "repository": repository, "app_id": app_id, "installation_id": installation_id, "api_url": api_url,
            "url": url, "project": project, "issue_type": issue_type, "email": email, "team": team,
        }  # fmt: skip
        wanted = _wanted(check_name(name), kind, given)
        wanted = replace(wanted, options={**wanted.options, **_stages(status or [])})
        secret = _secret_of(wanted, private_key_file, token_file)
        webhook_secret = _read(webhook_secret_file) if webhook_secret_file else ""
        with opened() as product:
            keys, scope = keys_of(product.settings), scoped(product, workspace)
            sealed, signs = keys.seal(secret), keys.seal(webhook_secret) if webhook_secret else ""
            wanted = replace(wanted, workspace=scope)
            with product.db.begin() as session:
                record_workspace(session, scope)
                made = record_tracker(session, wanted, sealed, signs, product.deps.clock())
            works = _say_check(product, made)
        if not works:
            raise typer.Exit(1)


@tracker_app.command("list")
def list_(workspace: Workspace = None) -> None:
    """Prints every connection as a JSON line, without its secrets.

    Example: actionitem tracker list
    """
    with plainly():
        from storage.trackers import list_trackers  # noqa: PLC0415

        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.read() as session:
                found = list_trackers(session, scope)
            for each in found:
                print_line(_as_json(each))


@tracker_app.command("check")
def check(name: ConnectionName, workspace: Workspace = None) -> None:
    """Says of a connection: reached, as whom, may read, may write, what it found, when a webhook last came.

    Example: actionitem tracker check main
    """
    with plainly():
        with opened() as product:
            connection = _connection(product, scoped(product, workspace), name)
            lines = _checked(product, connection)
        for line in lines:
            print_text(line)
        if any(_says_no(line) for line in lines):
            raise typer.Exit(1)


@tracker_app.command("sync")
def sync(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One connection; default: every one.")] = None,
    workspace: Workspace = None,
) -> None:
    """Reads what changed there and brings every ticket to where its item is, now.

    Example: actionitem tracker sync main
    """
    with plainly():
        from bot.commands.tracker_sync import sync_trackers  # noqa: PLC0415

        with opened() as product:
            scope = scoped(product, workspace)
            for line in sync_trackers(product, scope, name):
                print_line(line)


@tracker_app.command("map")
def map_(
    user: Annotated[str, typer.Argument(metavar="U…", help="Somebody in Slack.")],
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Their account there; '' for none.")],
    tracker: Annotated[str | None, typer.Option(metavar="NAME", help="With several connections: which.")] = None,
    workspace: Workspace = None,
) -> None:
    """Says whose account in a tracker is whose.

    Example: actionitem tracker map U0PRIYA priya-sharma
    """
    with plainly():
        from bot.commands.tracker_sync import map_account  # noqa: PLC0415

        with opened() as product:
            for each in map_account(product, scoped(product, workspace), user, account, tracker):
                typer.echo(f"{user} is {account or 'nobody'} in {each.name}.", err=True)


@tracker_app.command("disconnect")
def disconnect(name: ConnectionName, workspace: Workspace = None) -> None:
    """Takes a connection and its secrets away; its tickets stay there, and items keep their addresses.

    Example: actionitem tracker disconnect main
    """
    with plainly():
        from bot.blocks.text import count  # noqa: PLC0415
        from storage.trackers import remove_tracker  # noqa: PLC0415

        with opened() as product:
            connection = _connection(product, scoped(product, workspace), name)
            with product.db.begin() as session:
                tickets = remove_tracker(session, connection)
            typer.echo(
                f"{name} is disconnected. It had {count(tickets, 'ticket')}: items keep the addresses.", err=True
            )


def _wanted(name: str, kind: TrackerKind, given: Mapping[str, object]) -> Connection:
    """The connection that the options describe. Raises `typer.BadParameter` that says which option is missing."""
    from bot.trackers.known import KNOWN  # noqa: PLC0415
    from bot.trackers.shape import OptionMissing  # noqa: PLC0415

    try:
        found = KNOWN[kind].place_of(given)
    except OptionMissing as error:
        raise typer.BadParameter(str(error)) from None
    if not found.url.startswith(("https://", "http://")):
        raise Refused(f"“{found.url}” is no address. It begins with https://")
    return Connection(0, "", name, kind, found.url, found.place, found.options)


def _stages(given: list[str]) -> dict[str, str]:
    """`done=Released` as options. Raises `Refused` for a stage that there is none of."""
    found = dict[str, str]()
    for each in given:
        stage, _sep, name = each.partition("=")
        if stage not in {one.value for one in Stage} or not name.strip():
            raise Refused(f"“{each}” is no stage and name. Write it like done=Released.")
        found[stage] = name.strip()
    return found


def _secret_of(wanted: Connection, private_key_file: Path | None, token_file: Path | None) -> str:
    from bot.trackers.known import KNOWN  # noqa: PLC0415

    file = private_key_file if "app_id" in wanted.options else token_file
    if file is None:
        raise typer.BadParameter(KNOWN[wanted.kind].how_to_sign_in)
    return _read(file)


def _read(file: Path) -> str:
    """A secret without the white space around it. Raises `Refused`; no message repeats what was read."""
    text = sys.stdin.read(SECRET_LIMIT) if str(file) == "-" else file.read_text(encoding="utf-8")[:SECRET_LIMIT]
    if not text.strip():
        raise Refused(f"{file}: there is nothing in it.")
    return text.strip()


def _connection(product: "Product", workspace: str, name: str) -> Connection:
    from storage.trackers import get_tracker  # noqa: PLC0415

    with product.db.read() as session:
        return get_tracker(session, workspace, name)


def _checked(product: "Product", connection: Connection) -> list[str]:
    from bot.services.tracker_clients import TrackerClients  # noqa: PLC0415

    with product.db.read() as session:
        tracker = TrackerClients(product.settings).client(session, connection)
    came = connection.webhook_at.isoformat() if connection.webhook_at else "never"
    webhook = f"webhook: last came {came}" if connection.has_webhook else "webhook: none; read every five minutes"
    return [*tracker.check(), webhook]


def _says_no(line: str) -> bool:
    # With its comma: “webhook: none” is how most begin, and works.
    return line.partition(": ")[2].startswith("no,")


def _say_check(product: "Product", connection: Connection) -> bool:
    """Whether the connection works as it was saved; what of it does not is said."""
    lines = _checked(product, connection)
    works = not any(_says_no(line) for line in lines)
    said = f"{connection.name} is connected to {connection.title}."
    if not works:
        said = f"{connection.name} is saved and does not work yet. Mend what is said below, and run the command again."
    for line in (said, *lines):
        typer.echo(line, err=True)
    return works


def _as_json(each: Connection) -> dict[str, object]:
    return {
        "name": each.name, "kind": each.kind.value, "url": each.url, "place": each.place, "webhook": each.has_webhook,
        "read_at": each.read_at.isoformat() if each.read_at else None,
        "webhook_at": each.webhook_at.isoformat() if each.webhook_at else None,
        "token_ends_at": each.token_ends_at.isoformat() if each.token_ends_at else None,
        "problem": dict(each.problem) if each.problem else None,
    }  # fmt: skip
