"""The demo's sample data: items such as four well-known public incidents called for. Facts are public, words ours.

Ages are in days before the demo begins, so that every state, an overdue item and a stale one can be seen at once.
"""

from dataclasses import dataclass

from bot.domain.item import Remedy
from bot.domain.lifecycle import State


@dataclass(frozen=True)
class SampleTeam:
    """A team; ids are those of the sandbox. `tracker` is the connection in which its tickets are made."""

    name: str
    channel: str
    lead: str
    members: tuple[str, ...]
    tracker: str


@dataclass(frozen=True)
class SampleIncident:
    """An incident channel. `channel` is its id in the sandbox."""

    channel: str
    name: str
    title: str
    severity: str
    days_ago: int
    postmortem_url: str = ""


@dataclass(frozen=True)
class SampleDeferral:
    """What the owner asked the lead for, three days ago: to come back to it in `days` from now."""

    why: str
    risk: str
    days: int


@dataclass(frozen=True)
class SampleItem:
    """An item `age` days old, due `due_in` days from now, in `state`. `quiet` is days without progress.

    `deferral`: what waits for a decision of the team's lead.
    """

    incident: str
    team: str
    title: str
    owner: str
    remedy: Remedy
    verification: str
    scales: tuple[int, int, int]  # impact, urgency, effort
    age: int
    due_in: int
    state: State = State.NOT_STARTED
    quiet: int = 0
    root_cause: str = ""
    deferral: SampleDeferral | None = None


LEADERSHIP = "C0LEADERSHIP"
"""The channel in which leadership reads how all teams stand, once a month."""

TEAMS = (
    SampleTeam("Payments", "C0PAYMENTS", "U0MARCO", ("U0PRIYA", "U0SAM"), "main"),
    SampleTeam("Platform", "C0PLATFORM", "U0LENA", ("U0AISHA", "U0NOOR"), "ops"),
)

INCIDENTS = (
    SampleIncident(
        "C0INCDB", "inc-2017-01-31-database", "Production database removed by hand (as at GitLab, 31 Jan 2017)",
        "SEV1 – critical", 41, "https://about.gitlab.com/blog/2017/02/10/postmortem-of-database-outage-of-january-31/",
    ),
    SampleIncident(
        "C0INCREGEX", "inc-2019-07-02-regex", "One regular expression used every CPU (as at Cloudflare, 2 Jul 2019)",
        "SEV1 – critical", 20,
        "https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/",
    ),
    SampleIncident(
        "C0INCS3", "inc-2017-02-28-storage", "Too many storage servers taken offline (as at Amazon S3, 28 Feb 2017)",
        "SEV2 – major", 9,
    ),
    SampleIncident("C0INC", "inc-2041-checkout", "Checkout answers slowly after a deploy", "SEV2 – major", 1),
)  # fmt: skip

ITEMS = (
    SampleItem(
        "C0INCDB", "Platform", "Show host name and role in red in the shell prompt of every production database",
        "U0NOOR", Remedy.GUARDRAIL, "Log in to primary and replica and compare the prompts", (5, 3, 1), 40, -4,
        State.IN_PROGRESS, 9, "Two terminals looked the same",
    ),
    SampleItem(
        "C0INCDB", "Platform", "Restore last night's backup into a scratch database every day and alert when it fails",
        "U0AISHA", Remedy.AUTOMATION, "Break a backup on purpose and see the alert", (5, 4, 3), 40, 3,
        State.IMPLEMENTED, 2, "No backup had ever been restored",
    ),
    SampleItem(
        "C0INCDB", "Platform", "Page the on-call when the replica lags more than 60 seconds for 5 minutes",
        "U0NOOR", Remedy.MONITORING, "Stop replication in staging for six minutes", (4, 4, 2), 40, -12,
        State.CLOSED, 6,
    ),
    SampleItem(
        "C0INCDB", "Platform", "Write the steps of a full restore into the on-call runbook, for whoever is on call",
        "U0LENA", Remedy.DOCUMENTATION, "Somebody who has never done it restores staging by the page", (3, 2, 2), 40,
        10, State.NOT_STARTED, 36,
    ),
    SampleItem(
        "C0INCREGEX", "Platform", "Reject filter rules that need more than 10 ms of CPU on the reference request in CI",
        "U0AISHA", Remedy.VALIDATION, "Submit the rule of 2 July and see the build fail", (5, 5, 3), 19, 5,
        State.IN_PROGRESS, 3, "Nothing limited what a rule may cost",
    ),
    SampleItem(
        "C0INCREGEX", "Platform", "Roll filter rules out to 1 %, 10 % and 100 % of traffic with an hour between",
        "U0NOOR", Remedy.GUARDRAIL, "Deploy a rule that logs only and watch the three steps", (5, 4, 2), 19, 12,
    ),
    SampleItem(
        "C0INCREGEX", "Platform", "Let the on-call open the control panel while the edge is down",
        "U0LENA", Remedy.PROCESS, "Drill: block the edge in staging and log in", (4, 3, 4), 19, 30,
    ),
    SampleItem(
        "C0INCS3", "Payments", "Refuse to take a storage pool below its minimum number of servers",
        "U0SAM", Remedy.GUARDRAIL, "Ask the tool for one server too many in staging", (5, 4, 2), 8, 1,
        State.IN_PROGRESS, 1, "The tool accepted any number",
    ),
    SampleItem(
        "C0INCS3", "Payments", "Serve the status page from a second region without the storage service",
        "U0PRIYA", Remedy.AUTOMATION, "Cut the first region off in a drill and load the page", (3, 3, 3), 8, 20,
    ),
    SampleItem(
        "C0INC", "Payments", "Alert when checkout's p99 latency is over 500 ms for 5 minutes",
        "U0PRIYA", Remedy.MONITORING, "Fire the alert on purpose in staging", (4, 5, 1), 0, 4,
    ),
    SampleItem(
        "C0INC", "Payments", "Roll a deploy back by itself when the error rate doubles within ten minutes",
        "U0MARCO", Remedy.AUTOMATION, "Deploy a build that fails on purpose to the canary", (5, 4, 3), 0, 18,
    ),
    SampleItem(
        "C0INCS3", "Payments", "Move the export of invoices off the shared storage pool",
        "U0SAM", Remedy.AUTOMATION, "Take the pool offline in staging and export an invoice", (4, 2, 4), 8, 6,
        deferral=SampleDeferral(
            "The export moves to the new billing service in spring", "Without the pool no invoice is sent", 75,
        ),
    ),
)  # fmt: skip
