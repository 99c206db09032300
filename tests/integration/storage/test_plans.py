"""SQLite counts no rows, and still walks no workspace: what is asked all day it finds by the index made for it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.domain.digest import week_at
from bot.domain.queries import Viewer
from storage.digests import count_figures, list_first
from storage.engine import Database
from storage.guards import list_losers
from storage.home import list_awaiting
from storage.morning_items import list_teams_to_mention
from storage.orphans import list_teams_of_orphans
from storage.postmortems import list_teams_to_follow
from storage.private import has_private
from storage.themes import list_known_themes
from storage.waiting import list_linked
from tests.builders import NOW, WORKSPACE, team

VIEWER = Viewer("U0PRIYA")
WEEK = week_at(NOW, team().zone)
BY_TEAM = "items USING INDEX ix_items_team_state (workspace=? AND team_id=?"
# PostgreSQL counts its rows, and chooses by them.
pytestmark = pytest.mark.mostly_sqlite


@pytest.mark.parametrize(
    ("ask", "by"),
    [
        (lambda session: has_private(session, WORKSPACE), "items USING INDEX ix_items_private"),
        (lambda session: has_private(session, WORKSPACE), "incidents USING INDEX ix_incidents_private"),
        (lambda session: list_linked(session, WORKSPACE, 1), "items USING INDEX ix_items_team_state"),
        (lambda session: count_figures(session, [team()], WEEK, NOW), f"{BY_TEAM} AND state=?) LEFT-JOIN"),
        (lambda session: list_first(session, [team()], WEEK, 0), f"{BY_TEAM} AND state=?)"),
        (lambda session: list_losers(session, [1]), f"{BY_TEAM} AND state=?)"),
        (lambda session: list_teams_to_follow(session, [1]), "incidents USING INDEX ix_incidents_ended (workspace=?"),
        (lambda session: list_teams_of_orphans(session, [1]), f"{BY_TEAM} AND state=?)"),
        (
            lambda session: list_teams_to_mention(session, WORKSPACE, [1], NOW.date(), NOW),
            f"{BY_TEAM} AND state=? AND due<?)",
        ),
        (lambda session: list_known_themes(session, WORKSPACE, VIEWER), "item_themes USING INDEX sqlite_autoindex"),
        (lambda session: list_known_themes(session, WORKSPACE, VIEWER), "items USING INDEX ix_items_private"),
        (
            lambda session: list_awaiting(session, WORKSPACE, VIEWER, now=NOW, limit=5),
            "items USING INDEX sqlite_autoindex_items_1 (workspace=? AND number=?)",
        ),
    ],
)
def test_sqlite_takes_the_index_that_costs_the_same_in_any_workspace(
    db: Database, ask: Callable[[Session], object], by: str
) -> None:
    asked: list[tuple[str, Any]] = []
    with db.begin() as session:
        connection = session.connection()

        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
            asked.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", note)
        ask(session)
        event.remove(connection, "before_cursor_execute", note)
        plans = [
            row[3] for each in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each[0]}", each[1])
        ]
    assert any(by in step.replace("COVERING ", "") for step in plans), plans
