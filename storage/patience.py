"""How long the database is waited for: seconds where a person waits, two minutes elsewhere, never for ever."""

from contextlib import AbstractContextManager

from bot.domain.in_vain import WaitingInVain

PERSON_WAITS_S = 2.5
"""For what a request asks of the database in vain; Slack itself waits for three seconds."""
NOBODY_WAITS_S = 120.0
MIGRATION_S = 86_400.0
"""An index over millions of rows takes its time, and nothing else runs."""
_database = WaitingInVain("database", NOBODY_WAITS_S)
patience, waited_in_vain = _database.left, _database.waited


def waiting_at_most(seconds: float) -> AbstractContextManager[None]:
    """Within the block the database is waited for that long in vain, all in all."""
    return _database.at_most(seconds)
