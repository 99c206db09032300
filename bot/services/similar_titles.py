"""Open items that say nearly the same, by their titles."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

from rapidfuzz import fuzz, process, utils
from sqlalchemy.orm import Session

from bot.domain.item import Draft, Item
from bot.domain.lifecycle import OPEN
from bot.domain.queries import Viewer, Wanted
from bot.domain.team import Team
from storage import items
from storage.items import list_titles


def find_similar(session: Session, workspace: str, viewer: Viewer, draft: Draft, private: str | None) -> Item | None:
    """The open item of the same team most like *draft* that it can be merged into; None when none is alike.

    That is one that *viewer* may see, and so may everybody who sees the draft's card: *private* is the private channel
    in which it is made, None elsewhere.
    """
    shared = viewer.private_channels & {private} if private else frozenset()
    viewer = replace(viewer, user="", private_channels=shared)
    return find_alike(session, workspace, viewer, draft.title, draft.team_id)


def find_alike(
    session: Session, workspace: str, viewer: Viewer, title: str, team_id: int | None, *, same_numbers: bool = False
) -> Item | None:
    """The open item of the team most like *title*, of those that *viewer* may see; None when none is alike.

    *same_numbers*: not one that is about another shard, region or limit, as somebody means who writes several at once.
    """
    titles = items.list_titles(session, workspace, Wanted(states=OPEN, team_id=team_id), viewer, limit=COMPARED)
    alike = process.extract(
        title, titles, scorer=fuzz.token_sort_ratio, processor=utils.default_process, score_cutoff=ALIKE, limit=None
    )
    # Of the few that are alike, the most alike first: to take three hundred titles apart takes longer than to compare.
    same = (number for other, _score, number in alike if not same_numbers or numbers_in(other) == numbers_in(title))
    found = next(same, None)
    return items.get_item(session, workspace, found, viewer) if found is not None else None


def numbers_in(title: str) -> list[str]:
    """Its words with a digit in them, sorted: `["10,000", "eu-west-1"]`."""
    return sorted(word.strip(".,;:()") for word in title.casefold().split() if any(map(str.isdigit, word)))


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
    # Once for each title and not for each pair: 300 titles make 45,000 pairs.
    words = {number: utils.default_process(title) for number, title in titles.items()}
    return [
        (one, other)
        for one, other in combinations(sorted(words), 2)
        if fuzz.token_sort_ratio(words[one], words[other], score_cutoff=ALIKE)
    ]
