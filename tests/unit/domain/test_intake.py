"""What is said where an idea cannot become an item: why, and the way out, as plain text."""

import pytest

from bot.domain.errors import Refused
from bot.domain.freeze import Before, Flow, Freeze, OpenWork, control_of
from bot.domain.intake import Gate, check_promotion
from bot.domain.month import Month

FULL = Gate(quota=5, used=6)
FROZEN = Gate(
    quota=5, used=6, freeze=Freeze(Before(Month(2026, 10), Flow(8, 3), 0), control_of(OpenWork(20, 1, 9.0), {}))
)


@pytest.mark.parametrize(
    ("gate", "may_override", "words"),
    [
        (FROZEN, False, "AI-28 stays an idea until the backlog is under control: fewer than 20 open. The team's lead"),
        (FULL, False, "it has 6 of 5 items. AI-28 stays an idea: merge or drop one of them, or ask the team's lead"),
        (FULL, True, "it has 6 of 5 items. AI-28 stays an idea. To add it anyway, say why."),
        (
            FROZEN,
            False,
            "R&D takes no new items at the moment. In October more was created (8) than ended (3), and",
        ),
        (FROZEN, True, "under control: 20 open. AI-28 stays an idea. To add it anyway, say why."),
    ],
)
def test_closed_gate_says_why_the_idea_stays_one_and_what_to_do(gate: Gate, may_override: bool, words: str) -> None:
    with pytest.raises(Refused) as caught:
        check_promotion(gate, "AI-28", "R&D", may_override=may_override, field="override")
    assert words in caught.value.reason
    assert "*" not in caught.value.reason
    assert caught.value.field == "override"


def test_open_gate_lets_an_idea_in() -> None:
    check_promotion(Gate(quota=5, used=4), "AI-28", "R&D", may_override=False)
