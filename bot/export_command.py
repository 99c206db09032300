"""What `actionitem export` prints: items in batches, each read in a transaction of its own."""

from collections.abc import Iterator

from bot.app import Product
from bot.domain.porting.writing import Format, head, written
from storage.exporting import list_rows
from storage.teams import get_team

BATCH = 1000
EVERYTHING = "Private items are exported too. This is the operator's; in Slack people get only what they may see."


def exported(product: Product, workspace: str, team: str | None, form: Format) -> Iterator[str]:
    """The text of the export, piece by piece, private items included. Raises `NotFound` for an unknown team."""
    with product.db.begin() as session:
        team_id = get_team(session, workspace, team).id if team else None
    yield head(form)
    after = 0
    while True:
        with product.db.begin() as session:
            rows = list_rows(session, workspace, None, team_id=team_id, after=after, limit=BATCH)
        if not rows:
            return
        yield written(form, rows)
        after = rows[-1].number or 0
