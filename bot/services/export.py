"""Exports, piece by piece: for the command line, and for somebody in Slack who gets what they may see.

Each piece is read in a transaction of its own, so that a long export holds nobody up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.lifecycle import PARKED, State
from bot.domain.porting.writing import Format, head, written
from bot.domain.queries import Viewer
from storage.engine import Database
from storage.export import list_rows

EXPORT = "export"
"""The kind of surface that delivery makes a file of."""
BATCH = 1000


@dataclass(frozen=True)
class Wish:
    """An export asked for in Slack. `team_id` None: of every team; `deferred`: the register of risk debt."""

    user: str
    form: Format
    team_id: int | None = None
    deferred: bool = False

    @property
    def states(self) -> frozenset[State] | None:
        """The states of its items; None is every state."""
        return PARKED if self.deferred else None

    def key(self, request: str) -> str:
        """How delivery knows it; the same *request* of Slack's is the same export."""
        return f"{EXPORT}:{self.user}:{self.form}:{self.team_id or ''}:{int(self.deferred)}:{request}"


def wish_of(ref: str) -> Wish:
    """The wish of a key, given what stands after its kind."""
    user, form, team_id, deferred, _ = ref.split(":", 4)
    return Wish(user, Format(form), int(team_id) if team_id else None, deferred == "1")


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
        after = rows[-1].number or 0
