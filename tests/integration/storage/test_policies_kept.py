"""Which items count for the policy of a severity: by the one that was in force when each was created."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.days import is_weekend
from bot.domain.incident import Incident
from bot.domain.month import Month
from bot.domain.policy import Policy
from bot.domain.policy_kept import PolicyKept
from bot.domain.team import Team
from storage import incidents, items
from storage.engine import Database
from storage.policies import record_policy, remove_policy
from storage.policies_kept import list_kept
from tests.builders import NOW, WORKSPACE, created

A_DAY = timedelta(days=1)
DUE = date(2026, 12, 4)
LATER = NOW + timedelta(days=60)


@pytest.fixture
def severe(db: Database) -> Incident:
    """An incident of SEV1."""
    with db.begin() as session:
        made = incidents.record_incident(session, WORKSPACE, "C0INC", title="Down", began_at=NOW, private=False)
        incidents.record_facts(session, replace(made, severity="SEV1"))
        return made


def opened(db: Database, owned: Team, of: Incident, at: datetime) -> None:
    with db.begin() as session:
        new = created(at=at, team_id=owned.id, incident_id=of.id, due=DUE)
        items.record_item(session, WORKSPACE, new, team=owned)


def of_december(db: Database, owned: Team) -> dict[str, PolicyKept]:
    with db.read() as session:
        return list_kept(session, WORKSPACE, [owned], [Month(2026, 12)], LATER, None, {owned.id: is_weekend})


def test_item_that_is_older_than_the_first_policy_is_in_no_figure(
    db: Database, payments: Team, severe: Incident
) -> None:
    opened(db, payments, severe, NOW - A_DAY)
    with db.begin() as session:
        record_policy(session, WORKSPACE, Policy("SEV1", due_days=14), NOW)
    assert of_december(db, payments) == {}
    opened(db, payments, severe, NOW + A_DAY)
    assert of_december(db, payments) == {"SEV1": PolicyKept(items=1)}


def test_policy_that_was_removed_since_still_counts_what_was_created_under_it(
    db: Database, payments: Team, severe: Incident
) -> None:
    with db.begin() as session:
        record_policy(session, WORKSPACE, Policy("SEV1", due_days=14), NOW - A_DAY)
    opened(db, payments, severe, NOW)
    with db.begin() as session:
        remove_policy(session, WORKSPACE, "SEV1", NOW + A_DAY)
    opened(db, payments, severe, NOW + 2 * A_DAY)
    assert of_december(db, payments) == {"SEV1": PolicyKept(items=1)}
