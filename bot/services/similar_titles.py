"""Open items that say nearly the same, by their titles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz, process, utils
from sqlalchemy.orm import Session

from bot.domain.item import Draft, Item
from bot.domain.queries import Viewer
from bot.domain.team import Team
from storage import items
from storage.items import list_open_titles


@dataclass(frozen=True)
class Alike:
    """The open items that say nearly the same as a title, the most alike first: their numbers and titles.

    `newest`: no open item that was there with a number up to it, of those that were compared, is missing.
    """

    title: str
    found: Sequence[tuple[int, str]]
    newest: int

    @property
    def about_the_same(self) -> int | None:
        """The first that is not about another shard, region or limit, as somebody means who writes several at once."""
        wanted = numbers_in(self.title) if self.found else []
        return next((number for number, title in self.found if numbers_in(title) == wanted), None)

    @property
    def nothing_up_to(self) -> int:
        """Up to which number nothing is alike: who looks once more need only look at what is newer."""
        return 0 if self.found else self.newest


def find_similar(
    session: Session, workspace: str, viewer: Viewer, draft: Draft, private: str | None, after: int = 0
) -> Item | None:
    """The open item of the same team most like *draft* that it can be merged into; None when none is alike.

    That is one that *viewer* may see, and so may everybody who sees the draft's card: *private* is the private channel
    in which it is made, None elsewhere. Of those with a number above *after*: up to it, nothing is alike.
    """
    shared = viewer.private_channels & {private} if private else frozenset()
    viewer = replace(viewer, user="", private_channels=shared)
    alike = list_those_alike(session, workspace, viewer, draft.title, draft.team_id, after=after).found
    return items.get_item(session, workspace, alike[0][0], viewer) if alike else None


def list_those_alike(
    session: Session, workspace: str, viewer: Viewer, title: str, team_id: int | None, *, after: int = 0
) -> Alike:
    """The open items of the team, with a number above *after*, that say nearly the same and that *viewer* may see."""
    titles = list_open_titles(session, workspace, team_id, viewer, limit=COMPARED, after=after)
    # What token_sort_ratio compares, sorted once for each title and not at each comparison: 230 → 75 µs for 300.
    words = {number: _sorted_words(other) for number, other in titles.items()}
    alike = process.extract(_sorted_words(title), words, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
    return Alike(title, [(number, titles[number]) for _words, _score, number in alike], max(titles, default=after))


@lru_cache(16_384)
def _sorted_words(title: str) -> str:
    return " ".join(sorted(utils.default_process(title).split()))


def numbers_in(title: str) -> list[str]:
    """Its words with a digit in them, sorted: `["10,000", "eu-west-1"]`."""
    return sorted(word.strip(".,;:()") for word in title.casefold().split() if any(map(str.isdigit, word)))


ALIKE = 88
"""Percent of likeness of two titles (rapidfuzz's token sort ratio) from which they may mean the same."""
COMPARED = 300
"""Open items of a team that are compared, the newest first. A team with more has other worries: R99 asks for 20."""


def list_alike(session: Session, team: Team, viewer: Viewer) -> list[tuple[int, int]]:
    """Pairs of numbers, the earlier item first."""
    return pairs_alike(list_open_titles(session, team.workspace, team.id, viewer, limit=COMPARED))


def pairs_alike(titles: Mapping[int, str]) -> list[tuple[int, int]]:
    """Those of the titles, by number, that are alike; a few ten milliseconds for `COMPARED` of them."""
    # Once for each title and not for each pair: 300 titles make 45,000 pairs.
    words = {number: _sorted_words(title) for number, title in titles.items()}
    return [
        (one, other)
        for one, other in combinations(sorted(words), 2)
        if fuzz.ratio(words[one], words[other], score_cutoff=ALIKE)
    ]
