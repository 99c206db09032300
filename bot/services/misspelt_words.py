"""What a search meant by words that nobody says."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from bot.domain.misspelt import TITLES_READ, likeliest
from bot.domain.queries import Viewer
from storage.items import list_titles_that_may_say


def find_meant(session: Session, workspace: str, words: Sequence[str], viewer: Viewer) -> tuple[str, ...] | None:
    """*words* as titles have them that *viewer* may see; None where none has them all."""
    titles = list_titles_that_may_say(session, workspace, words, viewer, limit=TITLES_READ)
    # The measure is handed in: rules know no library (docs/adr/006-rooms.md).
    return likeliest(words, titles, OSA.distance)
