"""What `tick` and `ritual` do: rituals at a given time, delivered before the command ends."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import typer

from bot.app import Product, delivery
from bot.commands.tracker_news import tracker_changes
from bot.domain.errors import NotFound, Unavailable
from bot.domain.team import Team
from scheduler.delivery.backlog import backlog, wait_until_delivered
from scheduler.rituals.kinds import Ritual
from scheduler.rituals.registry import RITUALS
from scheduler.runs import Run
from scheduler.ticker import Ticker
from storage.messages import Unsent, list_unsent
from storage.teams import get_team

# Not only Slack's: a webhook's receiver or a tracker may have refused it.
FAILED = "{messages} could not be delivered; the lines above say why. `actionitem check` says what to correct."
LATE = (
    "Not everything was delivered within {seconds} seconds. What is left will be sent by the next `actionitem serve`."
)
WAITING = "{messages} not taken by Slack yet{errors}. `actionitem serve` goes on trying until tomorrow."


def tick_at(product: Product, workspace: str, now: datetime, timeout: float) -> Iterator[Run]:
    """Everything due at *now* in the workspace; each run is given when all are delivered. Raises as `deliver`."""
    # What changed in trackers first: it may be what a ritual asks for.
    tracker_changes(product).read_all(workspace, now)
    runs = Ticker(product.deps).tick_as_of(now, workspace)
    yield from _delivered(product, workspace, runs, timeout)


def run_ritual(
    product: Product, workspace: str, name: str, team: str | None, now: datetime, timeout: float
) -> Iterator[Run]:
    """One ritual at *now* for one team or all; what was posted stays so. As `tick_at`."""
    ritual, chosen = _ritual(name), _team(product, workspace, team)
    runs = Ticker(product.deps).run_now(ritual, workspace, chosen, now)
    yield from _delivered(product, workspace, runs, timeout)


def dry_run_ritual(
    product: Product, workspace: str, name: str, team: str | None, now: datetime
) -> list[dict[str, Any]]:
    """The messages that the ritual would send, as JSON values; nothing is recorded."""
    ritual, chosen = _ritual(name), _team(product, workspace, team)
    return [said.as_json() for said in Ticker(product.deps).dry_run(ritual, workspace, chosen, now)]


def deliver(product: Product, timeout: float) -> None:
    """Delivers what is in the outbox, in this process and whichever others do.

    Raises `Unavailable` after *timeout* seconds, and when a message was refused for good.
    """
    # What was given up long ago is no failure of this command.
    before = backlog(product.db).failed
    # Delivers itself, for there may be no `serve`; where there is one, the two share the queue.
    with delivery(product):
        if not wait_until_delivered(product.db, timeout):
            raise Unavailable(LATE.format(seconds=int(timeout)))
    if failed := backlog(product.db).failed - before:
        raise Unavailable(FAILED.format(messages="1 message" if failed == 1 else f"{failed:,} messages"))


def _delivered(product: Product, workspace: str, runs: Sequence[Run], timeout: float) -> Iterator[Run]:
    """The runs, each with what became of its messages, also when not all could be delivered."""
    unsent: dict[str, Unsent] = {}
    try:
        deliver(product, timeout)
    # What was posted is told also when something was not: the next `tick` will not tell of it again.
    finally:
        with product.db.read() as session:
            found = list_unsent(session, workspace, {key for run in runs for key in run.keys})
        unsent |= {each.key: each for each in found}
        yield from (_with_outcome(run, unsent) for run in runs)
    _say_what_waits([each for each in unsent.values() if not each.given_up])


def _with_outcome(run: Run, unsent: dict[str, Unsent]) -> Run:
    found = [unsent[key] for key in run.keys if key in unsent]
    refused = sum(each.given_up for each in found)
    return replace(run, refused=refused, waiting=len(found) - refused)


def _say_what_waits(waiting: Sequence[Unsent]) -> None:
    """On standard error: what waits for somebody to mend something is no failure of the command, and no silence."""
    if waiting:
        messages = "1 message is" if len(waiting) == 1 else f"{len(waiting):,} messages are"
        # What has not been tried yet, or waits for one before it, has no error.
        errors = ", ".join(sorted({found.error for found in waiting if found.error}))
        typer.echo(WAITING.format(messages=messages, errors=f" ({errors})" if errors else ""), err=True)


def _ritual(name: str) -> Ritual:
    if name not in RITUALS:
        raise NotFound(f"There is no ritual “{name}”. Rituals: {', '.join(RITUALS)}.")
    return RITUALS[name]


def _team(product: Product, workspace: str, name: str | None) -> Team | None:
    """None: every team, and items without one."""
    if name is None:
        return None
    with product.db.read() as session:
        return get_team(session, workspace, name)
