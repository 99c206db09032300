"""Puts the sample data into the demo's database by the product's own rules, only with times in the past."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.app import Product
from bot.commands.demo_sample import INCIDENTS, ITEMS, LEADERSHIP, TEAMS, SampleDeferral, SampleItem, SampleTeam
from bot.domain.approve import ask
from bot.domain.close import close
from bot.domain.days import is_weekend
from bot.domain.defer import DeferralTerms
from bot.domain.implement import implement
from bot.domain.incident import Incident
from bot.domain.item import By, Created, Draft, Item, Moved
from bot.domain.item_values import VerificationMethod
from bot.domain.lifecycle import ORDER
from bot.domain.start import start
from bot.domain.subjects import CardOf
from bot.domain.team import Team
from bot.domain.verify import Evidence, verify
from scheduler.schedules import schedule_team
from storage import incidents, items, teams
from storage.workspaces import record_workspace

WORKSPACE = "T0ACME"
CHANGE_URL = "https://git.example.com/acme/infrastructure/pull/417"
EVIDENCE = Evidence(
    VerificationMethod.ALERT_FIRED,
    "Stopped replication for six minutes: the page came after 5:20.",
    would_know=True,
    guard="https://ci.example.com/jobs/replica-lag-alert",
)
WAITED = timedelta(days=3)
"""So long a request of the sample waits for its approver."""
SampleStep = Callable[[Item, By], Moved]


def record_samples(product: Product) -> None:
    """Teams, incidents and items, with their cards in the outbox."""
    now = product.deps.clock()
    # Before the transaction, because it asks Slack, though here it is only the sandbox.
    for user in {sample.owner for sample in ITEMS}:
        product.deps.directory.person(WORKSPACE, user)
    with product.db.begin() as session:
        record_workspace(session, WORKSPACE, "Acme")
        known_teams = {sample.name: _team(session, sample, now) for sample in TEAMS}
        known = {sample.channel: _incident(session, sample.channel, now) for sample in INCIDENTS}
        for sample in ITEMS:
            item = _item(session, sample, known_teams[sample.team], known[sample.incident], now)
            card = CardOf(item.number).live(sample.incident)
            product.deps.outbox.enqueue(session, WORKSPACE, f"sample:{item.number}", [card])


def _team(session: Session, sample: SampleTeam, now: datetime) -> Team:
    team = Team(
        WORKSPACE, 0, sample.name, sample.channel, sample.lead, "Europe/Berlin", members=sample.members,
        leadership_channel=LEADERSHIP, tracker=sample.tracker,
    )  # fmt: skip
    recorded = teams.record_team(session, team)
    schedule_team(session, recorded, now)
    return recorded


def _incident(session: Session, channel: str, now: datetime) -> Incident:
    sample = next(found for found in INCIDENTS if found.channel == channel)
    began_at = now - timedelta(days=sample.days_ago)
    incident = incidents.record_incident(
        session, WORKSPACE, channel, title=sample.title, began_at=began_at, private=False
    )
    known = replace(incident, severity=sample.severity, postmortem_url=sample.postmortem_url)
    incidents.record_facts(session, known)
    return known


def _item(session: Session, sample: SampleItem, team: Team, incident: Incident, now: datetime) -> Item:
    impact, urgency, effort = sample.scales
    draft = Draft(
        title=sample.title, owner=sample.owner, due=_due(sample, now),
        remedy=sample.remedy, impact=impact, urgency=urgency, effort=effort,
        verification=sample.verification, team_id=team.id, incident_id=incident.id, root_cause=sample.root_cause,
    )  # fmt: skip
    created_at = now - timedelta(days=sample.age, minutes=10)
    item = items.record_item(session, WORKSPACE, Created(draft, team.lead, created_at, sample.incident))
    # By the rules and not by writing states: so the demo has a history, spans and measures like any team.
    for step, at in zip(_steps(sample), _moments(sample, now), strict=False):
        item = items.record_moved(session, step(item, By(sample.owner, at)))
    if sample.deferral:
        item = items.record_moved(session, _asked(item, sample.deferral, team, now))
    return item


def _due(sample: SampleItem, now: datetime) -> date:
    """So many days away, but on no weekend: what lies behind stays behind, and what lies ahead ahead."""
    day = now.date() + timedelta(days=sample.due_in)
    while is_weekend(day):
        day += timedelta(days=-1 if sample.due_in < 0 else 1)
    return day


def _asked(item: Item, sample: SampleDeferral, team: Team, now: datetime) -> Moved:
    """Its owner's request, which waits for the lead."""
    terms = DeferralTerms(sample.why, sample.risk, now.date() + timedelta(days=sample.days))
    return ask(item, By(item.owner, now - WAITED), terms, team.lead)


def _steps(sample: SampleItem) -> Iterator[SampleStep]:
    """What leads to the sample's state, in order."""
    way: list[SampleStep] = [
        start,
        lambda item, by: implement(item, by, CHANGE_URL, by.at.date(), by.at.date()),
        lambda item, by: verify(item, by, EVIDENCE),
        lambda item, by: close(item, by, item.postmortem_url),
    ]
    yield from way[: ORDER.index(sample.state)]


def _moments(sample: SampleItem, now: datetime) -> Iterator[datetime]:
    """Times between the item's creation and its last progress, which was `quiet` days ago."""
    first = now - timedelta(days=sample.age - 1)
    last = now - timedelta(days=sample.quiet)
    count = ORDER.index(sample.state)
    for index in range(count):
        yield first + (last - first) * (index + 1) / count
