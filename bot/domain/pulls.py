"""Pull requests that name items, and deployments of them: who is named, and what that proposes. Pure.

A pull request that is merged proposes “Implemented”; nothing is implemented by it (P15): its owner says so.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.item import By, Item, Moved, moved
from bot.domain.lifecycle import Action, State
from bot.domain.proposal import WAITING
from bot.domain.start import start
from bot.domain.tickets import Did

NAMED_AT_MOST = 50
"""Items that one pull request can name: a list of all that there are is no work on them."""
ONE_OCCASION = timedelta(hours=1)
"""What is merged, closed or merged again within it is asked in one message."""
# Whatever letter stands before it, it is another word (`OPENAI-12`), and another digit another number.
NAME = re.compile(r"(?<![A-Za-z0-9])AI[-\u2010-\u2015]([1-9][0-9]{0,8})(?![0-9])", re.IGNORECASE)
# Templates explain themselves in comments, which nobody reads on the page.
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
REVERT = re.compile(r'\s*revert(?::|\b.*["“])', re.IGNORECASE)


class PullStage(StrEnum):
    """Where a pull request stands, and whether it still names the item."""

    OPEN = "open"
    MERGED = "merged"
    DROPPED = "dropped"
    UNNAMED = "unnamed"


@dataclass(frozen=True)
class PullRequest:
    """A change as its tracker showed it at `at`; `name` is how people call it (`acme/shop#41`).

    `shas`: the commits by which a deployment of it is known; the first is the one it was merged as.
    """

    ref: str
    name: str
    url: str
    title: str
    stage: PullStage
    at: datetime
    text: str = ""
    branch: str = ""
    shas: tuple[str, ...] = ()
    merged_at: datetime | None = None
    by: str = ""
    """The account that merged it, or else made it."""

    @property
    def takes_back(self) -> bool:
        """Whether it undoes another one, whose title it quotes."""
        return bool(REVERT.match(self.title)) or self.branch.startswith("revert-")


@dataclass(frozen=True)
class Deployment:
    """A deployment to production that succeeded."""

    ref: str
    sha: str
    at: datetime


@dataclass(frozen=True)
class NamedItem:
    """A pull request on record for one item that it names. `question` is what its owner was asked (`TicketQuestion`).

    `looked_at`: deployments before that do not contain it.
    """

    workspace: str
    connection_id: int
    ref: str
    number: int
    name: str
    url: str
    stage: PullStage
    at: datetime
    shas: tuple[str, ...] = ()
    merged_at: datetime | None = None
    deployed_at: datetime | None = None
    looked_at: datetime | None = None
    question: str = ""

    @property
    def is_merged(self) -> bool:
        """Merged stays merged."""
        return self.stage is PullStage.MERGED


def numbers_named(pull: PullRequest) -> list[int]:
    """The items that its title, text or branch names, in order."""
    said = "\n".join((pull.title, COMMENT.sub("", pull.text), pull.branch))
    return sorted({int(number) for number in NAME.findall(said)})[:NAMED_AT_MOST]


def is_older(pull: PullRequest, known: Iterable[NamedItem]) -> bool:
    """Whether something newer is on record: events come in any order."""
    return any(pull.at < each.at or (each.is_merged and pull.stage is not PullStage.MERGED) for each in known)


def proposes(pull: PullRequest, item: Item) -> bool:
    """Whether its merge is a reason to ask whether the item is in production."""
    if pull.stage is not PullStage.MERGED or pull.takes_back or item.state not in WAITING:
        return False
    # What was merged before anybody wanted the item is not what it asks for; trackers count seconds, and clocks differ.
    return pull.merged_at is None or pull.merged_at >= item.created_at - ONE_OCCASION


def tell_pull(item: Item, pull: PullRequest | NamedItem, did: Did, by: By) -> Moved:
    """A line of history about the pull request; *item* is as it is afterwards."""
    return moved(item, item, Action.TICKET, by, detail={"did": did.value, "ticket": pull.name, "url": pull.url})


def begun(item: Item, pull: PullRequest, by: By) -> Moved | None:
    """What is merged was begun: without this “Implemented” would be refused for a step that nobody needs."""
    if item.blocked or item.state is not State.NOT_STARTED:
        return None
    made = start(item, by)
    place = {"ticket": pull.name, "url": pull.url}
    return replace(made, change=replace(made.change, detail={**made.change.detail, **place}))


def may_be_in(named: NamedItem, made: Deployment) -> bool:
    """Whether the deployment is to be looked into: it came after the merge, and was not looked into before.

    Trackers count seconds, so of the last second that was looked into another one may be told yet.
    """
    if made.sha in named.shas:
        return True
    merged, looked = named.merged_at, named.looked_at
    return bool(named.shas and merged and made.at >= merged and (looked is None or made.at >= looked))
