"""Open items that say nearly the same: shown to whoever makes another one, with “Add to this one instead”."""

from dataclasses import replace

from rapidfuzz import fuzz, process, utils
from sqlalchemy.orm import Session

from bot.domain.items import Draft, Item
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Viewer, Wanted
from bot.similar_titles import ALIKE, COMPARED
from handlers.place import Place
from storage import items


def find_similar(session: Session, workspace: str, viewer: Viewer, draft: Draft, home: Place) -> Item | None:
    """The open item of the same team most like *draft* that it can be merged into; None when none is alike.

    That is one that *viewer* may see, and so may everybody who sees the draft's card at *home*.
    """
    wanted = Wanted(states=OPEN, team_id=draft.team_id)
    shared = viewer.private_channels & {home.channel} if home.private else frozenset()
    viewer = replace(viewer, user="", private_channels=shared)
    titles = items.list_titles(session, workspace, wanted, viewer, limit=COMPARED)
    found = process.extractOne(
        draft.title, titles, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=ALIKE
    )
    return items.get_item(session, workspace, found[2], viewer) if found else None
