"""What `actionitem export` prints."""

from collections.abc import Iterator

from bot.app import Product
from bot.domain.porting.writing import Format
from bot.services.export import pieces
from storage.teams import get_team

EVERYTHING = "Private items are exported too. This is the operator's; in Slack people get only what they may see."


def exported(product: Product, workspace: str, team: str | None, form: Format) -> Iterator[str]:
    """The text of the export, piece by piece, private items included. Raises `NotFound` for an unknown team."""
    with product.db.read() as session:
        team_id = get_team(session, workspace, team).id if team else None
    yield from pieces(product.db, workspace, None, form, team_id=team_id)
