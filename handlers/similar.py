"""Open items that say nearly the same: shown to whoever makes another one, with “Add to this one instead”."""

from rapidfuzz import fuzz, process, utils

from bot.deps import Deps
from bot.domain.items import Draft, Item
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Wanted
from handlers.router import Asked
from storage import items

ALIKE = 88
"""Percent of likeness of two titles (rapidfuzz's token sort ratio) from which they may mean the same."""
COMPARED = 5_000
"""Open items of the team that are compared at most; that many take about ten milliseconds."""


def find_similar(deps: Deps, asked: Asked, draft: Draft) -> Item | None:
    """The open item most like *draft* that the asker may see, of the same team; None when none is alike."""
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    wanted = Wanted(states=OPEN, team_id=draft.team_id)
    with deps.db.begin() as session:
        titles = items.list_titles(session, asked.workspace, wanted, viewer, limit=COMPARED)
        found = process.extractOne(
            draft.title, titles, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=ALIKE
        )
        return items.get_item(session, asked.workspace, found[2], viewer) if found else None
