"""The demo's trackers: a local GitHub, Jira and Linear, connected, with accounts and two tickets to begin with."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from bot.app import Product
from bot.clock import Clock
from bot.commands.demo_items import WORKSPACE
from bot.commands.demo_sample import TEAMS
from bot.domain.surfaces import TicketOf
from bot.domain.tracker import Connection, TrackerKind
from bot.sandbox.trackers.desk import TrackerDesk
from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.jira import LocalJira
from bot.sandbox.trackers.linear import LocalLinear
from bot.sandbox.trackers.serving import LocalServer
from bot.sandbox.trackers.sides import GitHubSide, JiraSide, LinearSide
from bot.services.tickets import new_link
from bot.services.tracker_clients import keys_of
from storage import items, tickets, trackers

WEBHOOK_SECRET = "demo"  # noqa: S105 – of no use anywhere else
ACCOUNTS = {
    "U0PRIYA": "priya",
    "U0MARCO": "marco",
    "U0SAM": "sam",
    "U0NOOR": "noor",
    "U0LENA": "lena",
    "U0AISHA": "aisha",
}
TRACKERS = {team.name: team.tracker for team in TEAMS}
WITH_A_TICKET = (8, 5)
"""Items that have one from the start, of either team, both in progress."""
THEIRS = "Storage tool: add a dry run", "The tool takes any number of servers offline. It should show first which."
THEIRS_TOO = "Control panel: second way in", "It cannot be reached while the edge is down."
"""Issues that were there before: `link N URL` takes them."""


@dataclass(frozen=True)
class DemoTracker:
    """A connection as `actionitem tracker connect` would make it, and its server."""

    connection: Connection
    secret: str
    server: LocalServer


class DemoTrackers:
    """Running trackers; `desk` shows them."""

    def __init__(self, github: LocalGitHub, jira: LocalJira, linear: LocalLinear) -> None:
        self._github, self._jira, self._linear = github, jira, linear
        self.desk = TrackerDesk([GitHubSide(github), JiraSide(jira), LinearSide(linear)])
        main = _to("main", TrackerKind.GITHUB, github.url, github.repository.name)
        ops = _to("ops", TrackerKind.JIRA, jira.url, jira.project)
        ops = replace(ops, options={"email": jira.email, "issue_type": "Task"})
        eng = _to("eng", TrackerKind.LINEAR, f"{linear.url}/graphql", linear.team)
        self._all = [
            DemoTracker(main, github.token, github),
            DemoTracker(ops, jira.token, jira),
            DemoTracker(eng, linear.key, linear),
        ]

    def connect(self, product: Product) -> None:
        """As an admin would: connections, and whose account is whose."""
        self._github.people |= set(ACCOUNTS.values())
        self._jira.people |= set(ACCOUNTS.values())
        self._github.opened(THEIRS[0], "sam", THEIRS[1])
        self._linear.opened(*THEIRS_TOO)
        keys, now = keys_of(product.settings), product.deps.clock()
        with product.db.begin() as session:
            for each in self._all:
                sealed, signs = keys.seal(each.secret), keys.seal(WEBHOOK_SECRET)
                made = trackers.record_tracker(session, each.connection, sealed, signs, now)
                for user, account in ACCOUNTS.items() if made.kind is not TrackerKind.LINEAR else ():
                    trackers.record_account(session, made, user, account)

    def make_tickets(self, product: Product) -> None:
        """One for either team, as if somebody had pressed “Create ticket”; their cards stand by now."""
        with product.db.begin() as session:
            for number in WITH_A_TICKET:
                item = items.get_item_as_it_is(session, WORKSPACE, number)
                assert item
                where = trackers.get_tracker(session, WORKSPACE, TRACKERS[item.team_name])
                tickets.record_link(session, new_link(item, where.id, item.owner))
                product.deps.outbox.enqueue(session, WORKSPACE, f"sample:ticket:{number}", [TicketOf(number).refresh])

    def follow(self, url: str) -> None:
        """Tells the bot at *url* at once of what happens in them."""
        for each in self._all:
            kind, name = each.connection.kind.value, each.connection.name
            each.server.webhook = (f"{url}/webhooks/{kind}/{name}", WEBHOOK_SECRET)


@contextmanager
def running_trackers(clock: Clock) -> Iterator[DemoTrackers]:
    """They listen on free ports of this machine, and go by *clock*."""
    with ExitStack() as running:
        github, jira = LocalGitHub(clock=clock), LocalJira(clock=clock)
        linear = LocalLinear(clock=clock)
        for each in (github, jira, linear):
            running.enter_context(each)
        yield DemoTrackers(github, jira, linear)


def _to(name: str, kind: TrackerKind, url: str, place: str) -> Connection:
    return Connection(0, WORKSPACE, name, kind, url, place)
