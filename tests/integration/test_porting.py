"""An export imports again without loss, on both databases; and what an import does to a workspace with items."""

from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.commands.import_file import BadRows
from bot.domain.approve import Terms, carry_out
from bot.domain.defer import DeferralTerms, resume
from bot.domain.drop import WillNotDo
from bot.domain.form_fields import ITEM, Holds
from bot.domain.incident import Severity
from bot.domain.item import Remedy
from bot.domain.item_values import RiskReason
from bot.domain.lifecycle import State
from bot.domain.porting.row import Row
from bot.domain.porting.writing import Format, head, written
from bot.domain.queries import Viewer
from bot.domain.reopen import reopen
from bot.domain.risk import AcceptedRisk
from bot.domain.span import instant
from bot.domain.start import start
from storage.engine import Database
from storage.export import list_rows
from storage.incidents import list_incidents, record_facts, record_incident
from storage.items import get_item, record_item, record_moved
from storage.migrate import migrate
from storage.spans import rebuild_spans
from storage.tables.item import ChangeRow
from storage.tables.span import SpanRow
from tests import builders
from tests.builders import LINK
from tests.examples import for_each
from tests.integration.porting import export_text, import_text, new_workspace, rows
from tests.unit.domain.porting.rows import CREATED, day, row

_workspaces = (f"T{number}" for number in count(1))
FORMS = [Format.CSV, Format.JSONL]
LATER = DeferralTerms("No staging yet", "It can recur", trigger="Staging is there")


def imported(db: Database, *items: Row) -> str:
    """A new workspace with these items."""
    workspace = new_workspace(db, next(_workspaces))
    import_text(db, workspace, head(Format.CSV) + written(Format.CSV, items), Format.CSV)
    return workspace


def again(db: Database, workspace: str, form: Format) -> str:
    """A new workspace with what the other one exports."""
    other = new_workspace(db, next(_workspaces))
    import_text(db, other, export_text(db, workspace, form), form)
    return other


def test_import_of_an_export_exports_the_same_bytes(db: Database) -> None:
    @for_each(db, 40, items=st.lists(rows(), max_size=6), form=st.sampled_from(FORMS))
    def check(items: list[Row], form: Format) -> None:
        first = imported(db, *items)
        second = again(db, first, form)
        for each in Format:
            assert export_text(db, second, each) == export_text(db, first, each)


def test_what_a_file_says_is_what_is_exported(db: Database) -> None:
    @for_each(db, 30, item=rows())
    def check(item: Row) -> None:
        workspace = imported(db, item)
        with db.begin() as session:
            (found,) = list_rows(session, workspace, None, after=0, limit=10)
        people = tuple(sorted(set(item.collaborators) - {item.owner}))
        until = (item.revisit_on, item.trigger_condition) if item.state is State.DEFERRED else (None, "")
        number = (item.systemic_item or 0) + 1
        kept = {"revisit_on": until[0], "trigger_condition": until[1]}
        assert found == item._replace(number=number, collaborators=people, **kept)


def test_measures_read_what_the_history_says(db: Database) -> None:
    @for_each(db, 30, items=st.lists(rows(), min_size=1, max_size=4))
    def check(items: list[Row]) -> None:
        workspace = imported(db, *items)
        with db.begin() as session:
            written_at_once = spans(session, workspace)
            last = max(item.systemic_item or 0 for item in items)  # their own numbers come behind it
            rebuild_spans(session, workspace, range(last + 1, last + len(items) + 1))
            assert spans(session, workspace) == written_at_once


def spans(session: Session, workspace: str) -> list[tuple[object, ...]]:
    query = select(SpanRow.__table__).where(SpanRow.workspace == workspace)
    return [tuple(row) for row in session.execute(query.order_by(SpanRow.item_number, SpanRow.since))]


@pytest.mark.parametrize("form", FORMS)
def test_item_with_a_life_in_slack_survives(db: Database, form: Format) -> None:
    workspace = new_workspace(db, next(_workspaces))
    with db.begin() as session:
        made = builders.created(private=True, channel="G0SECRET", collaborators=("U0AISHA",), themes=("alerts",))
        item = record_item(session, workspace, made)
        item = record_moved(session, start(item, builders.by(at=day(400))))
    other = again(db, workspace, form)
    assert export_text(db, other, form) == export_text(db, workspace, form)
    with db.begin() as session:
        found = get_item(session, other, 1, Viewer("U0AISHA"))
    assert (found.state, found.channel, found.private) == (State.IN_PROGRESS, "G0SECRET", True)


@pytest.mark.parametrize("form", FORMS)
def test_all_that_people_filled_in_is_there_again(db: Database, form: Format) -> None:
    workspace = new_workspace(db, next(_workspaces))
    with db.begin() as session:
        incident = record_incident(session, workspace, "C0INC", title="Checkout down", began_at=CREATED, private=False)
        facts = {"severity": Severity.SEV1, "services": ("search", "Search API"), "root_cause": "A retry\nstorm"}
        record_facts(session, replace(incident, **facts, postmortem_url=LINK))  # type: ignore[arg-type]
        beside = record_item(session, workspace, builders.created(at=CREATED))
        draft = dict.fromkeys((field.name for field in ITEM if field.holds is Holds.TEXT), "=1+1\nand more")
        made = builders.created(
            at=CREATED, incident_id=incident.id, starts_on=date(2026, 3, 1), systemic_item=beside.number,
            remedy=Remedy.TRAINING, impact=1, urgency=5, effort=4, themes=("alerts",), collaborators=("U0SAM",),
            **draft,
        )  # fmt: skip
        item = record_item(session, workspace, made)
        record_moved(session, carry_out(item, builders.by(at=day(1)), LATER))
    other = again(db, workspace, form)
    names = {field.name for field in ITEM} - {"team_id", "incident_id"}
    with db.begin() as session:
        before, after = (get_item(session, each, 2, Viewer("U0PRIYA")) for each in (workspace, other))
        assert [(name, getattr(after, name)) for name in names] == [(name, getattr(before, name)) for name in names]
        known, again_known = (list_rows(session, each, None, after=1, limit=1)[0] for each in (workspace, other))
        assert (before.incident_severity, known.trigger_condition) == ("SEV1 – critical", "Staging is there")
        assert known == again_known
        (found,) = list_incidents(session, other, Viewer("U0PRIYA"), 10)
    assert {name: getattr(found, name) for name in facts} == facts


def test_deferral_that_was_resumed_counts_in_past_months_after_an_import(db: Database) -> None:
    workspace = new_workspace(db, next(_workspaces))
    with db.begin() as session:
        fresh, going, moved_on = (record_item(session, workspace, builders.created(at=CREATED)) for _ in range(3))
        going = record_moved(session, start(going, builders.by(at=day(1))))
        for item in (fresh, going, moved_on):
            deferred = record_moved(session, carry_out(item, builders.by(at=day(2)), LATER))
            resumed = record_moved(session, resume(deferred, builders.by(at=day(40))))
        record_moved(session, start(resumed, builders.by(at=day(50))))
    other = again(db, workspace, Format.CSV)
    with db.begin() as session:
        past = [deferrals(session, each) for each in (workspace, other)]
        counted = [get_item(session, other, number, Viewer("U0PRIYA")).deferrals for number in (1, 2, 3)]
    assert past[1] == past[0][:2] == [(number, instant(day(2)), instant(day(40))) for number in (1, 2)]
    assert counted == [1, 1, 0]  # of the third the columns do not tell when it was resumed, so nothing is made up


def test_item_that_stands_beside_others_leaves_their_numbers_free(db: Database) -> None:
    workspace = imported(db, row(systemic_item=7))
    with db.begin() as session:
        assert get_item(session, workspace, 8, Viewer("U0PRIYA")).systemic_item == 7
        assert record_item(session, workspace, builders.created()).number == 9


@pytest.mark.parametrize(
    "end", [AcceptedRisk(RiskReason.COST, "It is retired soon"), WillNotDo("The feature was sold")], ids=type
)
def test_deferral_that_was_ended_by_a_decision_counts_in_past_months_after_an_import(db: Database, end: Terms) -> None:
    workspace = new_workspace(db, next(_workspaces))
    with db.begin() as session:
        deferred = record_item(session, workspace, builders.created(at=CREATED))
        reopened = record_item(session, workspace, builders.created(at=CREATED))
        for number, terms in ((1, LATER), (40, LATER), (70, end)):
            deferred = record_moved(session, carry_out(deferred, builders.by(at=day(number)), terms))
            reopened = record_moved(session, carry_out(reopened, builders.by(at=day(number)), terms))
        reopened = record_moved(session, reopen(reopened, builders.by(at=day(80)), "It came back"))
        record_moved(session, carry_out(reopened, builders.by(at=day(90)), end))
    other = again(db, workspace, Format.CSV)
    with db.begin() as session:
        rows_of = [list_rows(session, each, None, after=0, limit=10) for each in (workspace, other)]
        past = [deferrals(session, each) for each in (workspace, other)]
    assert [found.deferred_at for found in rows_of[0]] == [day(1), None]
    assert rows_of[0] == rows_of[1]
    assert past[1] == [past[0][0]] == [(1, instant(day(1)), instant(day(70)))]


def deferrals(session: Session, workspace: str) -> list[tuple[int, int, int]]:
    """(item, since, until)."""
    query = select(SpanRow.item_number, SpanRow.since, SpanRow.until)
    of_both = query.where(SpanRow.workspace == workspace, SpanRow.standing == State.DEFERRED.value)
    return [(number, since, until) for number, since, until in session.execute(of_both.order_by(SpanRow.item_number))]


def test_nobody_is_named_and_every_line_says_that_it_was_imported(db: Database) -> None:
    moved = row(state=State.CLOSED, ended_at=day(4), due=date(2026, 3, 1), original_due=date(2026, 2, 1))
    workspace = imported(db, row(), moved)
    with db.read() as session:
        query = select(ChangeRow.item_number, ChangeRow.action, ChangeRow.by, ChangeRow.why, ChangeRow.detail)
        lines = list(session.execute(query.where(ChangeRow.workspace == workspace).order_by(ChangeRow.id)))
    assert [(number, action) for number, action, *_ in lines] == [
        (1, "create"),
        (2, "create"),
        (2, "due"),
        (2, "close"),
    ]
    assert {(by, why, detail["imported"]) for _, _, by, why, detail in lines} == {("", "", True)}
    assert lines[2].detail["due"] == {"from": "2026-02-01", "to": "2026-03-01"}


def test_imported_item_lives_on(db: Database) -> None:
    workspace = imported(db, row(state=State.CLOSED, started_at=day(1), ended_at=day(2)))
    with db.begin() as session:
        item = get_item(session, workspace, 1, Viewer("U0PRIYA"))
        record_moved(session, reopen(item, builders.by(at=day(400)), "It came back"))
    with db.begin() as session:
        assert get_item(session, workspace, 1, Viewer("U0PRIYA")).state is State.IN_PROGRESS
        fresh = record_item(session, workspace, builders.created())
    assert fresh.number == 2


def test_nothing_is_left_of_an_import_that_is_refused(db: Database) -> None:
    workspace = imported(db, row())
    before = export_text(db, workspace, Format.CSV)
    good = row(incident="Checkout down", line=0)
    text = head(Format.CSV) + written(Format.CSV, [good, good._replace(number=1)])
    with pytest.raises(BadRows, match="Line 3: number: AI-1 exists already"):
        import_text(db, workspace, text, Format.CSV)
    assert export_text(db, workspace, Format.CSV) == before
    with db.begin() as session:
        assert list_incidents(session, workspace, Viewer("U0PRIYA"), 10) == []


def test_second_import_finds_the_incidents_of_the_first(db: Database) -> None:
    workspace = imported(db, row(incident="Checkout down", incident_started_at=day(0)))
    later = row(
        incident="Checkout slow", incident_started_at=day(5), recurrence_of="Checkout down", number=9,
    )  # fmt: skip
    more = [later, row(incident="Checkout down", number=8, postmortem_url="https://example.com/pm")]
    done = import_text(db, workspace, head(Format.CSV) + written(Format.CSV, more), Format.CSV)
    assert done.incidents == 1
    with db.begin() as session:
        slow, down = list_incidents(session, workspace, Viewer("U0PRIYA"), 10)
    assert (slow.recurrence_of, down.postmortem_url) == (down.id, "https://example.com/pm")


def test_viewer_gets_what_they_may_see_and_no_name_of_a_private_incident(db: Database) -> None:
    secret = row(incident="Leak", incident_started_at=day(0), private_channel="G0SECRET")
    public = row(incident="Again", incident_started_at=day(3), recurrence_of="Leak")
    workspace = imported(db, secret, public)
    with db.begin() as session:
        stranger = list_rows(session, workspace, Viewer("U0SAM"), after=0, limit=10)
        member = list_rows(session, workspace, Viewer("U0SAM", frozenset({"G0SECRET"})), after=0, limit=10)
        here = frozenset({"G0SECRET"})
        guest = list_rows(session, workspace, Viewer("U0GIL", here, here), after=0, limit=10)
    assert [(found.number, found.recurrence_of) for found in stranger] == [(2, "")]
    assert [(found.number, found.recurrence_of) for found in member] == [(1, ""), (2, "Leak")]
    assert [found.number for found in guest] == [1]


def test_few_items_far_apart_are_exported_with_all_that_is_theirs(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [
        row(
            number=number,
            collaborators=("U0SAM",),
            themes=("alerts",),
            state=State.WONT_DO,
            deferred_at=day(3),
            ended_at=day(9),
        )
        for number in (1, 50)
    ]
    workspace = imported(db, *own)
    together = export_text(db, workspace, Format.CSV)
    monkeypatch.setattr("storage.export.DENSE", 100)
    assert together.count("U0SAM") == together.count("alerts") == together.count("2026-01-08") == 2
    assert export_text(db, workspace, Format.CSV) == together


def test_new_database_of_postgresql_looks_items_up_by_their_key_while_it_imports(postgresql_url: str) -> None:
    """Of a table that it has never counted it chose another index, and read every item for each line of history."""
    many, db = 4_000, Database(postgresql_url)
    migrate(db)
    imported(db, *(row(title=f"Cap queue {number}") for number in range(many)))
    db.close()
    db = Database(postgresql_url)
    with db.begin() as session:
        reads = "SELECT idx_scan, idx_tup_read FROM pg_stat_user_indexes WHERE relname = 'items' AND idx_scan > 0"
        looked_up, read = map(sum, zip(*session.execute(text(reads)), strict=True))
    db.close()
    assert looked_up >= many
    assert read / looked_up < 300  # the first thousand are written before it counts
