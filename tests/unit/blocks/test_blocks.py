"""Every message and modal, drawn for what is most and what is least, is one that Slack would take.

Slack's rules are the sandbox's (`bot/sandbox/checks`), which refuses what Slack refuses.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks import (
    capture,
    card,
    coach,
    digest,
    form_notes,
    history,
    history_pages,
    intake,
    item_form,
    lists,
    notifications,
    parts,
    show,
    undelivered,
)
from bot.blocks.accept import cannot_take_form
from bot.blocks.assign import assign_form
from bot.blocks.close import close_form
from bot.blocks.due import due_form
from bot.blocks.fields import modal, text_field
from bot.blocks.help import Usage, help_blocks, meant_blocks, reference_blocks
from bot.blocks.idea import decline_form
from bot.blocks.ids import Button, Modal
from bot.blocks.implement import implement_form
from bot.blocks.incident import incident_form
from bot.blocks.parts import button
from bot.blocks.reopen import reopen_form
from bot.blocks.text import Names
from bot.blocks.update import update_form
from bot.blocks.verify import verify_form
from bot.coach import Finding, Label
from bot.domain.form_fields import IN_HISTORY
from bot.domain.freeze import Before, Flow, Freeze, OpenWork, control_of
from bot.domain.incident import Severity
from bot.domain.intake import Gate
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, Item, Remedy
from bot.domain.lifecycle import State
from bot.domain.month import Month
from bot.domain.pressed import TypedLine
from bot.domain.priority import Quadrant
from bot.domain.queries import Order
from tests import builders
from tests.builders import DUE, LINK, NOW, TODAY, change, figures, incident, item, names
from tests.unit.blocks.drawn import (
    FILLS,
    LONG_LINK,
    METADATA,
    accepted,
    accepted_view,
    bare,
    extreme,
    fill,
    long_names,
    many_incidents,
    many_teams,
)

STATES = list(State)
ITEMS = [*[pytest.param(extreme(mark), id=mark) for mark in FILLS], pytest.param(bare(), id="bare")]

# Cards and notices


@pytest.mark.parametrize("drawn", ITEMS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("said", [names, long_names])
def test_card(drawn: Item, state: State, said: Names) -> None:
    drawn = replace(drawn, state=state)
    assert drawn.label in accepted(card.card(drawn, said, TODAY), card.card_text(drawn, said))


@pytest.mark.parametrize("drawn", ITEMS)
@pytest.mark.parametrize("state", STATES)
def test_item_shown_whole(drawn: Item, state: State) -> None:
    assert drawn.label in accepted(show.shown(replace(drawn, state=state), [], names, TODAY))


ROWS = [parts.item_buttons, parts.acceptance_buttons, parts.assign_buttons, lambda of: parts.merge_buttons(of, of)]


@pytest.mark.parametrize("drawn", ITEMS)
def test_notices(drawn: Item) -> None:
    failed = change(action="fail_verification", why=fill("&", TEXT_LIMIT), detail={"method": "Drill", "guard": ""})
    said = [
        notifications.you_own(drawn, 1000),
        notifications.will_you(drawn, 1000, long_names("U0MARCO")),
        notifications.created(drawn),
        notifications.sent_back(drawn, failed, long_names),
        notifications.not_taken(drawn, failed, long_names),
        notifications.alike(drawn, drawn),
        notifications.training_alone(drawn),
    ]
    for text, row in product(said, ROWS):
        assert drawn.label in accepted([parts.section(text), row(drawn)], text)


@pytest.mark.parametrize("drawn", ITEMS)
@pytest.mark.parametrize("state", STATES)
def test_what_was_made_of_a_mention(drawn: Item, state: State) -> None:
    drawn = replace(drawn, state=state, channel="C0INC")
    assert drawn.label in accepted(capture.taken_up(drawn, "C0INC"), capture.taken_up_text(drawn, "C0INC"))
    assert drawn.label in accepted(capture.taken_up(drawn, "C0PAYMENTS"))


def test_what_became_private_is_not_named_where_it_was_mentioned() -> None:
    vaulted = item(private=True, channel="C0VAULT")
    assert vaulted.label in accepted(capture.taken_up(vaulted, "C0VAULT"))
    assert vaulted.label not in accepted(capture.taken_up(vaulted, "C0PAYMENTS"))
    assert vaulted.label not in capture.taken_up_text(vaulted, "C0PAYMENTS")
    assert vaulted.title not in capture.taken_up_text(vaulted, "C0PAYMENTS")


DETAILS: dict[str, dict[str, Any]] = {
    "create": {},
    "start": {},
    "implement": {"change_url": LONG_LINK, "in_production_since": "2026-11-23"},
    "verify": {"method": "Drill or fault injection", "guard": "&" * TEXT_LIMIT},
    "fail_verification": {"method": "Drill or fault injection", "guard": LONG_LINK},
    "close": {"postmortem_url": LONG_LINK},
    "reopen": {},
    "update": {},
    "assign": {"owner": {"from": "U0PRIYA", "to": "U0MARCO"}},
    "due": {"due": {"from": "2026-12-04", "to": "2027-12-04"}},
    "edit": {name: {"from": "", "to": ""} for name in IN_HISTORY},
}


@pytest.mark.parametrize(("action", "detail"), DETAILS.items())
def test_line_of_the_timeline(action: str, detail: dict[str, Any]) -> None:
    done = change(action=action, detail=detail, why=fill("&", TEXT_LIMIT))
    said = history.happened(done, names)
    assert said.startswith("Marco Rossi")
    assert "Marco Rossi" in accepted(show.shown(item(), [done], names, TODAY), said)


def test_history_keeps_the_evidence_and_since_when_it_was_in_production() -> None:
    detail = {"method": "Inspection", "guard": LONG_LINK, "evidence": "<b> seen & noted"}
    assert history.happened(change(action="verify", detail=detail, why=""), names).endswith(
        ": &lt;b&gt; seen &amp; noted"
    )
    detail = {"change_url": LONG_LINK, "in_production_since": "2026-11-23"}
    assert "in production since <!date" in history.happened(change(action="implement", detail=detail, why=""), names)


def test_title_that_was_changed_in_a_tracker_is_said_with_where_and_without_the_names_of_its_facts() -> None:
    detail = {"title": {"from": "Old", "to": "New"}, "ticket": "acme/shop#12", "url": LINK}
    said = history.happened(change(action="edit", detail=detail, why=""), names)
    assert said == f"Marco Rossi edited the action in <{LINK}|acme/shop#12>"


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("to_do", "set acme/shop#12 to open"),
        ("in_progress", "set acme/shop#12 to in progress"),
        ("done", "closed acme/shop#12 as completed"),
        ("not_planned", "closed acme/shop#12 as not planned"),
        ("unknown to this version", "changed acme/shop#12"),
    ],
)
def test_history_says_where_a_ticket_went(stage: str, words: str) -> None:
    detail = {"did": "moved", "ticket": "acme/shop#12", "stage": stage}
    assert history.happened(change(action="ticket", detail=detail, why=""), names) == f"Marco Rossi {words}"


@pytest.mark.parametrize("count", [0, 1, 20, 21, 1000])
def test_timeline_shows_the_newest_lines_and_says_how_many_are_not_shown(count: int) -> None:
    changes = [change(why=f"no {number}") for number in range(count)][-show.LINES_SHOWN :]
    drawn = accepted(show.shown(extreme("&"), changes, names, TODAY, total=count))
    assert f"no {count - 1}" in drawn or not count
    assert ("not shown" in drawn) == ("Whole history" in drawn)
    if count > show.LINES_SHOWN:
        assert "not shown" in drawn


@pytest.mark.parametrize("fill_with", FILLS)
@pytest.mark.parametrize("at", [None, 0, 7, 19, 99])
def test_page_of_the_whole_history_with_the_longest_lines_is_a_view_that_slack_takes(
    fill_with: str, at: int | None
) -> None:
    lines = [change(action="update", why=fill(fill_with, TEXT_LIMIT))] * history_pages.LINES
    shown = history_pages.page(at, 500)
    drawn = accepted_view(history_pages.history_view(extreme(fill_with), shown, lines, long_names))
    assert ("Earlier" in drawn, "Later" in drawn) == (at != 0, at in (0, 7))


@pytest.mark.parametrize("fill_with", FILLS)
def test_longest_item_shown_whole_fits_a_view_as_from_the_app_home(fill_with: str) -> None:
    lines = [change(action="update", why=fill(fill_with, TEXT_LIMIT))] * show.LINES_SHOWN
    blocks = parts.fitting_a_view(show.shown(extreme(fill_with), lines, names, TODAY, total=500))
    assert "Whole history" in accepted_view(View(type="modal", title="Action items", close="Close", blocks=blocks))


@pytest.mark.parametrize(("total", "pages"), [(1, 1), (25, 1), (26, 2), (500, 20), (501, 21)])
def test_pages_of_a_history_hold_every_line_once(total: int, pages: int) -> None:
    shown = [history_pages.page(at, total) for at in range(pages)]
    assert history_pages.page(None, total) == history_pages.page(10**6, total) == shown[-1]
    assert [page.first for page in shown] == [at * history_pages.LINES for at in range(pages)]
    assert total - shown[-1].first in range(1, history_pages.LINES + 1)


def test_what_somebody_wrote_is_shown_whole_where_it_fits() -> None:
    text = "x" * 2900
    assert text in accepted(show.shown(item(details=text), [], names, TODAY))


# Lists, digest, help


@pytest.mark.parametrize("count", [1, 15])
@pytest.mark.parametrize("mark", FILLS)
def test_page_of_a_list(count: int, mark: str) -> None:
    found = [extreme(mark, number=number) for number in range(count)]
    next_page = f"15|search {fill('&', 200)}"
    of = lists.PageOf("&amp;" * 75, 1000, note="&amp;" * 75, next_page=next_page)
    drawn = lists.page(found, long_names, NOW, of, lambda _item: True)
    assert f"1–{count} of 1,000" in accepted(drawn)


def test_page_says_which_of_how_many_it_shows_and_a_short_list_how_many() -> None:
    def heading(shown: int, of: lists.PageOf) -> str:
        found = [item(number=number) for number in range(shown)]
        return accepted(lists.page(found, names, NOW, of, lambda _item: True))

    assert "*Overdue* · 1–15 of 33" in heading(15, lists.PageOf("Overdue", 33, 0, next_page="15|overdue"))
    assert "*Overdue* · 31–33 of 33" in heading(3, lists.PageOf("Overdue", 33, 30))
    assert "*Overdue* · 3 items" in heading(3, lists.PageOf("Overdue", 3))


@pytest.mark.parametrize("order", list(Order))
def test_list_says_how_it_is_sorted_and_of_what_has_ended_only_where_something_has(order: Order) -> None:
    def said(state: State) -> str:
        return accepted(lists.page([item(state=state)], names, NOW, lists.PageOf("x", 1, order=order), lambda _: True))

    assert lists.SORTED[order] in said(State.IN_PROGRESS)
    assert "comes last" not in said(State.IN_PROGRESS)
    assert ("What has ended comes last." in said(State.CLOSED)) is (order is Order.PRIORITY)


def test_list_offers_the_next_step_only_to_who_may_take_it() -> None:
    found = [item(number=1, owner="U0PRIYA"), item(number=2, owner="U0MARCO")]
    page = lists.page(found, names, NOW, lists.PageOf("x", 2), lambda one: one.owner == "U0PRIYA")
    beside = [block.to_dict()["accessory"] for block in page if "accessory" in block.to_dict()]
    assert [(each["text"]["text"], each["value"]) for each in beside] == [("Start", "1"), ("Details", "2")]


def test_empty_list_says_what_can_be_done() -> None:
    offer = button(Button.NEW, "New action item", "new")
    assert "New action item" in accepted(lists.empty("You have no open items.", offer))


@pytest.mark.parametrize("count", [0, 1, 10])
@pytest.mark.parametrize("mark", FILLS)
def test_weekly_digest(count: int, mark: str) -> None:
    first = [extreme(mark, number=number, due=TODAY - timedelta(days=1000)) for number in range(count)]
    numbers = dict.fromkeys(("open", "overdue", "stale", "deferred", "private", "created"), 1_000_000)
    shown = builders.digest(team=fill(mark, 75), items=first, figures=figures(**numbers))
    drawn = accepted(digest.digest(shown, long_names), digest.digest_text(shown))
    assert drawn.count("overdue 1,000 days") >= min(count, 7)  # of the longest titles not all ten, and it says so
    assert not count or "All 1,000,000 items" in drawn


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"open": 14}, "Nothing is due this week. 14 open, none overdue."),
        ({}, "Nothing is open. Nothing is due this week."),
        ({"open": 14, "overdue": 3}, "14 open · 3 overdue"),
        ({"created": 2, "ended": 5}, "Last week: 2 created, 5 ended. The backlog shrank by 3."),
        ({"created": 5, "ended": 2}, "The backlog grew by 3."),
        ({"created": 1, "ended": 1}, "The backlog stayed as it was."),
        ({"created": 5, "merged": 3}, "Last week: 5 created, 0 ended, 3 merged. The backlog grew by 2."),
        ({"deferred": 3, "private": 2}, "Risk debt: 3 deferred. 2 private items not shown."),
        ({"private": 1}, "1 private item not shown."),
    ],
)
def test_digest_says_how_the_week_stands(numbers: dict[str, int], words: str) -> None:
    shown = builders.digest(items=(), figures=figures(**numbers))
    assert words in accepted(digest.digest(shown, names), digest.digest_text(shown))


def test_digest_that_comes_late_is_that_of_its_week() -> None:
    shown = builders.digest(today=date(2026, 12, 2))
    assert "week of 30 Nov" in accepted(digest.digest(shown, names), digest.digest_text(shown))
    assert "week of 30 Nov" in digest.digest_text(shown)


def test_digest_offers_the_rest_of_the_items() -> None:
    shown = builders.digest(figures=figures(open=14))
    assert "All 14 items" in accepted(digest.digest(shown, names))


def test_help() -> None:
    usages = [Usage(f"subcommand{number} N", "does something to an item") for number in range(40)]
    assert "subcommand39" in accepted(reference_blocks(usages))
    assert "There is no" in accepted(help_blocks("There is no `x`."))
    for line in (TypedLine("update", f"12 {fill('&', 1000)}"), TypedLine("new", fill("&", 3000))):
        assert "Did you mean" in accepted(meant_blocks("There is no `x`. Did you mean `y`?", line))


@pytest.mark.parametrize(("to", "error"), [("C0INC", "not_in_channel"), ("U0PRIYA", "whatever")])
def test_undelivered(to: str, error: str) -> None:
    text = undelivered.undelivered_text("the card of AI-12", to, error)
    assert text.startswith("I could not post the card of AI-12")
    accepted([], text)


# Modals

STEPS = [
    implement_form,
    verify_form,
    close_form,
    reopen_form,
    update_form,
    assign_form,
    due_form,
    decline_form,
    lambda of, metadata, _today: cannot_take_form(of, metadata),
]
TEAMS = [0, 1, 2, 100, 120, 500]
INCIDENTS = [0, 1, 100]


@pytest.mark.parametrize("drawn", ITEMS)
@pytest.mark.parametrize("drawing", STEPS)
def test_step_modal(drawn: Item, drawing: Any) -> None:
    view = accepted_view(drawing(drawn, METADATA, TODAY))
    assert drawn.label in view


@pytest.mark.parametrize("teams", TEAMS)
@pytest.mark.parametrize("incidents", INCIDENTS)
@pytest.mark.parametrize("mark", FILLS)
def test_form_of_an_item(teams: int, incidents: int, mark: str) -> None:
    long, text = fill(mark, 10_000), fill(mark, TEXT_LIMIT)
    prefilled = item_form.Prefilled(long, long, "U0PRIYA", DUE, teams, incidents, long, notes=(text, "x" * 9000))
    found = many_teams(teams), many_incidents(incidents)
    accepted_view(item_form.new_item(prefilled, *found, METADATA))
    edited = extreme(mark, team_id=teams, incident_id=incidents or 7)
    accepted_view(item_form.edit_item(edited, *found, METADATA, notes=["&amp;" * 9000]))


@pytest.mark.parametrize(
    ("title", "url", "severity"), [("x", "", None), ("&" * 150, LINK, Severity.SEV1), ("🔥" * 300, LONG_LINK, None)]
)
def test_form_of_an_incident(title: str, url: str, severity: Severity | None) -> None:
    known = incident(title=title, postmortem_url=url, severity=severity)
    view = accepted_view(incident_form(known, METADATA))
    assert "When it began" in view


@pytest.mark.parametrize(
    ("began", "shown"), [("2001-09-09T01:46:39+00:00", None), ("2001-09-09T01:46:40+00:00", 1_000_000_000)]
)
def test_beginning_that_slack_cannot_show_is_left_empty(began: str, shown: int | None) -> None:
    view = incident_form(incident(began_at=datetime.fromisoformat(began)), METADATA)
    accepted_view(view)
    [element] = [block["element"] for block in view.to_dict()["blocks"] if block.get("block_id") == "began_at"]
    assert element.get("initial_date_time") == shown


# What stands in the form of an item while it is filled in

FROZEN = Freeze(
    Before(Month(2026, 9), Flow(created=1_000_000, ended=1), 1_000_000),
    control_of(OpenWork(1_000_000, 1_000_000, 1_000_000.0), {}),
)


def asking(added: list[Block]) -> View:
    return modal(Modal.NEW, "New action item", "Create", [*added, text_field("title", "Action")], METADATA)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("text", ["improve things", fill("& ", TITLE_LIMIT), fill("<!channel> ", TITLE_LIMIT)])
def test_findings_of_the_coach(text: str, strict: bool) -> None:
    found = [Finding(label, f"“{text}” is vague.", text * 3) for label in Label]
    accepted_view(asking(coach.coached(found, strict=strict)))


@pytest.mark.parametrize("gate", [Gate(quota=5, used=1000), Gate(freeze=FROZEN)])
@pytest.mark.parametrize("lead", [True, False])
def test_closed_intake(gate: Gate, lead: bool) -> None:
    accepted_view(asking(intake.gate_blocks(gate, fill("&", 75), may_override=lead)))


@pytest.mark.parametrize(("quadrant", "remedy"), list(product(Quadrant, [*Remedy, None])))
def test_what_effort_and_remedy_ask_for(quadrant: Quadrant, remedy: Remedy | None) -> None:
    note = form_notes.owner_note("&amp;" * 80, 1000, leads=fill("&", 75))
    accepted_view(asking([note, *form_notes.plan_blocks(quadrant, remedy)]))


def test_people_who_were_in_the_incident() -> None:
    suggested = tuple((f"U{number}", "🔥" * 80) for number in range(5))
    accepted_view(item_form.new_item(item_form.Prefilled(suggested=suggested), [], [], METADATA))
