"""What `tick` and `ritual` do: rituals at a given time, delivered before the command ends."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.app import Product, delivery
from bot.domain.errors import NotFound, Unavailable
from bot.domain.morning import PERSONAL_RITUALS
from bot.domain.team import Team
from scheduler.delivery.delivery import backlog, wait_until_delivered
from scheduler.rituals.approval_reminder import remind_approvers
from scheduler.rituals.morning import Mornings
from scheduler.rituals.occasion import Occasion
from scheduler.rituals.registry import RITUALS
from scheduler.runs import Run
from scheduler.ticker import Ticker
from storage.teams import get_team, list_teams

FAILED = "Slack refused {messages}; the lines above say why. `actionitem check` says what to correct."
LATE = (
    "Not everything was delivered within {seconds} seconds. What is left will be sent by the next `actionitem serve`."
)


def tick_at(product: Product, workspace: str, now: datetime, timeout: float) -> Iterator[Run]:
    """Everything due at *now* in the workspace, delivered when the last run was taken. Raises as `deliver`."""
    runs = Ticker(product.deps).tick_as_of(now, workspace)
    remind_approvers(product.deps, now, workspace)
    yield from runs
    deliver(product, timeout)


def run_ritual(
    product: Product, workspace: str, name: str, team: str | None, now: datetime, timeout: float
) -> Iterator[Run]:
    """One ritual at *now* for one team or all, delivered when the last run was taken; what was posted stays so."""
    _check(name)
    if name in PERSONAL_RITUALS:
        chosen = _teams(product, workspace, team)[0] if team else None
        runs = Mornings(product.deps).ritual_now(name, workspace, chosen, now)
    else:
        ticker = Ticker(product.deps)
        runs = [ticker.run_now(RITUALS[name], one, now) for one in _teams(product, workspace, team)]
    yield from runs
    deliver(product, timeout)


def dry_run_ritual(
    product: Product, workspace: str, name: str, team: str | None, now: datetime
) -> list[dict[str, Any]]:
    """The messages that the ritual would send, as JSON values; nothing is recorded."""
    _check(name)
    if name in PERSONAL_RITUALS:
        chosen = _teams(product, workspace, team)[0] if team else None
        said = Mornings(product.deps).dry_run(name, workspace, chosen, now)
        return [{"team": chosen.name if chosen else "", "period": period, **vars(post)} for period, post in said]
    found: list[dict[str, Any]] = []
    for one in _teams(product, workspace, team):
        found += _dry_run(product, name, one, now)
    return found


def deliver(product: Product, timeout: float) -> None:
    """Delivers what is in the outbox, in this process and whichever others do.

    Raises `Unavailable` after *timeout* seconds, and when Slack refused a message for good.
    """
    before = backlog(product.db).failed
    with delivery(product):
        if not wait_until_delivered(product.db, timeout):
            raise Unavailable(LATE.format(seconds=int(timeout)))
    if failed := backlog(product.db).failed - before:
        raise Unavailable(FAILED.format(messages="1 message" if failed == 1 else f"{failed:,} messages"))


def _dry_run(product: Product, name: str, team: Team, now: datetime) -> list[dict[str, Any]]:
    ritual = RITUALS[name]
    period = ritual.rhythm.period_of(now.astimezone(team.zone).date())
    readers = Ticker(product.deps).readers_of(ritual, team)
    with product.db.begin() as session:
        messages = ritual.say(session, Occasion(team, period, now, **vars(readers)))
    return [{"team": team.name, "period": period, **vars(message)} for message in messages]


def _check(name: str) -> None:
    known = [*RITUALS, *PERSONAL_RITUALS]
    if name not in known:
        raise NotFound(f"There is no ritual “{name}”. Rituals: {', '.join(known)}.")


def _teams(product: Product, workspace: str, name: str | None) -> list[Team]:
    with product.db.read() as session:
        return [get_team(session, workspace, name)] if name else list_teams(session, workspace)
