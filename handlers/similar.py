"""Open items that say nearly the same: shown to whoever makes another one, with “Add to this one instead”."""

from rapidfuzz import fuzz, process, utils
from sqlalchemy.orm import Session

from bot.domain.items import Draft, Item
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Viewer, Wanted
from bot.similar_titles import ALIKE, COMPARED
from storage import items


def find_similar(session: Session, workspace: str, viewer: Viewer, draft: Draft) -> Item | None:
    """The open item most like *draft* that *viewer* may see, of the same team; None when none is alike."""
    wanted = Wanted(states=OPEN, team_id=draft.team_id)
    titles = items.list_titles(session, workspace, wanted, viewer, limit=COMPARED)
    found = process.extractOne(
        draft.title, titles, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=ALIKE
    )
    return items.get_item(session, workspace, found[2], viewer) if found else None
