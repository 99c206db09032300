"""A database in which the workspace is known, and people of every role."""

import pytest

from bot.domain.team import Team
from storage.engine import Database
from storage.people import record_person
from storage.teams import record_team
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE, person, team

OWNER, LEAD, MEMBER, ADMIN, STRANGER, GUEST, HELPER = (
    "U0PRIYA", "U0MARCO", "U0AISHA", "U0LENA", "U0STEN", "U0GIL", "U0HELP",
)  # fmt: skip
PEOPLE = {
    user: person(user=user, name=user, is_admin=user == ADMIN, is_guest=user == GUEST)
    for user in (OWNER, LEAD, MEMBER, ADMIN, STRANGER, GUEST, HELPER)
}


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
