"""`actionitem policy`: what a severity asks for, in the organisation's own words and order."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, scoped

if TYPE_CHECKING:
    from bot.domain.policy import Policy

policy_app = typer.Typer(
    help="Policies: what each severity asks for.\n\nExample: actionitem policy list", no_args_is_help=True
)
SAYS = {
    "due_days": "items due within {days} days",
    "postmortem_days": "post-mortem within {days} working days",
    "escalate_days": "lead told after {days} days overdue",
    "leadership_days": "leadership told after {days} days overdue",
}
OWN_WORDS = "In your own words, for example SEV1."
SeverityName = Annotated[str, typer.Option("--severity", metavar="NAME", help=OWN_WORDS)]


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
        from bot.domain.policy import Policy, severity_key  # noqa: PLC0415
        from storage.policies import list_policies, record_policy  # noqa: PLC0415
        from storage.workspaces import record_workspace  # noqa: PLC0415

        given = Policy(severity, due_days, postmortem_days, escalate_days, leadership_days)
        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.begin() as session:
                # A policy may be the first thing that is ever set: the bot need not have been there yet.
                record_workspace(session, scope)
                record_policy(session, scope, given, product.deps.clock())
                # As it stands now: what was not given is as it was.
                now = list_policies(session, scope).current
        kept = next(each for each in now if severity_key(each.severity) == severity_key(severity))
        typer.echo(f"{kept.severity}: {_in_words(kept)}. It holds from now on.", err=True)


def _in_words(policy: "Policy") -> str:
    said = [words.format(days=days) for name, words in SAYS.items() if (days := getattr(policy, name)) is not None]
    return ", ".join(said) or "asks for nothing of its own"


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
def policy_remove(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="As --severity.")] = None,
    severity: Annotated[str | None, typer.Option(metavar="NAME", help=OWN_WORDS)] = None,
    workspace: Workspace = None,
) -> None:
    """Removes the policy of a severity, from now on. What is past stays as it was.

    Example: actionitem policy remove --severity SEV1
    """
    # Either way: `set` takes an option, and every other `remove` a name.
    if (name is None) == (severity is None):
        raise typer.BadParameter("name the severity once: --severity NAME")
    removed = severity if severity is not None else str(name)
    with plainly():
        from storage.policies import remove_policy  # noqa: PLC0415

        with opened() as product:
            scope = scoped(product, workspace)
            with product.db.begin() as session:
                remove_policy(session, scope, removed, product.deps.clock())
        typer.echo(f"{removed} asks for nothing of its own any more. What is past stays as it was.", err=True)
