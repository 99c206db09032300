"""Tickets as teams have them, made up with a fixed seed: at the borders of days, months and deadlines in four zones."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from tests.oracle import NO_TEAM

TEAMS = {
    "Payments": "Europe/Berlin",
    "Search": "America/Los_Angeles",
    "Mobile": "Pacific/Auckland",
    "Ledger": "Asia/Kathmandu",
    "Idle": "Pacific/Apia",
}
"""Idle has no items."""
ZONES = {**TEAMS, NO_TEAM: "UTC"}
FIRST, LAST = date(2025, 6, 1), datetime(2026, 3, 31, 20, tzinfo=UTC)
STATES = ("closed",) * 11 + ("wont_do", "risk_accepted", "merged", "open", "open", "open", "deferred", "idea", "open")
COLUMNS = (
    "title", "owner", "team", "incident", "incident_started_at", "recurrence_of", "state", "blocked", "created_at",
    "due", "original_due", "started_at", "implemented_at", "verified_at", "ended_at", "deferred_at", "revisit_on",
)  # fmt: skip
Row = dict[str, str]


def made_up(count: int, seed: int = 2041) -> list[Row]:
    """So many rows of an import; a tenth of the times lies at a border."""
    random = Random(seed)
    teams = [*(name for name in TEAMS if name != "Idle"), NO_TEAM]
    return [_ticket(random, number, random.choice(teams)) for number in range(count)]


def write(path: Path, rows: list[Row]) -> None:
    """As a file to import."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)


def _ticket(random: Random, number: int, team: str) -> Row:
    zone = ZoneInfo(ZONES[team])
    created = _near_midnight(random, FIRST + timedelta(days=random.randrange(300)), zone)
    due = _due(random, created.astimezone(zone).date())
    row = {"title": f"Cap queue {number} at 10,000", "owner": random.choice(("U0PRIYA", "U0MARCO")), "team": team}
    row |= {"created_at": _written(random, created), "due": due.isoformat()}
    if random.random() < 0.4:
        row["original_due"] = (due - timedelta(days=random.randrange(-10, 45))).isoformat()
    if random.random() < 0.5:
        row |= _incident(random.randrange(40))
    return row | _life(random, created, due, zone)


def _near_midnight(random: Random, day: date, zone: ZoneInfo) -> datetime:
    if random.random() < 0.15:
        day = day.replace(day=1)
    clock = random.choice((time(), time(0, 0, 1), time(23, 59, 59), time(23, 30), time(0, 30)))
    if random.random() < 0.6:
        clock = time(random.randrange(24), random.randrange(60), random.randrange(60), random.randrange(10) * 1000)
    return datetime.combine(day, clock, zone).astimezone(UTC)


def _due(random: Random, created: date) -> date:
    due = created + timedelta(days=random.choice((0, 7, 14, 30, 45, 90)))
    if random.random() < 0.25:
        due = (due.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return due


def _incident(number: int) -> Row:
    """Every third one repeats one that came before it, some of them at the border of a month."""
    began = datetime(2025, 6, 1, tzinfo=UTC) + timedelta(days=7 * number, hours=number % 24)
    if number % 4 == 0:
        began = began.replace(day=1, hour=0)
    row = {"incident": f"Incident {number}", "incident_started_at": began.isoformat()}
    return row | ({"recurrence_of": f"Incident {number - 5}"} if number % 3 == 0 and number > 5 else {})


def _life(random: Random, created: datetime, due: date, zone: ZoneInfo) -> Row:
    state = random.choice(STATES)
    if state == "idea":
        if random.random() < 0.7:
            return {"state": "future_consideration"}
        return {"state": "declined", "ended_at": _written(random, created + timedelta(days=1))}
    end = created + timedelta(seconds=random.expovariate(1 / (25 * 86_400)))
    if random.random() < 0.3:
        end = _near_midnight(random, due + timedelta(days=random.choice((0, 0, 1))), zone)
    if state == "open" or not created <= end < LAST:
        return _still_open(random, created)
    times = sorted(created + (end - created) * random.random() for _ in range(4))
    row = {"started_at": _written(random, times[0])} if random.random() < 0.6 else {}
    if state == "deferred":
        return row | {"state": state, "deferred_at": _written(random, end), "revisit_on": "2027-01-11"}
    if random.random() < 0.2:
        row["deferred_at"] = _written(random, times[1])
    if state == "closed" and random.random() < 0.5:
        row |= {"implemented_at": _written(random, times[2]), "verified_at": _written(random, times[3])}
    return row | {"state": state, "ended_at": _written(random, end)}


def _still_open(random: Random, created: datetime) -> Row:
    started = created + timedelta(hours=random.randrange(1, 48))
    if random.random() < 0.5 or started > LAST:
        return {"state": "not_started"}
    blocked = "true" if random.random() < 0.3 else "false"
    return {"state": "in_progress", "started_at": _written(random, started), "blocked": blocked}


def _written(random: Random, at: datetime) -> str:
    """The same moment as different tools write it."""
    zone = ZoneInfo(random.choice(("UTC", "Asia/Kolkata", "America/New_York")))
    if zone.key == "UTC":
        return (
            at.replace(tzinfo=None).isoformat() if random.random() < 0.5 else f"{at.replace(tzinfo=None).isoformat()}Z"
        )
    return at.astimezone(zone).isoformat()
