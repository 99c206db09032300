"""What somebody else does between two looks of one request, and two requests that lock the same."""

from collections.abc import Callable
from functools import partial

import pytest

from bot.deps import Deps
from bot.directory import Directory
from bot.domain import ownership
from bot.domain.items import Item
from bot.domain.people import Person
from bot.settings import Settings
from handlers.asked import Asked
from handlers.projects import make_one_project
from scheduler.schedules import schedule_team
from storage import items
from storage.engine import Database
from storage.people import record_person
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, by, created, person, slack_is_away
from tests.integration.test_ticker import RecordingOutbox


class SlowDirectory(Directory):
    """While Slack is asked who somebody is, the others go on working."""

    meanwhile: Callable[[], None] | None = None

    def person_as_last_known(self, workspace: str, user: str) -> Person | None:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return super().person_as_last_known(workspace, user)


@pytest.fixture
def deps(db: Database) -> Deps:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        record_person(session, person(user="U0PRIYA"))
    directory = SlowDirectory(db, slack_is_away, lambda: NOW)
    return Deps(Settings(), db, RecordingOutbox(), lambda: NOW, slack_is_away, directory, schedule_team)


def new(deps: Deps) -> Item:
    with deps.db.begin() as session:
        return items.record_item(session, WORKSPACE, created())


def ends(deps: Deps, item: Item) -> None:
    """Somebody merges it into another one."""
    with deps.db.begin() as session:
        other = items.record_item(session, WORKSPACE, created())
        items.record_moved(session, ownership.merge(item, by(), other))


def test_project_that_has_ended_meanwhile_takes_in_no_more_items(deps: Deps) -> None:
    into, item = new(deps), new(deps)
    deps.directory.meanwhile = partial(ends, deps, into)  # type: ignore[attr-defined]
    asked = Asked(WORKSPACE, "U0PRIYA", slack_is_away(WORKSPACE), "key", value=f"{into.number}:{item.number}")
    said = make_one_project(deps, asked).text
    assert said == f"{item.label} stays: {into.label} is merged. Merge into an open item."
