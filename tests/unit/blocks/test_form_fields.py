"""The forms ask what the list of fields says, and each field that a person can fill in leaves and comes back."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from slack_sdk.models.views import View

from bot.blocks.form_notes import plan_blocks
from bot.blocks.incident import incident_form
from bot.blocks.item_form import Prefilled, edit_item, more_fields, new_item
from bot.domain.form_fields import EDITABLE, IN_HISTORY, INCIDENT, ITEM, STORED, Field
from bot.domain.incident import FACTS, Incident
from bot.domain.item import Draft, Item, Remedy
from bot.domain.porting.columns import COLUMNS, HOLDS
from bot.domain.porting.row import Row
from bot.domain.priority import Quadrant
from storage.tables.item import ItemRow
from tests import builders

TEAMS = [builders.team(id=number, name=f"Team {number}") for number in (1, 2)]
INCIDENTS = [builders.incident()]
DECLINES = "plan.decline"
"""Instead of an item: why there is to be none."""
STAYS_BEHIND = {
    # what it is known by, and what is derived
    "workspace", "team_timezone", "team_language", "channel", "private", "last_change_id", "slips", "created_by",
    "request", "deferrals", "awaits_acceptance", "split_from", "approvers",
    # values of which the moments are columns, and of a deferral until when; evidence and reasons stay in the history
    "deferral", "implementation", "verified", "ending",
    # what the bot asked, and was answered
    "nudged_on", "stale_status", "reviewed_on", "reminded_on", "snoozed_until", "imported_at",
}  # fmt: skip
"""Facts of an item that are no field of its form and that no file holds: docs/import.md says so."""
OTHERWISE = {"team_name": "team", "incident_title": "incident", "incident_severity": "severity"}
"""Columns of what an item knows of its team and its incident."""


def inputs(*blocks: dict[str, Any]) -> Iterator[tuple[str, str, int | None]]:
    """Name, label and limit of each input."""
    for block in blocks:
        if block["type"] == "input":
            yield block["block_id"], block["label"]["text"], block["element"].get("max_length")


def of_view(view: View) -> set[tuple[str, str, int | None]]:
    return set(inputs(*view.to_dict()["blocks"]))


def asked(listed: tuple[Field, ...]) -> set[tuple[str, str, int | None]]:
    return {(field.input, field.label, field.limit) for field in listed}


def of_items() -> set[tuple[str, str, int | None]]:
    new = of_view(new_item(Prefilled(), TEAMS, INCIDENTS, ""))
    new |= set(inputs(*(block.to_dict() for block in more_fields((), None).values())))
    notes = (note.to_dict() for quadrant in Quadrant for remedy in Remedy for note in plan_blocks(quadrant, remedy))
    return new | set(inputs(*notes))


def test_forms_of_an_item_ask_what_the_list_says_with_its_labels_and_limits() -> None:
    found = of_items() | of_view(edit_item(builders.item(), TEAMS, INCIDENTS, ""))
    assert {each for each in found if each[0] != DECLINES} == asked(ITEM)


def test_form_of_an_incident_asks_what_the_list_says_with_its_labels_and_limits() -> None:
    assert of_view(incident_form(builders.incident(), "")) == asked(INCIDENT)


def test_edit_changes_what_the_list_says_and_the_history_has_words_for_it() -> None:
    shown = {name for name, _label, _limit in of_view(edit_item(builders.item(), TEAMS, INCIDENTS, ""))}
    assert {field.input for field in ITEM if field.editable} == shown
    assert list(EDITABLE) == list(IN_HISTORY) == [field.name for field in ITEM if field.editable]


def test_draft_and_incident_hold_what_the_list_says() -> None:
    assert {field.name for field in fields(Draft)} == {field.name for field in ITEM}
    assert set(FACTS) == {field.name for field in INCIDENT} <= {field.name for field in fields(Incident)}
    assert set(STORED) <= set(ItemRow.__annotations__)


@pytest.mark.parametrize("field", [*ITEM, *INCIDENT], ids=lambda field: f"{field.label}-{field.column}")
def test_every_field_that_a_person_can_fill_in_has_a_column(field: Field) -> None:
    assert field.column in COLUMNS
    assert field.column in Row._fields


def test_every_column_is_a_value_of_a_row_and_says_what_it_holds() -> None:
    assert set(Row._fields) - {"line"} == set(COLUMNS) == set(HOLDS)


def test_whatever_an_item_holds_has_a_column_or_is_known_to_stay_behind() -> None:
    columns = {field.name: field.column for field in ITEM} | OTHERWISE
    without = {name for each in fields(Item) if columns.get(name := each.name, name) not in COLUMNS}
    assert without == STAYS_BEHIND
