"""Open items of a team whose titles say nearly the same, as far as somebody may see them."""

from collections.abc import Mapping
from itertools import combinations

from rapidfuzz import fuzz, utils
from sqlalchemy.orm import Session

from bot.domain.lifecycle import OPEN
from bot.domain.queries import Viewer, Wanted
from bot.domain.teams import Team
from storage.items import list_titles

ALIKE = 88
"""Percent of likeness of two titles (rapidfuzz's token sort ratio) from which they may mean the same."""
COMPARED = 300
"""Open items of a team that are compared, the newest first. A team with more has other worries: R99 asks for 20."""


def list_alike(session: Session, team: Team, viewer: Viewer) -> list[tuple[int, int]]:
    """Pairs of numbers, the earlier item first."""
    wanted = Wanted(states=OPEN, team_id=team.id)
    return pairs_alike(list_titles(session, team.workspace, wanted, viewer, limit=COMPARED))


def pairs_alike(titles: Mapping[int, str]) -> list[tuple[int, int]]:
    """Those of the titles, by number, that are alike; a few ten milliseconds for `COMPARED` of them."""
    words = {number: utils.default_process(title) for number, title in titles.items()}
    return [
        (one, other)
        for one, other in combinations(sorted(words), 2)
        if fuzz.token_sort_ratio(words[one], words[other], score_cutoff=ALIKE)
    ]
