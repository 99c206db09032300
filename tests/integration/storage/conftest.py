"""A database in which the workspace is known, and people of every role."""

import pytest

from bot.domain.team import Team
from storage.engine import Database
from storage.people import record_person
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.actions import LEAD, MEMBER, OWNER, PEOPLE
from tests.builders import WORKSPACE, team


@pytest.fixture
def db(db: Database) -> Database:
    with db.begin() as session:
        record_workspace(session, WORKSPACE, "Acme")
    return db


@pytest.fixture
def payments(db: Database) -> Team:
    """A team with a lead and members; an admin, a stranger, a guest and a helper beside it."""
    with db.begin() as session:
        for known in PEOPLE.values():
            record_person(session, known)
        return record_team(session, team(id=0, lead=LEAD, members=(OWNER, MEMBER)))
