"""The demo's trackers: a local GitHub, GitLab, Jira and Linear, connected, with accounts and a few tickets."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from bot.app import Product
from bot.clock import Clock
from bot.commands.demo_items import WORKSPACE
from bot.commands.demo_sample import TEAMS
from bot.domain.surfaces import TicketOf
from bot.domain.tracker import Connection, TrackerKind
from bot.sandbox.trackers.desk import TrackerDesk
from bot.sandbox.trackers.github import LocalGitHub
from bot.sandbox.trackers.github_side import GitHubSide
from bot.sandbox.trackers.gitlab import LocalGitLab
from bot.sandbox.trackers.gitlab_side import GitLabSide
from bot.sandbox.trackers.jira import LocalJira
from bot.sandbox.trackers.jira_side import JiraSide
from bot.sandbox.trackers.linear import LocalLinear
from bot.sandbox.trackers.linear_side import LinearSide
from bot.sandbox.trackers.serving import LocalServer
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
THEIRS_AS_WELL = "Restore test of the backups", "Nobody has restored one since spring."
"""Issues that were there before: `link N URL` takes them."""


@dataclass(frozen=True)
class DemoTracker:
    """A connection as `actionitem tracker connect` would make it, and its server. `people`: who has an account there
    that is called as in `ACCOUNTS`."""

    connection: Connection
    secret: str
    server: LocalServer
    people: set[str] = field(default_factory=set)


class DemoTrackers:
    """Running trackers; `desk` shows them."""

    def __init__(self, github: LocalGitHub, gitlab: LocalGitLab, jira: LocalJira, linear: LocalLinear) -> None:
        self._github, self._gitlab, self._linear = github, gitlab, linear
        self.desk = TrackerDesk([GitHubSide(github), GitLabSide(gitlab), JiraSide(jira), LinearSide(linear)])
        main = _to("main", TrackerKind.GITHUB, github.url, github.repository.name)
        ops = _to("ops", TrackerKind.JIRA, jira.url, jira.project)
        ops = replace(ops, options={"email": jira.email, "issue_type": "Task"})
        eng = _to("eng", TrackerKind.LINEAR, f"{linear.url}/graphql", linear.team)
        web = _to("web", TrackerKind.GITLAB, gitlab.url, gitlab.project.name)
        self._all = [
            DemoTracker(main, github.token, github, github.people),
            DemoTracker(web, gitlab.token, gitlab, gitlab.project.people),
            DemoTracker(ops, jira.token, jira, jira.people),
            DemoTracker(eng, linear.key, linear),
        ]

    def connect(self, product: Product) -> None:
        """As an admin would: connections, and whose account is whose."""
        self._github.opened(THEIRS[0], "sam", THEIRS[1])
        self._gitlab.opened(*THEIRS_AS_WELL, "noor")
        self._linear.opened(*THEIRS_TOO)
        keys, now = keys_of(product.settings), product.deps.clock()
        with product.db.begin() as session:
            for each in self._all:
                sealed, signs = keys.seal(each.secret), keys.seal(WEBHOOK_SECRET)
                made = trackers.record_tracker(session, each.connection, sealed, signs, now)
                each.people.update(ACCOUNTS.values() if each.people else ())
                for user, account in ACCOUNTS.items() if each.people else ():
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
        github, gitlab = LocalGitHub(clock=clock), LocalGitLab(clock=clock)
        jira, linear = LocalJira(clock=clock), LocalLinear(clock=clock)
        for each in (github, gitlab, jira, linear):
            running.enter_context(each)
        yield DemoTrackers(github, gitlab, jira, linear)


def _to(name: str, kind: TrackerKind, url: str, place: str) -> Connection:
    return Connection(0, WORKSPACE, name, kind, url, place)
