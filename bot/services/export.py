"""Exports, piece by piece: for the command line, and for somebody in Slack who gets what they may see.

Each piece is read in a transaction of its own, so that a long export holds nobody up.
"""

from collections.abc import Iterator

from bot.domain.lifecycle import State
from bot.domain.porting.writing import Format, head, written
from bot.domain.queries import Viewer
from storage.engine import Database
from storage.export import list_rows

BATCH = 2500


def pieces(
    db: Database,
    workspace: str,
    viewer: Viewer | None,
    form: Format,
    *,
    team_id: int | None = None,
    states: frozenset[State] | None = None,
) -> Iterator[str]:
    """The text of an export of what *viewer* may see; None sees everything."""
    yield head(form)
    after = 0
    while True:
        with db.read() as session:
            rows = list_rows(session, workspace, viewer, team_id=team_id, states=states, after=after, limit=BATCH)
        if not rows:
            return
        yield written(form, rows)
        # On from the last number and not by an offset: what is made meanwhile shifts nothing.
        after = rows[-1].number or 0
