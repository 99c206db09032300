"""What somebody else does between two looks of one request, and two requests that lock the same."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text

from bot.blocks.block import REASON
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.item_values import BlockReason
from bot.domain.merge import kept_of, marks, merge
from bot.domain.person import Person
from bot.domain.queries import Wanted
from bot.domain.surfaces import HomeOf
from bot.domain.template import Template, mark_of
from bot.services.notifications import messages_about_new
from bot.settings import Settings
from handlers.block import submitted
from handlers.gateway.asked import Asked
from handlers.gateway.carried import Carried
from handlers.gateway.forms import Form
from handlers.merge import submitted as merge_submitted
from handlers.template import submitted as standard_items
from scheduler.schedules import schedule_team
from storage import items
from storage.engine import Database
from storage.incidents import record_incident
from storage.people import record_person
from storage.surfaces import record_surface
from storage.teams import record_team
from storage.templates import record_template
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, SettledDirectory, by, created, person, slack_is_away, team
from tests.integration.delivery.conftest import eventually
from tests.integration.test_ticker import RecordingOutbox

SPLIT = {
    REASON: {"selected_option": {"value": BlockReason.LARGER.value}},
    "phase_one": {"value": "Alert on checkout"},
    "rest": {"value": "Alert on every other service"},
}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


class SlowDirectory(SettledDirectory):
    """While Slack is asked who somebody is, the others go on working."""

    meanwhile: Callable[[], None] | None = None
    about = ""
    """Of whom it must be; "" is of anybody."""

    def person(self, workspace: str, user: str) -> Person | None:
        if (happens := self.meanwhile) and self.about in ("", user):
            self.meanwhile = None
            happens()
        return super().person(workspace, user)


@pytest.fixture
def deps(db: Database) -> Deps:
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        record_person(session, person(user="U0PRIYA"))
        record_person(session, person(user="U0MARCO"))
    directory = SlowDirectory(db, slack_is_away, lambda: NOW)
    return Deps(Settings(), db, RecordingOutbox(), lambda: NOW, slack_is_away, directory, schedule_team)


def new(deps: Deps, team_id: int | None = None) -> Item:
    with deps.db.begin() as session:
        return items.record_item(session, WORKSPACE, created(team_id=team_id))


def ends(deps: Deps, item: Item) -> None:
    """Somebody merges it into another one."""
    with deps.db.begin() as session:
        other = items.record_item(session, WORKSPACE, created())
        items.record_moved(session, merge(item, by(), other))


def merging(into: Item, item: Item) -> Form:
    """The form with that one item ticked, and the other one as it is."""
    fields = {
        "ends": {"selected_options": [{"value": str(item.number)}]},
        "title": {"value": into.title},
        "owner": {"selected_user": into.owner},
        "due": {"selected_date": into.due.isoformat()},
        "effort": {"selected_option": {"value": str(into.effort)}},
    }
    inputs = [{"type": "input", "block_id": name} for name in fields]
    return Form({"blocks": inputs, "state": {"values": {name: {name: value} for name, value in fields.items()}}})


def test_project_that_has_ended_meanwhile_takes_in_no_more_items(deps: Deps) -> None:
    into, item = new(deps), new(deps)
    deps.directory.meanwhile = partial(ends, deps, into)  # type: ignore[attr-defined]
    metadata = {"number": into.number, "marks": marks(kept_of(into))}
    asked = Asked(WORKSPACE, "U0PRIYA", slack_is_away(WORKSPACE), "key", metadata=metadata)
    with pytest.raises(Refused) as refused:
        merge_submitted(deps, asked, merging(into, item))
    assert refused.value.reason == f"{into.label} is merged. Merge into an open item."
    with deps.db.begin() as session:
        assert items.get_item_as_it_is(session, WORKSPACE, item.number) == item


def ticking(*titles: str) -> Form:
    """“Standard items” with these ticked."""
    fields = {
        "items": {"selected_options": [{"value": str(mark_of(title))} for title in titles]},
        "owner": {"selected_user": "U0LENA"},
        "due": {"selected_date": (NOW.date() + timedelta(days=7)).isoformat()},
        "verification": {"value": "Look at the log of the drill"},
    }
    inputs = [{"type": "input", "block_id": name} for name in fields]
    return Form({"blocks": inputs, "state": {"values": {name: {name: value} for name, value in fields.items()}}})


def test_standard_items_that_two_tick_at_once_are_made_once(deps: Deps) -> None:
    restore, fail_over = "Restore the newest backup on staging every night", "Fail over to the second region by itself"
    with deps.db.begin() as session:
        record_template(session, WORKSPACE, Template("Usual", (restore, fail_over)))
        found = record_incident(session, WORKSPACE, "C0INC", title="Down", began_at=NOW, private=False)
    ticked: list[object] = []
    metadata = Carried(incident=found.id, channel=None)
    first, second = (
        Asked(WORKSPACE, who, slack_is_away(WORKSPACE), who, metadata=metadata) for who in ("U0PRIYA", "U0MARCO")
    )
    # When what is left was read for the first one already: Slack is asked who its owner is then.
    assert isinstance(deps.directory, SlowDirectory)
    deps.directory.about, deps.directory.meanwhile = (
        "U0LENA",
        lambda: ticked.append(standard_items(deps, second, ticking(restore))),
    )
    with pytest.raises(Refused) as refused:
        standard_items(deps, first, ticking(restore, fail_over))
    assert refused.value.reason == (
        f"Nothing was created, for by now it has or no longer needs: {restore}. Open “Standard items” again."
    )
    with deps.db.begin() as session:
        made = items.list_items(session, WORKSPACE, Wanted(incident_id=found.id), viewer=None)
        assert [item.title for item in made] == [restore]


def somebody_waits(db: Database) -> bool:
    with db.begin() as session:
        return bool(session.scalar(text(WAITING)))


def split(deps: Deps, item: Item) -> None:
    """The lead submits “Larger than estimated”."""
    inputs = [{"type": "input", "block_id": name} for name in SPLIT]
    view = {"blocks": inputs, "state": {"values": {name: {"value": value} for name, value in SPLIT.items()}}}
    asked = Asked(WORKSPACE, "U0MARCO", slack_is_away(WORKSPACE), "split", metadata=Carried(number=item.number))
    submitted(deps, asked, Form(view))


def test_who_splits_and_who_creates_in_a_team_do_not_wait_for_each_other(deps: Deps, other_db: Database) -> None:
    with deps.db.begin() as session:
        payments = record_team(session, team())
        record_surface(session, WORKSPACE, HomeOf("U0MARCO").key)
    item = new(deps, payments.id)
    with ThreadPoolExecutor(1) as other:
        with deps.db.begin() as session:
            made = items.record_item(session, WORKSPACE, created(team_id=payments.id))
            splitting = other.submit(split, replace(deps, db=other_db), item)
            if deps.db.url.get_backend_name() == "postgresql":  # SQLite has one writer at a time
                eventually(lambda: somebody_waits(deps.db))
            messages_about_new(session, made, None, None)
        splitting.result(30)
    with deps.db.begin() as session:
        rest = items.get_item_as_it_is(session, WORKSPACE, made.number + 1)
    assert rest
    assert rest.split_from == item.number
