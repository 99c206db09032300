"""`actionitem webhook`: where the events of a workspace go. A secret is shown once."""

from typing import Annotated, Any

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, print_text, scoped

webhook_app = typer.Typer(
    help="Outgoing webhooks.\n\nExample: actionitem webhook add https://hooks.example.com/actionitem --event 'item.*'",
    no_args_is_help=True,
)
Which = Annotated[str, typer.Argument(metavar="URL|ID", help="By its address, or its id in the list.")]


@webhook_app.command("add")
def webhook_add(
    url: Annotated[str, typer.Argument(metavar="URL")],
    event: Annotated[
        list[str] | None, typer.Option(metavar="PATTERN", help="Such as 'item.*'; may be given several times.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="Private items too, as private_item.….")] = False,
    allow_private_network: Annotated[
        bool, typer.Option("--allow-private-network", help="The receiver stands in your own network.")
    ] = False,
    workspace: Workspace = None,
) -> None:
    """Sends the events of the workspace to URL, and prints the secret that they are signed with, once.

    Example: actionitem webhook add https://hooks.example.com/actionitem --event 'item.*' --event incident.created
    """
    with plainly():
        from bot.services.webhooks import add_webhook  # noqa: PLC0415

        with opened() as product:
            made, secret = add_webhook(
                product.deps, scoped(product, workspace), url, event or [],
                private=private, private_network=allow_private_network,
            )  # fmt: skip
            typer.echo(
                f"Webhook {made.id}: {', '.join(made.events)} to {made.url}. Its secret is shown only now:", err=True
            )
            print_text(secret)


@webhook_app.command("list")
def webhook_list(workspace: Workspace = None) -> None:
    """Prints every webhook as a JSON line.

    Example: actionitem webhook list
    """
    with plainly():
        from bot.services.webhooks import list_all  # noqa: PLC0415

        with opened() as product:
            for hook in list_all(product.deps, scoped(product, workspace)):
                print_line(_as_json(hook, ("id", "url", "events", "private", "private_network", "created_at",
                                           "failing_since", "disabled_at", "disabled_because")))  # fmt: skip


@webhook_app.command("deliveries")
def webhook_deliveries(
    failed: Annotated[bool, typer.Option("--failed", help="Only what was not taken.")] = False,
    workspace: Workspace = None,
) -> None:
    """Prints the newest deliveries as JSON lines; they are kept for thirty days.

    Example: actionitem webhook deliveries --failed
    """
    with plainly():
        from bot.services.webhooks import list_deliveries  # noqa: PLC0415

        with opened() as product:
            for made in list_deliveries(product.deps, scoped(product, workspace), failed=failed):
                shown = _as_json(made, ("id", "webhook_id", "kind", "subject", "created_at", "attempts",
                                        "last_tried_at", "status", "error", "delivered_at", "failed_at"))  # fmt: skip
                print_line({"type" if name == "kind" else name: value for name, value in shown.items()})


@webhook_app.command("redeliver")
def webhook_redeliver(
    delivery: Annotated[str, typer.Argument(metavar="ID", help="Of a delivery: msg_….")], workspace: Workspace = None
) -> None:
    """Sends a delivery once more, under the same id.

    Example: actionitem webhook redeliver msg_0123456789abcdef01234567
    """
    with plainly():
        from bot.services.webhooks import redeliver  # noqa: PLC0415

        with opened() as product:
            redeliver(product.deps, scoped(product, workspace), delivery.strip())
            typer.echo(f"{delivery.strip()} is on its way again.", err=True)


@webhook_app.command("rotate")
def webhook_rotate(which: Which, workspace: Workspace = None) -> None:
    """Makes a new secret and prints it, once. For a day everything is signed with both.

    Example: actionitem webhook rotate https://hooks.example.com/actionitem
    """
    with plainly():
        from bot.services.webhooks import rotate  # noqa: PLC0415

        with opened() as product:
            secret = rotate(product.deps, scoped(product, workspace), which.strip())
            typer.echo("The secret of before is valid for a day beside it. It is shown only now:", err=True)
            print_text(secret)


@webhook_app.command("remove")
def webhook_remove(which: Which, workspace: Workspace = None) -> None:
    """Removes a webhook, and what is known of its deliveries.

    Example: actionitem webhook remove https://hooks.example.com/actionitem
    """
    with plainly():
        from bot.services.webhooks import remove  # noqa: PLC0415

        with opened() as product:
            url = remove(product.deps, scoped(product, workspace), which.strip())
            typer.echo(f"Nothing is sent to {url} any more.", err=True)


def _as_json(found: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(found, name) for name in names}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
