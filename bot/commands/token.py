"""`actionitem token`: what lets other tools in to the HTTP API and MCP. A token is shown once, and stored as a hash."""

from typing import Annotated, Any

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, print_text, scoped

token_app = typer.Typer(
    help="Tokens for the HTTP API and MCP.\n\nExample: actionitem token create pagerduty --scope incidents:write",
    no_args_is_help=True,
)
TokenName = Annotated[str, typer.Argument(metavar="NAME", help="What uses it, for example pagerduty.")]


@token_app.command("create")
def token_create(
    name: TokenName,
    more: Annotated[list[str] | None, typer.Argument(metavar="[SCOPE]…", help="Further scopes.")] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCOPE",
            help="What it may: items:read, items:write, incidents:write, measures:read, private:read. "
            "May be given several times.",
        ),
    ] = None,
    expires: Annotated[int | None, typer.Option(metavar="DAYS", help="After how many days; default: never.")] = None,
    workspace: Workspace = None,
) -> None:
    """Makes a token and prints it, once.

    Example: actionitem token create pagerduty --scope items:read --scope incidents:write --expires 365
    """
    with plainly():
        from bot.services.tokens import create_token  # noqa: PLC0415

        with opened() as product:
            token, secret = create_token(
                product.deps, scoped(product, workspace), name, [*(scope or []), *(more or [])], expires
            )
            until = f" until {token.expires_at:%Y-%m-%d}" if token.expires_at else ""
            typer.echo(f"{token.name} may {', '.join(sorted(token.scopes))}{until}. It is shown only now:", err=True)
            print_text(secret)


@token_app.command("list")
def token_list(workspace: Workspace = None) -> None:
    """Prints every token as a JSON line: what it may, since when and until when, how often and when last it was used.

    Example: actionitem token list
    """
    with plainly():
        from bot.services.tokens import list_all  # noqa: PLC0415

        with opened() as product:
            now = product.deps.clock()
            for token in list_all(product.deps, scoped(product, workspace)):
                print_line(_as_json(token, token.state(now)))


@token_app.command("revoke")
def token_revoke(name: TokenName, workspace: Workspace = None) -> None:
    """Revokes a token: it lets nobody in any more, from now on.

    Example: actionitem token revoke pagerduty
    """
    with plainly():
        from bot.services.tokens import revoke  # noqa: PLC0415

        with opened() as product:
            revoke(product.deps, scoped(product, workspace), name)
            typer.echo(f"{name} is revoked.", err=True)


def _as_json(token: Any, state: str) -> dict[str, Any]:
    moments = ("created_at", "expires_at", "revoked_at", "last_used_at")
    return {
        "name": token.name,
        "scopes": sorted(token.scopes),
        "state": state,
        **{name: moment.isoformat() if (moment := getattr(token, name)) else None for name in moments},
        "uses": token.uses,
    }
