"""What `actionitem export` prints."""

from collections.abc import Iterator
from itertools import chain

from bot.app import Product
from bot.domain.errors import Refused
from bot.domain.porting.file_lines import BOM
from bot.domain.porting.writing import Format
from bot.services.export import pieces
from storage.teams import get_team

EVERYTHING = "Private items are exported too. This is the operator's; in Slack people get only what they may see."


def exported(product: Product, workspace: str, team: str | None, form: Format, *, excel: bool = False) -> Iterator[str]:
    """The text of the export, piece by piece, private items included. Raises `NotFound` at once for an unknown team.

    `excel`: a byte order mark first, without which Excel takes UTF-8 for the letters of its own country.
    """
    if excel and form is not Format.CSV:
        raise Refused("--excel is for CSV. Leave out --format, or --excel.")
    # Closed before the first piece is given: no transaction waits for whoever reads the output.
    with product.db.read() as session:
        team_id = get_team(session, workspace, team).id if team else None
    return chain([BOM] if excel else [], pieces(product.db, workspace, None, form, team_id=team_id))
