"""What `tick` and `ritual` do: rituals at a given time, delivered before the command ends."""

from datetime import datetime
from typing import Any

from bot.app import Product, delivery
from bot.domain.errors import NotFound, Unavailable
from bot.domain.teams import Team
from scheduler.calendar import week_of
from scheduler.delivery import wait_until_delivered
from scheduler.rituals.registry import RITUALS, Ritual
from scheduler.ticker import Run, Ticker
from storage.teams import get_team, list_teams

LATE = (
    "Not everything was delivered within {seconds} seconds. What is left will be sent by the next `actionitem serve`."
)


def tick_at(product: Product, now: datetime, timeout: float) -> list[Run]:
    """Everything due at *now*, in every workspace, delivered. Raises `Unavailable` after *timeout* seconds."""
    ticker = Ticker(product.deps)
    runs = ticker.tick(now) or ticker.tick_before_schedules(now)
    deliver(product, timeout)
    return runs


def run_ritual(
    product: Product, workspace: str, name: str, team: str | None, now: datetime, timeout: float
) -> list[Run]:
    """One ritual at *now* for one team or all, delivered; a period that was posted already stays so."""
    ritual = _ritual(name)
    ticker = Ticker(product.deps)
    runs = [ticker.run_now(ritual, one, now) for one in _teams(product, workspace, team)]
    deliver(product, timeout)
    return runs


def dry_run_ritual(
    product: Product, workspace: str, name: str, team: str | None, now: datetime
) -> list[dict[str, Any]]:
    """The messages that the ritual would send, as JSON values; nothing is recorded."""
    ritual = _ritual(name)
    found: list[dict[str, Any]] = []
    for one in _teams(product, workspace, team):
        period = week_of(now.astimezone(one.zone).date())
        with product.db.begin() as session:
            messages = ritual.say(session, one, period, now)
        found += [{"team": one.name, "period": period, **vars(message)} for message in messages]
    return found


def deliver(product: Product, timeout: float) -> None:
    """Delivers what is in the outbox, in this process and whichever others do."""
    with delivery(product):
        if not wait_until_delivered(product.db, timeout):
            raise Unavailable(LATE.format(seconds=int(timeout)))


def _ritual(name: str) -> Ritual:
    found = RITUALS.get(name)
    if found is None:
        raise NotFound(f"There is no ritual “{name}”. Rituals: {', '.join(RITUALS)}.")
    return found


def _teams(product: Product, workspace: str, name: str | None) -> list[Team]:
    with product.db.begin() as session:
        return [get_team(session, workspace, name)] if name else list_teams(session, workspace)
