"""`actionitem report` and `actionitem thresholds`: the measures, and from where on they are on target or a red flag.

The command line is the operator's: its figures count private items too.
"""

import json
from enum import StrEnum
from typing import Annotated

import typer

from bot.commands.command import Workspace, opened, plainly, print_line, print_text, scoped
from bot.domain.measures import MeasureKey

thresholds_app = typer.Typer(
    help="Thresholds of the measures.\n\nExample: actionitem thresholds list", no_args_is_help=True
)


class ReportFormat(StrEnum):
    """How a report is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


MonthOption = Annotated[str | None, typer.Option("--month", metavar="YYYY-MM", help="Default: the running month.")]
KeyArgument = Annotated[MeasureKey, typer.Argument(metavar="KEY", help="For example backlog_size.")]


def report(
    team: Annotated[str | None, typer.Option("--team", metavar="NAME", help="Default: the whole workspace.")] = None,
    month: MonthOption = None,
    form: Annotated[ReportFormat, typer.Option("--format", help="How it is printed.")] = ReportFormat.TEXT,
    workspace: Workspace = None,
) -> None:
    """Prints the measures of a month, as of its end or now. Private items count: the command line is the operator's.

    Example: actionitem report --team Payments --month 2026-10 --format json
    """
    with plainly():
        from bot.blocks.report_text import as_markdown, as_text  # noqa: PLC0415
        from bot.commands.measures import report_of  # noqa: PLC0415
        from bot.domain.measures_json import as_json  # noqa: PLC0415

        with opened() as product:
            found, own, policies = report_of(product, scoped(product, workspace), team, month)
        if form is ReportFormat.JSON:
            kept = {"policies": policies} if policies else {}  # who has none reads what they read before
            print_text(json.dumps(as_json(found) | kept, ensure_ascii=False, indent=2))
        else:
            print_text(as_text(found, own) if form is ReportFormat.TEXT else as_markdown(found, own))


@thresholds_app.command("list")
def thresholds_list(workspace: Workspace = None) -> None:
    """Prints the thresholds of every measure as JSON lines.

    Example: actionitem thresholds list
    """
    with plainly():
        from bot.commands.measures import thresholds_as_json  # noqa: PLC0415

        with opened() as product:
            for line in thresholds_as_json(product, scoped(product, workspace)):
                print_line(line)


@thresholds_app.command("set")
def thresholds_set(
    key: KeyArgument,
    on_target: Annotated[float, typer.Argument(help="On target from here on; a share as 0.8.")],
    red_flag: Annotated[float, typer.Argument(help="A red flag beyond this.")],
    workspace: Workspace = None,
) -> None:
    """Sets from where on a measure is on target and from where on a red flag, in this workspace.

    Example: actionitem thresholds set completion_rate 0.9 0.7
    """
    with plainly():
        from bot.commands.measures import set_thresholds  # noqa: PLC0415

        with opened() as product:
            set_thresholds(product, scoped(product, workspace), key, on_target, red_flag)


@thresholds_app.command("reset")
def thresholds_reset(key: KeyArgument, workspace: Workspace = None) -> None:
    """Gives a measure its default thresholds again.

    Example: actionitem thresholds reset completion_rate
    """
    with plainly():
        from bot.commands.measures import reset_thresholds  # noqa: PLC0415

        with opened() as product:
            reset_thresholds(product, scoped(product, workspace), key)
