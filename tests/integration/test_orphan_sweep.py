"""`orphan-sweep`: Slack is asked who is still there at the time of the sweep, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain.errors import Unavailable
from bot.domain.team import Team
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack.directory import Directory
from scheduler.rituals.registry import RITUALS
from scheduler.schedules import schedule_team
from scheduler.ticker import Ticker
from storage import items
from storage.engine import Database
from storage.people import find_person, list_people
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import NOW, WORKSPACE, created, team
from tests.integration.test_ticker import RecordingOutbox
from tests.people import Person
from tests.running import local_slack

SWEEP = RITUALS["orphan-sweep"]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


@dataclass
class Office:
    """Payments in a workspace where nobody tells the bot anything, and its clock stands at `NOW`."""

    sandbox: Sandbox
    deps: Deps
    team: Team

    @property
    def admin(self) -> Person:
        return Person(self.sandbox, "U0MARCO")

    def owns(self, owner: str) -> None:
        with self.deps.db.begin() as session:
            items.record_item(session, WORKSPACE, created(owner=owner, team_id=self.team.id))

    def leave(self, user: str) -> None:
        self.admin.http.patch(f"/sandbox/people/{user}", json={"deleted": True}).raise_for_status()

    def fail(self, **fault: object) -> None:
        """From now on Slack does not say who somebody is."""
        wanted = {"method": "users.info", "times": None, **fault}
        self.admin.http.post("/sandbox/faults", json=wanted).raise_for_status()

    def sweep(self, now: datetime) -> list[str]:
        """What it says."""
        outbox = RecordingOutbox()
        Ticker(Deps(**{**vars(self.deps), "outbox": outbox})).run_now(SWEEP, WORKSPACE, self.team, now)
        return [str(message) for _, messages in outbox.deliveries for message in messages]

    def calls(self) -> int:
        """How often Slack was asked who somebody is."""
        return len(self.admin.http.get("/sandbox/inspector", params={"method": "users.info"}).json()["entries"])


@pytest.fixture
def office(db: Database, sandbox: Sandbox) -> Office:
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    directory = Directory(db, lambda _: client, lambda: NOW)
    with db.begin() as session:
        record_workspace(session, WORKSPACE)
        payments = record_team(session, team())
    deps = Deps(Settings(), db, RecordingOutbox(), lambda: NOW, lambda _: client, directory, schedule_team)
    return Office(sandbox, deps, payments)


def test_who_left_unheard_is_found_at_the_time_of_the_sweep_wherever_the_clock_stands(office: Office) -> None:
    office.owns("U0AISHA")
    assert office.sweep(NOW) == []
    office.leave("U0AISHA")
    assert office.sweep(NOW + timedelta(hours=1)) == []
    (said,) = office.sweep(NOW + timedelta(days=1))
    assert "has an owner who left" in said


def test_who_was_heard_of_lately_is_not_asked_about(office: Office) -> None:
    office.owns("U0PRIYA")
    office.sweep(NOW)
    before = office.calls()
    office.sweep(NOW + timedelta(hours=19))
    assert office.calls() == before


def test_owner_whom_slack_does_not_know_has_left(office: Office) -> None:
    office.owns("UNOBODY")
    (said,) = office.sweep(NOW)
    assert "UNOBODY has left" in said
    before = office.calls()
    assert office.sweep(NOW + timedelta(hours=1)) == []
    assert office.calls() == before


def test_who_is_known_no_more_keeps_the_name_and_sees_no_more_than_a_guest(office: Office, db: Database) -> None:
    office.owns("U0AISHA")
    office.sweep(NOW)
    office.fail(kind="error", error="user_not_found")
    (said,) = office.sweep(NOW + timedelta(days=1))
    with db.begin() as session:
        aisha = find_person(session, WORKSPACE, "U0AISHA")
    assert aisha
    assert f"{aisha.name} has left" in said
    assert aisha.name != "U0AISHA"
    assert (aisha.is_guest, aisha.deactivated) == (True, True)


def test_who_is_known_again_is_here_again(office: Office) -> None:
    office.owns("U0AISHA")
    office.sweep(NOW)
    office.fail(kind="error", error="user_not_found")
    assert office.sweep(NOW + timedelta(days=1))
    office.admin.http.delete("/sandbox/faults")
    assert office.sweep(NOW + timedelta(days=2)) == []


@pytest.mark.parametrize(
    "fault",
    [{"kind": "429"}, {"kind": "error", "error": "internal_error"}, {"kind": "away"}, {"kind": "http", "status": 503}],
    ids=lambda fault: str(fault["kind"]),
)
def test_lost_answer_is_nobodys_leaving(office: Office, db: Database, fault: dict[str, object]) -> None:
    office.owns("UNOBODY")
    office.owns("U0PRIYA")
    office.fail(**fault)
    with pytest.raises(Unavailable):  # it stays due: what its reader may see is not known
        office.sweep(NOW)
    with db.begin() as session:
        assert not [left for left in list_people(session, WORKSPACE, ["UNOBODY", "U0PRIYA"]) if left.deactivated]
