"""One ticket of an export, asked by our own names of its columns."""

from datetime import datetime

from bot.domain.form_fields import Holds
from bot.domain.porting.cells import BadCell, written_day
from bot.domain.porting.columns import HOLDS
from bot.domain.porting.trackers.export_file import Record
from bot.domain.porting.trackers.notes import Notes
from bot.domain.porting.trackers.plan import Plan
from bot.domain.porting.trackers.times import Times

CUT = "…"


class Ticket:
    """`reasons` gathers why it cannot be read; `now` is the moment of the import."""

    def __init__(self, record: Record, plan: Plan, times: Times, notes: Notes, now: datetime) -> None:
        self.record, self._times, self._notes = record, times, notes
        self.plan, self.now = plan, now
        self.reasons: list[str] = []

    def note(self, said: str) -> None:
        """Says it of this ticket."""
        self._notes.add(self.record.line, said)

    def took(self, status: str) -> None:
        """Counts what a status became."""
        self._notes.states[status] += 1

    def is_who(self, person: str) -> None:
        """Counts who somebody is."""
        self._notes.people[person] += 1

    def first(self, ours: str) -> str:
        """The first value, "" for none."""
        return self.record.first(self.plan.columns.get(ours, ())).strip()

    def all(self, ours: str) -> list[str]:
        """Every value, in the order of the columns."""
        return self.record.all(self.plan.columns.get(ours, ()))

    def each(self, ours: str) -> list[list[str]]:
        """The values of each column that has any."""
        return [values for column in self.plan.columns.get(ours, ()) if (values := self.record.all([column]))]

    def text(self, ours: str, limit: int) -> str:
        """A text; several columns of it with a blank line between. What is too long is cut, and said."""
        whole = "\n\n".join(self.all(ours)) if HOLDS[ours] is Holds.TEXT else self.first(ours)
        if len(whole) <= limit:
            return whole
        self.note(f"{ours}: longer than {limit:,} characters and cut; the whole stays in {self.plan.tracker.name}")
        return whole[: limit - len(CUT)] + CUT

    def moment(self, ours: str) -> datetime | None:
        """The time, if there is one and it can be read."""
        text = self.first(ours)
        try:
            return self._times.moment(text, self.now) if text else None
        except BadCell as bad:
            self.reasons.append(f"{ours}: {bad}")
        return None

    def day(self, ours: str) -> str:
        """The day as a cell of ours."""
        text = self.first(ours)
        try:
            return written_day(self._times.day(text)) if text else ""
        except BadCell as bad:
            self.reasons.append(f"{ours}: {bad}")
        return ""
