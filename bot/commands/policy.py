"""`actionitem policy`: what a severity asks for, in the organisation's own words and order."""

from typing import Annotated

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, scoped

policy_app = typer.Typer(
    help="Policies: what each severity asks for.\n\nExample: actionitem policy list", no_args_is_help=True
)
SeverityName = Annotated[str, typer.Option("--severity", metavar="NAME", help="In your own words, for example SEV1.")]


@policy_app.command("set")
def policy_set(
    severity: SeverityName,
    due_days: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=365, help="An item is due so many days after its creation.")
    ] = None,
    postmortem_days: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=365, help="A post-mortem is due so many working days after the end."),
    ] = None,
    escalate_days: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=365, help="Overdue for longer, the lead is told.")
    ] = None,
    leadership_days: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=365, help="Overdue for longer, leadership is told.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Sets what a severity asks for, or changes what is given of it. Severities are listed in the order of creation.

    Example: actionitem policy set --severity SEV1 --due-days 14 --postmortem-days 3 --escalate-days 3
    """
    with plainly():
        from bot.domain.policy import Policy  # noqa: PLC0415
        from storage.policies import record_policy  # noqa: PLC0415
        from storage.workspaces import record_workspace  # noqa: PLC0415

        given = Policy(severity, due_days, postmortem_days, escalate_days, leadership_days)
        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.begin() as session:
                # A policy may be the first thing that is ever set: the bot need not have been there yet.
                record_workspace(session, scope)
                record_policy(session, scope, given, product.deps.clock())


@policy_app.command("list")
def policy_list(workspace: Workspace = None) -> None:
    """Prints every policy as a JSON line, in the order of the severities.

    Example: actionitem policy list
    """
    with plainly():
        from bot.domain.policy import as_json  # noqa: PLC0415
        from storage.policies import list_policies  # noqa: PLC0415

        with opened() as product:
            with product.db.read() as session:
                found = list_policies(session, scoped(product, workspace))
            for line in as_json(found.current):
                print_line(line)


@policy_app.command("remove")
def policy_remove(severity: SeverityName, workspace: Workspace = None) -> None:
    """Removes the policy of a severity, from now on. What is past stays as it was.

    Example: actionitem policy remove --severity SEV1
    """
    with plainly():
        from storage.policies import remove_policy  # noqa: PLC0415

        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.begin() as session:
                remove_policy(session, scope, severity, product.deps.clock())
