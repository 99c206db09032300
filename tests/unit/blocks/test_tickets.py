"""What `/actionitem tickets` says of a ticket that is over while its item is not implemented."""

import pytest

from bot.blocks.parts import as_dicts
from bot.blocks.tickets import out_of_step
from bot.domain.lifecycle import State
from bot.domain.subjects import TicketQuestion
from bot.domain.tickets import STAGE, Link, Stage
from bot.domain.tracker import Connection, TrackerKind
from tests.builders import NOW, WORKSPACE, item, names
from tests.people import visible_text

HUB = Connection(1, WORKSPACE, "hub", TrackerKind.GITHUB, "https://github.com", "acme/shop")


def link(stage: Stage) -> Link:
    question = TicketQuestion(12, 7, "U0PRIYA", "done").ref
    return Link(
        WORKSPACE, 12, 1, "mark", "2", "acme/shop#2", "https://github.com/acme/shop/issues/2", as_of=NOW,
        seen={STAGE: stage.value}, question=question,
    )  # fmt: skip


def test_ticket_that_is_done_says_so_and_who_was_asked() -> None:
    started = item(state=State.IN_PROGRESS)
    text, blocks = out_of_step([(started, link(Stage.DONE), HUB)], 4, names)
    assert text == "Out of step: 1 of 4 tickets."
    said = visible_text({"blocks": as_dicts(blocks)})
    assert "done there, not implemented here; Priya Raman was asked" in said
    assert "Implemented" in said
    assert "Try again" not in said


@pytest.mark.parametrize(
    ("state", "stage", "ahead"),
    [
        (State.IN_PROGRESS, Stage.DONE, True),
        (State.NOT_STARTED, Stage.NOT_PLANNED, True),
        (State.IMPLEMENTED, Stage.DONE, False),
        (State.IN_PROGRESS, Stage.IN_PROGRESS, False),
    ],
)
def test_ticket_is_ahead_of_what_is_not_implemented(state: State, stage: Stage, *, ahead: bool) -> None:
    assert link(stage).is_ahead_of(item(state=state)) == ahead
