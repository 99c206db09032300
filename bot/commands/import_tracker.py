"""What `actionitem import --from` does before the import: reads a tracker's export and makes rows of ours of it.

Asks Slack once for everybody, because most exports name people and do not give their addresses.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path

from bot.app import Product
from bot.commands.import_file import Imported, Progress, counted, import_lines
from bot.commands.import_people import patiently
from bot.domain.lifecycle import State
from bot.domain.porting.cells import BadCell, in_one_line, shown
from bot.domain.porting.columns import BadRow
from bot.domain.porting.gathering import Gathered, Problems
from bot.domain.porting.lines import FoundLine
from bot.domain.porting.trackers.export_file import Export, Record, read_export
from bot.domain.porting.trackers.kinds import CHANGED_AT, DROPPED_AT, KEY, TRACKERS, Kind
from bot.domain.porting.trackers.notes import Notes, listed
from bot.domain.porting.trackers.notes import counted as counts
from bot.domain.porting.trackers.people import Colleague, Colleagues
from bot.domain.porting.trackers.plan import ExportOptions, Plan, plan_for
from bot.domain.porting.trackers.times import Times
from bot.domain.porting.trackers.translate import LeftOut, Translator, key_of, link_of, mark
from bot.services.imported_tickets import link_imported
from bot.slack.lookups import ask_enterprise, ask_everybody, person_from
from storage.import_items import list_first_references, list_ticket_links
from storage.teams import get_team

FIRST_ROWS = 3
LINKED = "Linked to their tickets in {tracker}: {count:,}. From now on both are kept in step."
_OF_TIMES = ("created_at", "due", "started_at", "ended_at", "last_progress_at", DROPPED_AT, CHANGED_AT)


@dataclass(frozen=True)
class Prepared:
    """Rows as an import takes them. `preview` is what a dry run shows, `notes` are what every run says."""

    lines: Sequence[FoundLine]
    word: str
    preview: Sequence[str]
    notes: Sequence[str]
    links: Sequence[str] = ()
    """The addresses of its tickets, also of those that are items already."""


def prepare(
    product: Product, workspace: str, path: Path, kind: Kind, wanted: ExportOptions, progress: Progress
) -> Prepared:
    """Raises `BadFile` or `Refused` for a file that is no such export, and for what *wanted* asks of it in vain."""
    with product.db.read() as session:
        team = get_team(session, workspace, wanted.team)
    with path.open("rb") as file, progress("Reading", path.stat().st_size) as step:
        export = read_export(TRACKERS[kind], counted(file, step))
    plan = plan_for(export, wanted, team.lead, team.zone)
    word = "Entry" if export.tracker.is_json else "Line"
    notes, now = Notes(word), product.deps.clock()
    times = Times(
        (text for each in export.records for ours in _OF_TIMES for text in _cells(each, plan, ours)), plan.zone
    )
    translator = Translator(plan, times, _people(product, workspace), notes, now)
    lines = [*export.broken, *_lines(export, translator, notes, _Known(product, workspace, plan, times))]
    return Prepared(
        lines, word, list(_preview(export, plan, notes, lines, team.timezone)), list(_said(export, plan, notes)),
        [link for record in export.records if (link := link_of(record, plan))],
    )  # fmt: skip


def import_prepared(
    product: Product, workspace: str, prepared: Prepared, *, dry_run: bool, progress: Progress
) -> Imported:
    """As `import_file`."""
    lines: AbstractContextManager[Iterator[FoundLine]] = nullcontext(iter(prepared.lines))
    found = Gathered(problems=Problems(prepared.word))
    done = import_lines(product, workspace, lines, found, dry_run=dry_run, progress=progress)
    if dry_run:
        return done
    linked = link_imported(product.deps, workspace, prepared.links)
    return replace(done, notes=(*done.notes, *(LINKED.format(count=n, tracker=of) for of, n in sorted(linked.items()))))


def _cells(record: Record, plan: Plan, ours: str) -> Sequence[str]:
    return record.all(plan.columns.get(ours, ()))


def _people(product: Product, workspace: str) -> Colleagues:
    return Colleagues(patiently(lambda: list(_everybody(product, workspace))))


def _everybody(product: Product, workspace: str) -> Iterator[Colleague]:
    client_for, now = product.deps.client_for, product.deps.clock()
    enterprise_of = cache(lambda of: ask_enterprise(client_for, of))
    for said in ask_everybody(client_for, workspace):
        person = person_from(workspace, said, now, enterprise_of)
        if person.is_bot:
            continue
        profile = said.get("profile") or {}
        names = (
            person.name,
            profile.get("display_name"),
            profile.get("real_name"),
            said.get("real_name"),
            said.get("name"),
        )
        email = str(profile.get("email") or "")
        yield Colleague(
            person.user, tuple(name for name in names if name), email, not person.deactivated, person.is_guest
        )


class _Known:
    """The tickets that are items already, so that an export can be imported again when it has grown."""

    def __init__(self, product: Product, workspace: str, plan: Plan, times: Times) -> None:
        self._db, self._workspace, self._plan, self._times = product.db, workspace, plan, times
        self._now = product.deps.clock()

    def item_of(self, records: Iterable[Record]) -> dict[int, int]:
        """The numbers of the items, by the lines of their tickets."""
        links = {record.line: link_of(record, self._plan) for record in records}
        with self._db.read() as session:
            by_link = list_ticket_links(session, self._workspace, filter(None, links.values()))
            marked = list_first_references(session, self._workspace, mark(self._plan.tracker.name, ""))
        by_mark = {self._known_by(first, at): number for first, at, number in marked}
        numbers = {
            record.line: by_link.get(links[record.line]) or by_mark.get(self._known_by(*self._mark(record)))
            for record in records
        }
        return {line: number for line, number in numbers.items() if number}

    def name_of(self, record: Record) -> Hashable:
        """What is the same for one ticket alone; "" where the file does not say."""
        if link := link_of(record, self._plan):
            return link
        return self._known_by(*self._mark(record)) if key_of(record, self._plan) else ""

    def _known_by(self, first: str, at: datetime | None) -> Hashable:
        return (first, at) if self._plan.tracker.keys_repeat else first

    def _mark(self, record: Record) -> tuple[str, datetime | None]:
        return mark(self._plan.tracker.name, key_of(record, self._plan)), self._created(record)

    def _created(self, record: Record) -> datetime | None:
        try:
            return self._times.moment(record.first(self._plan.columns.get("created_at", ())), self._now)
        except BadCell:
            return None


def _lines(export: Export, translator: Translator, notes: Notes, known: _Known) -> Iterator[FoundLine]:
    here, seen = known.item_of(export.records), dict[Hashable, int]()
    for record in export.records:
        line, ticket = record.line, known.name_of(record)
        # Known before it is translated: of a row that is left out nothing else is remarked.
        if line in here:
            notes.left_out[line] = f"AI-{here[line]} is this ticket already"
        elif ticket and (before := seen.setdefault(ticket, line)) != line:
            # Two exports pasted into one file: of one ticket one item.
            notes.left_out[line] = f"it is the ticket of {notes.word.lower()} {before}"
        else:
            try:
                yield line, translator.cells(record)
            except LeftOut as left:
                notes.left_out[line] = left.why
            except BadRow as bad:
                yield bad


def _preview(export: Export, plan: Plan, notes: Notes, lines: Sequence[FoundLine], timezone: str) -> Iterator[str]:
    name = export.tracker.name
    yield f"{name}: {len(export.records):,} rows. Times without an offset are read as of {timezone}."
    word = "entry" if export.tracker.is_json else "line"
    yield from listed("Columns", plan.shown(export))
    yield from listed("States", counts(notes.states))
    if any(each.endswith(State.CLOSED.value) for each in notes.states):
        yield (
            f"What is done in {name} is closed here, at the time it was done there, so that past months have their "
            "ends; nobody has verified it here. With --done implemented it waits to be verified."
        )
    yield from listed("People", counts(notes.people))
    yield "First rows:"
    for line, cells in islice((each for each in lines if isinstance(each, tuple)), FIRST_ROWS):
        yield from listed(
            f"  {word} {line}", [f"  {column}: {shown(in_one_line(cell))}" for column, cell in cells.items()]
        )


def _said(export: Export, plan: Plan, notes: Notes) -> Iterator[str]:
    name = export.tracker.name
    if columns := plan.not_taken(export):
        yield f"Columns that are not taken (--map COLUMN=FIELD takes one): {', '.join(columns)}."
    if KEY in plan.columns and not plan.address and "ticket_url" not in plan.columns:
        yield f"The file has no links to {name}: the keys are kept as references. --url gives its address, for links."
    if any("security_level" in record.values for record in export.records):
        yield f"Some have a security level in {name}; here everybody sees them who sees the team's items."
    yield from notes.said()
    yield from notes.rows_left_out()
