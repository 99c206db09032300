"""A database in which the workspace is known."""

import pytest

from storage.engine import Database
from storage.workspaces import record_workspace
from tests.builders import WORKSPACE


@pytest.fixture
def db(db: Database) -> Database:
    with db.begin() as session:
        record_workspace(session, WORKSPACE, "Acme")
    return db
