"""A ticket of a tracker as the cells of a row of ours, which are then read and checked as those of any file."""

from datetime import datetime

from bot.domain.form_fields import Holds
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT
from bot.domain.porting.cells import shown, written_moment
from bot.domain.porting.columns import HOLDS, LIMITS, SEPARATOR, BadRow
from bot.domain.porting.trackers.export_file import Record
from bot.domain.porting.trackers.happened import happened
from bot.domain.porting.trackers.kinds import KEY, PULL_REQUEST
from bot.domain.porting.trackers.notes import Notes
from bot.domain.porting.trackers.people import Colleagues, Nobody
from bot.domain.porting.trackers.plan import Plan
from bot.domain.porting.trackers.ticket import CUT, Ticket
from bot.domain.porting.trackers.times import Times
from bot.domain.themes import LIMIT as THEME_LIMIT
from bot.domain.themes import MOST as MOST_THEMES
from bot.domain.themes import each_once

_SCALE = {
    "highest": 5, "urgent": 5, "critical": 5, "blocker": 5, "high": 4, "major": 4, "medium": 3, "normal": 3,
    "low": 2, "minor": 2, "lowest": 1, "trivial": 1, "höchste": 5, "hoch": 4, "mittel": 3, "niedrig": 2,
}  # fmt: skip
"""Priorities in words."""
_NO_PRIORITY = {"no priority", "none", "not set", "keine", "-", "–"}


class LeftOut(Exception):
    """A row that is no item, and why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Translator:
    """Translates the tickets of one export. `now`: the moment of the import."""

    def __init__(self, plan: Plan, times: Times, people: Colleagues, notes: Notes, now: datetime) -> None:
        self._plan, self._times, self._people, self._notes, self._now = plan, times, people, notes, now

    def cells(self, record: Record) -> dict[str, str]:
        """Raises `LeftOut` for what is no item, `BadRow` with every reason for what cannot be read."""
        ticket = Ticket(record, self._plan, self._times, self._notes, self._now)
        if ticket.first(PULL_REQUEST):
            raise LeftOut("it is a pull request")
        if not ticket.first("title"):
            raise LeftOut("it has no title")
        others = {ours: _other(ticket, ours) for ours in self._plan.columns if ours in HOLDS}
        who, unknown = self._who(ticket)
        found = others | {"team": ticket.first("team") or self._plan.team} | _wording(ticket) | who | happened(ticket)
        # A mapped column says it rather than what was made of the status.
        found["blocked"] = ticket.first("blocked") or found["blocked"]
        found |= _named_there(ticket, unknown)
        if ticket.reasons:
            raise BadRow(record.line, list(dict.fromkeys(ticket.reasons)))
        return {column: cell for column, cell in found.items() if cell}

    def _who(self, ticket: Ticket) -> tuple[dict[str, str], list[str]]:
        """The people, and the names of whom nobody knows. Who is assigned first answers for it; the others help."""
        columns = ticket.each("owner")
        # One person in several columns is one (Asana: name and address); several in one column are several.
        single = all(len(values) == 1 for values in columns)
        named = [[values[0] for values in columns]] if single else [[value] for value in columns[0]]
        assigned = [self._person(ticket, each) for each in named if each]
        others = [
            self._person(ticket, [each]) for cell in ticket.all("collaborators") for each in cell.split(SEPARATOR)
        ]
        if not any(assigned):
            ticket.note(
                f"owner: nobody there, or nobody who can be it here; the team's lead is taken, {self._plan.lead}"
            )
        owner, *rest = [*filter(None, assigned)] or [self._plan.lead]
        people = dict.fromkeys([*rest, *filter(None, others)])
        unknown = [each[0] for each, user in zip(named, assigned, strict=False) if not user]
        return {"owner": owner, "collaborators": SEPARATOR.join(people)}, unknown

    def _person(self, ticket: Ticket, names: list[str]) -> str:
        why = ""
        for name in names:
            try:
                user = self._people.find(name)
            except Nobody as nobody:
                why = why or nobody.why
            else:
                ticket.is_who(f"{shown(name)} → {user}")
                return user
        ticket.note(f"people: “{shown(names[0])}” {why}")
        return ""


def _wording(ticket: Ticket) -> dict[str, str]:
    title, details = ticket.text("title", TITLE_LIMIT), ticket.text("details", TEXT_LIMIT)
    if title.endswith(CUT):
        details = f"{ticket.first('title')}\n\n{details}"[:TEXT_LIMIT]
    return {"title": " ".join(title.split()), "details": details}


def link_of(record: Record, plan: Plan) -> str:
    """The address of the ticket; "" where neither the file nor `--url` says enough."""
    link, key = record.first(plan.columns.get("ticket_url", ())).strip(), key_of(record, plan)
    return link or (plan.address.replace("{key}", key) if key else "")


def key_of(record: Record, plan: Plan) -> str:
    """As the tracker calls it; "" where the file does not say."""
    return record.first(plan.columns.get(KEY, ())).strip()


def _named_there(ticket: Ticket, unknown: list[str]) -> dict[str, str]:
    """The link; without one its key among the references, and the names of people who are not known here."""
    key, link = key_of(ticket.record, ticket.plan), link_of(ticket.record, ticket.plan)
    said = [mark(ticket.plan.tracker.name, key)] if key and not link else []
    said += [f"Assignee there: {shown(name)}" for name in unknown]
    more = ticket.text("references", TEXT_LIMIT)
    return {"ticket_url": link, "references": "\n".join([*said, more]).strip()[:TEXT_LIMIT]}


def mark(tracker: str, key: str) -> str:
    """How a ticket without a link is named in `references`, by which it is known when it is imported again."""
    return f"{key} in {tracker}"


def _other(ticket: Ticket, ours: str) -> str:
    match HOLDS[ours]:
        case Holds.MOMENT:
            return written_moment(ticket.moment(ours))
        case Holds.DAY:
            return ticket.day(ours)
        case Holds.THEMES | Holds.SERVICES:
            return _themes(ticket, ours)
        case Holds.SCALE:
            return _scale(ticket, ours)
        # Those with a way of their own are cut there, and would be said twice.
        case Holds.LINE | Holds.TEXT if ours not in ("title", "details", "references"):
            return ticket.text(ours, LIMITS.get(ours, TEXT_LIMIT))
        case _:
            return ticket.first(ours)


def _themes(ticket: Ticket, ours: str) -> str:
    # Jira has a column for each, Linear and Asana one cell with commas between.
    parts = each_once(part for cell in ticket.all(ours) for part in cell.replace(SEPARATOR, ",").split(","))
    kept = [part for part in parts if len(part) <= THEME_LIMIT][:MOST_THEMES]
    if left := [part for part in parts if part not in kept]:
        ticket.note(f"{ours}: too many or too long, left out: {shown(', '.join(left))}")
    return SEPARATOR.join(kept)


def _scale(ticket: Ticket, ours: str) -> str:
    text = ticket.first(ours)
    if text[:1].isdigit():  # read and checked as that of any file
        return text
    found = _SCALE.get(text.casefold())
    if not found and text and text.casefold() not in _NO_PRIORITY:
        ticket.note(f"{ours}: “{shown(text)}” is no priority that is known, left out")
    return str(found) if found else ""
