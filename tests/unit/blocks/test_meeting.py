"""The review meeting's forms within Slack's limits, however much there is of everything."""

import json

import pytest

from bot.blocks.meeting import choose_form, owners_form, rank_form
from bot.coach import review
from bot.domain.intake import Gate
from bot.domain.meeting import MOST, MOST_CHOSEN, Candidate, Meeting, Room
from tests.builders import item

LONG = "Improve the monitoring of everything " + "ж" * 260
MANY = Meeting("k", "U0PRIYA", 5, tuple(Candidate(f"{at} {LONG}", chosen=at < MOST_CHOSEN) for at in range(MOST)))
FINDINGS = {at: review("Improve monitoring") for at in range(MOST)}
MOVABLE = tuple(item(number=at, title=LONG) for at in range(1, 41))


def test_every_form_has_room_for_the_most_that_there_can_be() -> None:
    room = Room(Gate(40, 40), MOVABLE, may_override=True)
    for view in (
        rank_form(MANY, FINDINGS, ["a", "b"], "{}"),
        choose_form(MANY, room, "Payments", ["changed"], "{}"),
        owners_form(MANY, FINDINGS, MOVABLE[:1], "{}", strict=True),
    ):
        drawn = view.to_dict()
        assert len(drawn["blocks"]) <= 100
        assert len(json.dumps(drawn)) < 250_000


@pytest.mark.parametrize(
    ("used", "movable", "said"), [(5, 5, ""), (5, 4, "1 more is"), (7, 4, "3 more are"), (5, 0, "")]
)
def test_what_counts_and_is_not_in_the_list_is_said(used: int, movable: int, said: str) -> None:
    drawn = json.dumps(choose_form(MANY, Room(Gate(5, used), MOVABLE[:movable]), "", [], "{}").to_dict())
    assert (f"{said} counted and stay" in drawn) is bool(said)
    assert ("counted and stay" in drawn) is bool(said)
    assert ("Nothing can be swapped" in drawn) is (movable == 0)


def test_ten_candidates_are_one_group_of_checkboxes_and_the_next_ten_another() -> None:
    drawn = choose_form(MANY, Room(Gate(None, 0)), "", [], "{}").to_dict()
    groups = [block for block in drawn["blocks"] if block.get("element", {}).get("type") == "checkboxes"]
    assert [len(group["element"]["options"]) for group in groups] == [10, 10, 10, 10]
    assert [group["label"]["text"] for group in groups][:2] == ["Commit to", "Commit to (11–20)"]
