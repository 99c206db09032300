"""What `report` and `thresholds` do: the commands of the operator, who sees everything."""

from collections.abc import Iterator
from typing import Any

from bot.app import Product
from bot.domain.measures import MeasureKey, OwnThresholds, Report, Thresholds, check_thresholds, thresholds
from bot.domain.month import month_of, parse_month
from bot.domain.policy_kept import as_json
from bot.services.days_off import days_off
from storage.policies import list_policies
from storage.policies_kept import list_kept
from storage.reports import NO_TEAM, report
from storage.teams import get_team, list_teams
from storage.thresholds import list_thresholds, record_thresholds
from storage.workspaces import record_workspace


def report_of(
    product: Product, workspace: str, team: str | None, month: str | None
) -> tuple[Report, OwnThresholds, dict[str, Any]]:
    """The measures, the workspace's own thresholds, and how its policies were kept, as JSON values.

    Raises `Refused` for an unknown team or month.
    """
    now = product.deps.clock()
    with product.db.read() as session:
        found = get_team(session, workspace, team) if team else None
        running = month_of(now, found.zone if found else NO_TEAM)
        wanted = parse_month(month, running) if month else running
        # No viewer: whoever has the command line has the database as well.
        off = {each.id: days_off(each) for each in list_teams(session, workspace)}
        kept = list_kept(session, workspace, [found] if found else None, [wanted], now, None, off)
        policies = as_json(kept, list_policies(session, workspace).words)
        return report(session, workspace, found, wanted, now, None), list_thresholds(session, workspace), policies


def thresholds_as_json(product: Product, workspace: str) -> Iterator[dict[str, Any]]:
    """The thresholds of every measure, as JSON values; `own` says whether the workspace set them."""
    with product.db.read() as session:
        own = list_thresholds(session, workspace)
    for key in MeasureKey:
        at = thresholds(key, own)
        yield {"key": key.value, "on_target": at.on_target, "red_flag": at.red_flag, "own": key in own}


def set_thresholds(product: Product, workspace: str, key: MeasureKey, on_target: float, red_flag: float) -> None:
    """Sets them for one measure. Raises `Refused` when they cannot be meant."""
    given = Thresholds(on_target, red_flag)
    check_thresholds(key, given)
    with product.db.begin() as session:
        # Thresholds may be the first thing that is ever set: the bot need not have been there yet.
        record_workspace(session, workspace)
        record_thresholds(session, workspace, key, given)


def reset_thresholds(product: Product, workspace: str, key: MeasureKey) -> None:
    """The default ones again."""
    with product.db.begin() as session:
        record_thresholds(session, workspace, key, None)
