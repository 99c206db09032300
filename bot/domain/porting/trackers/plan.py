"""Which column of an export becomes what, chosen once for a file: by what its tracker is known for, and by `--map`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from bot.domain.form_fields import Holds
from bot.domain.lifecycle import State
from bot.domain.porting.columns import COLUMNS, HOLDS, BadFile, column_named, did_you_mean
from bot.domain.porting.trackers.export_file import Export
from bot.domain.porting.trackers.kinds import CHANGED_AT, DROPPED_AT, KEY, PULL_REQUEST, STATES, STATUS, Kind, Tracker

DUE_DAYS = 30
"""Days after its creation that a ticket without a due date is due, where `--due-days` says nothing else."""
_OF_AN_ATTACHMENT = re.compile(r"(https?://[^\s;]+?)/(?:rest/api/\w+|secure)/attachment/")
_REPOSITORY = re.compile(r"https?://[^/\s]+/[^/\s]+/[^/\s]+/?")
_ROOM_FOR_SEVERAL = (Holds.TEXT, Holds.THEMES, Holds.SERVICES, Holds.PEOPLE)
_SHOWN_AS = {
    DROPPED_AT: "ended_at",
    CHANGED_AT: "started_at or ended_at",
    KEY: "ticket_url or references",
    **dict.fromkeys(STATES, "state"),
}


@dataclass(frozen=True)
class ExportOptions:
    """What the command was told. `maps` and `states` are given as `LEFT=RIGHT`; `address`: where the tracker is."""

    team: str
    maps: Sequence[str] = ()
    states: Sequence[str] = ()
    done: State = State.CLOSED
    address: str = ""
    due_days: int = DUE_DAYS


@dataclass(frozen=True)
class Plan:
    """`columns`: of each of our columns those of the export; `states`: statuses whose state was said, casefolded.

    `lead` owns what nobody else can; `zone` is that of times without an offset.
    """

    tracker: Tracker
    team: str
    lead: str
    zone: tzinfo
    columns: Mapping[str, Sequence[str]]
    states: Mapping[str, State]
    done: State
    address: str
    due_days: int

    def shown(self, export: Export) -> list[str]:
        """`Summary → title`, in the order of the export."""
        found: dict[str, list[str]] = {}
        for ours, theirs in self.columns.items():
            for column in theirs:
                found.setdefault(column, []).append(_SHOWN_AS.get(ours, ours))
        return [
            f"{label} → {', '.join(dict.fromkeys(found[name]))}"
            for name, label in export.columns.items()
            if name in found and PULL_REQUEST not in found[name]
        ]

    def not_taken(self, export: Export) -> list[str]:
        """The columns that hold something and are left out, each once."""
        taken = {column for theirs in self.columns.values() for column in theirs}
        filled = {name for record in export.records for name in record.values}
        return [label for name, label in export.columns.items() if name in filled - taken]


def plan_for(export: Export, wanted: ExportOptions, lead: str, zone: tzinfo) -> Plan:
    """Raises `BadFile` for a column, a field or a state that there is not."""
    columns = {
        ours: [name for name in theirs if name in export.columns] for ours, theirs in export.tracker.fields.items()
    }
    for said in wanted.maps:
        theirs, ours = _mapped(said, export)
        # Texts and lists have room for several; of all else the one that was named is meant, and no other.
        columns[ours] = [*columns.get(ours, ()), theirs] if HOLDS.get(ours) in _ROOM_FOR_SEVERAL else [theirs]
    kept = {ours: tuple(dict.fromkeys(theirs)) for ours, theirs in columns.items() if theirs}
    states = dict(_state(said) for said in wanted.states)
    _check_said_of_the_file(states, export, kept.get(STATUS, ()))
    if export.tracker.kind is Kind.GITHUB and wanted.address and not _REPOSITORY.fullmatch(wanted.address):
        said = f"--url: “{wanted.address}” names no repository. Write it like https://github.com/OWNER/REPOSITORY."
        raise BadFile(said)
    address = wanted.address.rstrip("/") or (_address_in(export) if export.tracker.address else "")
    of_a_ticket = address + export.tracker.address if address else export.tracker.fixed
    return Plan(export.tracker, wanted.team, lead, zone, kept, states, wanted.done, of_a_ticket, wanted.due_days)


def _address_in(export: Export) -> str:
    """Where the tracker is, as far as the file says: Jira gives its attachments with their whole address."""
    cells = (cell for record in export.records for cell in record.all(("attachment",)))
    return next((found[1] for cell in cells if (found := _OF_AN_ATTACHMENT.search(cell))), "")


def _mapped(said: str, export: Export) -> tuple[str, str]:
    label, _, field = said.rpartition("=")
    theirs, ours = column_named(label), column_named(field)
    if theirs not in export.columns:
        near = did_you_mean(label, list(export.columns.values()))
        raise BadFile(f"--map: the file has no column “{label}”.{near}")
    if ours not in COLUMNS:
        raise BadFile(f"--map: there is no field “{field}”.{did_you_mean(field, COLUMNS)} See docs/import.md.")
    return theirs, STATUS if ours == "state" else ours


def _check_said_of_the_file(states: Mapping[str, State], export: Export, columns: Sequence[str]) -> None:
    """Raises `BadFile` for a status that no row has: a slip of the pen would change nothing without a word."""
    there = {" ".join(status.casefold().split()): status for each in export.records for status in each.all(columns)}
    for status in states:
        if status not in there:
            near = did_you_mean(status, [*there.values()])
            raise BadFile(f"--state: no row has the status “{status}”.{near}")


def _state(said: str) -> tuple[str, State]:
    status, _, name = said.rpartition("=")
    found = {state.value: state for state in State} | {state.words: state for state in State}
    if name.strip().lower() not in found:
        raise BadFile(f"--state: there is no state “{name}”. They are: {', '.join(state.value for state in State)}.")
    return " ".join(status.casefold().split()), found[name.strip().lower()]
