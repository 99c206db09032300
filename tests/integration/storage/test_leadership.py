"""What leadership reads of the items themselves: risks, what is escalated, and only what its readers may know."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.costly import Risk, costliest
from bot.domain.incident import Incident
from bot.domain.item import By, moved
from bot.domain.item_values import Verified
from bot.domain.lifecycle import Action, State
from bot.domain.month import month_of
from bot.domain.policy import Policy
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.verdict import VerdictKind
from storage import incidents, items, leadership
from storage.engine import Database
from storage.policies import record_policy
from storage.teams import find_language, record_team
from tests.builders import NOW, TODAY, WORKSPACE, created, team

ANYBODY = Viewer("")


def incident(db: Database, title: str, days: int, of: Incident | None = None, *, private: bool = False) -> Incident:
    """So many days from now; *of*: it is that one again."""
    began = NOW + timedelta(days=days)
    with db.begin() as session:
        made = incidents.record_incident(
            session, WORKSPACE, f"C0INC{days}", title=title, began_at=began, private=private
        )
        if of:
            incidents.record_recurrence(session, made, of)
        return made


def opened(db: Database, owned: Team, of: Incident | None = None, **changes: object) -> int:
    with db.begin() as session:
        new = created(team_id=owned.id, incident_id=of.id if of else None, **changes)
        return items.record_item(session, WORKSPACE, new, team=owned).number


def risks(db: Database, *teams: Team) -> dict[int, Risk]:
    with db.read() as session:
        later = NOW + timedelta(days=100)
        return {risk.number: risk for risk in leadership.list_risks(session, WORKSPACE, teams, later, ANYBODY)}


def test_risk_counts_what_came_back_since_the_item_was_opened_also_what_came_back_of_that(
    db: Database, payments: Team
) -> None:
    first = incident(db, "Checkout down", -9)
    again = incident(db, "Checkout down again", 3, first)
    incident(db, "And once more", 8, again)
    earlier, later = opened(db, payments, first), opened(db, payments, again, at=NOW + timedelta(days=4))
    after = opened(db, payments, first, at=NOW + timedelta(days=5))
    found = risks(db, payments)
    assert {number: found[number].returns for number in (earlier, later, after)} == {earlier: 2, later: 1, after: 1}
    assert (found[earlier].incident, found[earlier].open_days) == ("Checkout down", 100)
    assert costliest(found.values())[0].number == earlier


def test_risk_knows_nothing_of_what_its_readers_may_not_see(db: Database, payments: Team) -> None:
    first = incident(db, "Checkout down", -9)
    incident(db, "Vault open", 3, first, private=True)
    number = opened(db, payments, first)
    secret = opened(db, payments, first, private=True, channel="C0VAULT")
    found = risks(db, payments)
    assert found[number].returns == 0
    assert secret not in found


def test_risks_are_of_the_teams_that_are_read_about_the_oldest_too(db: Database, payments: Team) -> None:
    with db.begin() as session:
        search = record_team(session, team(name="Search"))
    theirs, ours = opened(db, search), [opened(db, payments, at=NOW + timedelta(days=day)) for day in range(5)]
    assert sorted(risks(db, payments)) == ours[:3]
    assert set(risks(db, payments, search)) == {theirs, *ours[:2]}


def test_what_is_overdue_for_more_than_three_weeks_is_escalated_by_team(db: Database, payments: Team) -> None:
    with db.begin() as session:
        search = record_team(session, team(name="Search", timezone="UTC"))
    for owned, days in ((payments, 21), (payments, 22), (payments, 40), (search, 30), (search, 90)):
        opened(db, owned, due=TODAY - timedelta(days=days), private=days == 90, channel="C0VAULT")
    with db.read() as session:
        found = leadership.escalated(session, WORKSPACE, [payments, search], NOW, ANYBODY, ANYBODY)
    assert found.by_team == (("Payments", 2), ("Search", 1))
    assert found.longest
    assert (found.longest.due, found.days) == (date(2026, 10, 14), 40)


def test_policy_of_a_severity_says_when_leadership_hears(db: Database, payments: Team) -> None:
    with db.begin() as session:
        record_policy(session, WORKSPACE, Policy("SEV1", escalate_days=1, leadership_days=3), NOW - timedelta(days=99))
        made = incidents.record_incident(session, WORKSPACE, "C0INC", title="Down", began_at=NOW, private=False)
        incidents.record_facts(session, replace(made, severity="SEV1"))
    severe, usual = (opened(db, payments, of, due=TODAY - timedelta(days=5)) for of in (made, None))
    with db.read() as session:
        found = leadership.escalated(session, WORKSPACE, [payments], NOW, ANYBODY, ANYBODY)
    assert (found.by_team, found.days, found.by_policy) == ((("Payments", 1),), 5, True)
    assert found.longest
    assert (found.longest.number, severe) == (severe, usual - 1)


def test_channel_is_written_to_in_the_language_of_those_who_read_there(db: Database) -> None:
    with db.begin() as session:
        berlin = record_team(session, team(name="Berlin", channel="C1", leadership_channel="C9", language="de"))
        record_team(session, team(name="London", channel="C2", leadership_channel="C9", language="en"))
        items.record_item(session, WORKSPACE, created(team_id=berlin.id, channel="C3"), team=berlin)
    with db.read() as session:
        spoken = {channel: find_language(session, WORKSPACE, channel) for channel in ("C1", "C2", "C3", "C9", "C4")}
    assert spoken == {"C1": "de", "C2": "en", "C3": "de", "C9": "en", "C4": "en"}


def test_what_is_verified_is_known_apart_from_what_is_overdue_and_undone(db: Database, payments: Team) -> None:
    opened(db, payments, due=TODAY + timedelta(days=1))
    number = opened(db, payments, due=TODAY + timedelta(days=1))
    with db.begin() as session:
        found = items.get_item_for_change(session, WORKSPACE, number, None)
        seen = replace(found, state=State.VERIFIED, verified=Verified(NOW + timedelta(days=2), "U0PRIYA"))
        items.record_moved(session, moved(found, seen, Action.VERIFY, By("U0PRIYA", NOW + timedelta(days=2))))
    later = NOW + timedelta(days=5)
    with db.read() as session:
        line = leadership.team_line(session, payments, [month_of(later, payments.zone)], later, {}, ANYBODY, ANYBODY)
    assert (line.tally.overdue, line.verified_overdue) == (2, 1)
    assert line.kind is VerdictKind.STALLED
