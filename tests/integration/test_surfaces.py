"""Two drawings of one App Home at once: whichever reaches Slack last, the newest state is what is shown in the end."""

from collections.abc import Callable

import pytest
from slack_sdk.models.views import View

from bot.deps import Deps
from bot.domain.queries import Viewer
from bot.domain.surfaces import HomeOf
from bot.services.home import publish_home
from bot.settings import Settings
from scheduler.schedules import schedule_team
from storage.engine import Database
from storage.items import record_item
from storage.people import record_person
from storage.surfaces import mark_surfaces, record_kept, record_surface
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, SettledDirectory, created, person, slack_is_away
from tests.integration.test_ticker import RecordingOutbox

PRIYA = "U0PRIYA"
HOME = HomeOf(PRIYA).key


class Screen:
    """What Slack shows of Priya's Home; `meanwhile` happens once, after a drawing and before it arrives."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.meanwhile: Callable[[], None] | None = None

    @property
    def shows(self) -> str:
        return self.shown[-1]

    def publish(self, view: View) -> None:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        self.shown.append(str(view.to_dict()))


class BusyDirectory(SettledDirectory):
    """`meanwhile` happens once, while a Home is drawn."""

    meanwhile: Callable[[], None] | None = None

    def viewer(self, workspace: str, user: str, *, fresh: bool = False) -> Viewer:
        happens, self.meanwhile = self.meanwhile, None
        if happens:
            happens()
        return super().viewer(workspace, user, fresh=fresh)


@pytest.fixture
def deps(db: Database) -> Deps:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        record_person(session, person(user=PRIYA))
        record_surface(session, WORKSPACE, HOME)
        mark_surfaces(session, WORKSPACE, [HOME])
    directory = BusyDirectory(db, slack_is_away, lambda: NOW)
    return Deps(Settings(), db, RecordingOutbox(), lambda: NOW, slack_is_away, directory, schedule_team)


@pytest.fixture
def screen() -> Screen:
    return Screen()


def add(deps: Deps, title: str) -> None:
    with deps.db.begin() as session:
        record_item(session, WORKSPACE, created(by=PRIYA, owner=PRIYA, title=title))
        mark_surfaces(session, WORKSPACE, [HOME])


def deliver(deps: Deps, screen: Screen) -> None:
    """As a refresh of the Home does, once it is its turn."""
    while not publish_home(deps, WORKSPACE, PRIYA, screen.publish):
        pass


def test_home_does_not_turn_back_to_what_was_drawn_before_it_was_opened(deps: Deps, screen: Screen) -> None:
    def priya_opens_it() -> None:
        add(deps, "Cap the retry queue")
        assert publish_home(deps, WORKSPACE, PRIYA, screen.publish, request="opened")

    assert isinstance(deps.directory, BusyDirectory)
    deps.directory.meanwhile = priya_opens_it
    deliver(deps, screen)
    assert ["Cap the retry queue" in view for view in screen.shown] == [True]


def test_home_that_was_overtaken_on_its_way_to_slack_is_drawn_again(deps: Deps, screen: Screen) -> None:
    def priya_opens_it() -> None:
        add(deps, "Cap the retry queue")
        assert publish_home(deps, WORKSPACE, PRIYA, screen.publish, request="opened")

    screen.meanwhile = priya_opens_it
    deliver(deps, screen)
    assert "Cap the retry queue" in screen.shows


def test_filter_that_was_chosen_while_the_home_was_drawn_is_what_it_shows(deps: Deps, screen: Screen) -> None:
    add(deps, "Cap the retry queue")

    def priya_turns_the_page() -> None:
        with deps.db.begin() as session:
            record_kept(session, WORKSPACE, HOME, {"mine": 5, "theirs": 0})
        assert publish_home(deps, WORKSPACE, PRIYA, screen.publish, request="chosen")

    screen.meanwhile = priya_turns_the_page
    deliver(deps, screen)
    assert len(screen.shown) == 3


def test_what_changes_while_somebody_opens_their_home_is_left_to_delivery(deps: Deps, screen: Screen) -> None:
    outbox = RecordingOutbox()
    deps = Deps(**{**vars(deps), "outbox": outbox})
    screen.meanwhile = lambda: add(deps, "Cap the retry queue")
    assert not publish_home(deps, WORKSPACE, PRIYA, screen.publish, request="opened")
    assert [delivery for delivery, _ in outbox.deliveries] == [f"{HOME}:opened"]
    deliver(deps, screen)
    assert "Cap the retry queue" in screen.shows
    deliver(deps, screen)
    assert len(screen.shown) == 2
