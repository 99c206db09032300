"""The cost of waiting in a digest: what is overdue begins with what came back most (B16)."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.domain.incident import Incident
from bot.domain.queries import Viewer
from bot.domain.team import Team
from scheduler.rituals.occasion import Occasion
from scheduler.rituals.weekly_digest import say
from storage import incidents, items
from storage.engine import Database
from tests.builders import NOW, TODAY, WORKSPACE, created

A_DAY = timedelta(days=1)


def again(db: Database, days: int, hours: int, *, of: Incident | None = None) -> Incident:
    """An incident of so many days from now that lasted so many hours; *of*: it is that one again."""
    began = NOW + days * A_DAY
    with db.begin() as session:
        made = incidents.record_incident(session, WORKSPACE, f"C0I{hours}", title="Down", began_at=began, private=False)
        incidents.record_facts(session, replace(made, ended_at=began + timedelta(hours=hours)))
        if of:
            incidents.record_recurrence(session, made, of)
        return made


def late(db: Database, owned: Team, of: Incident | None = None, **changes: object) -> str:
    with db.begin() as session:
        at = NOW - 30 * A_DAY
        draft = created(at=at, team_id=owned.id, incident_id=of.id if of else None, due=TODAY - A_DAY, **changes)
        return items.record_item(session, WORKSPACE, draft, team=owned).label


def test_overdue_begins_with_what_came_back_most_then_with_what_lasted_longest(db: Database, payments: Team) -> None:
    usual = [late(db, payments) for _each in range(12)]
    once_short, once_long, twice = (again(db, -90, hours) for hours in (1, 2, 3))
    # Of the least rank, and all of them begin the section.
    [short, long, often] = [late(db, payments, of, impact=1, effort=5) for of in (once_short, once_long, twice)]
    again(db, -9, 4, of=once_short)
    again(db, -9, 5, of=once_long)
    again(db, -5, 6, of=again(db, -8, 7, of=twice))
    with db.read() as session:
        everybody = Viewer("")
        [post] = say(session, Occasion(payments, "2026-W48", NOW, everybody, everybody))
    text = str(post)
    named = re.findall(r"AI-[0-9]+", text)
    assert list(dict.fromkeys(named))[:3] == [often, long, short], text
    assert set(named) & set(usual)
