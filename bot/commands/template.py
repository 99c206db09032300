"""`actionitem template`: standard items of a severity or service, offered when an incident is registered."""

from typing import Annotated

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, scoped

template_app = typer.Typer(
    help="Templates: standard items of a severity or a service.\n\nExample: actionitem template list",
    no_args_is_help=True,
)
TemplateName = Annotated[str, typer.Argument(metavar="NAME")]


@template_app.command("set")
def template_set(
    name: TemplateName,
    more: Annotated[list[str] | None, typer.Argument(metavar="[TEXT]…", help="Further items.")] = None,
    *,
    item: Annotated[list[str], typer.Option(metavar="TEXT", help="An item; may be given several times.")],
    severity: Annotated[str, typer.Option(metavar="NAME", help="For incidents of that severity only.")] = "",
    service: Annotated[str, typer.Option(metavar="NAME", help="For incidents of that service only.")] = "",
    workspace: Workspace = None,
) -> None:
    """Sets standard items, which are offered for an incident and never created by themselves.

    Example: actionitem template set Database --service postgres --item "Restore the newest backup on staging"
    """
    with plainly():
        from bot.domain.template import Template  # noqa: PLC0415
        from storage.templates import record_template  # noqa: PLC0415
        from storage.workspaces import record_workspace  # noqa: PLC0415

        items = (*item, *(more or ()))
        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.begin() as session:
                record_workspace(session, scope)
                record_template(session, scope, Template(name, items, severity, service))
        asks = " and ".join(filter(None, (severity, service))) or "every incident"
        typer.echo(f"{name}: {len(items)} item{'s' * (len(items) > 1)}, offered for {asks}.", err=True)


@template_app.command("list")
def template_list(workspace: Workspace = None) -> None:
    """Prints every template as a JSON line.

    Example: actionitem template list
    """
    with plainly():
        from bot.domain.template import as_json  # noqa: PLC0415
        from storage.templates import list_templates  # noqa: PLC0415

        with opened() as product:
            with product.db.read() as session:
                found = list_templates(session, scoped(product, workspace))
            for line in as_json(found):
                print_line(line)


@template_app.command("remove")
def template_remove(name: TemplateName, workspace: Workspace = None) -> None:
    """Removes a template; items that were made from it stay.

    Example: actionitem template remove Database
    """
    with plainly():
        from storage.templates import remove_template  # noqa: PLC0415

        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.begin() as session:
                remove_template(session, scope, name)
        typer.echo(f"{name} is removed. Items that were made from it stay.", err=True)
