"""What is said where an idea cannot become an item: why, and the way out, as plain text."""

import pytest

from bot.domain.errors import Refused
from bot.domain.intake import Flow, Freeze, Gate, check_promotion

FULL = Gate(quota=5, used=6)
FROZEN = Gate(quota=5, used=6, freeze=Freeze(Flow(8, 3), to_end=5))


@pytest.mark.parametrize(
    ("gate", "may_override", "words"),
    [
        (FULL, False, "it has 6 of 5 items. AI-28 stays an idea: merge or drop one of them, or ask the team's lead"),
        (FULL, True, "it has 6 of 5 items. AI-28 stays an idea unless you say why"),
        (FROZEN, False, "R&D takes no new items at the moment: last month 8 were created and 3 ended. AI-28 stays an"),
        (FROZEN, True, "8 were created and 3 ended. AI-28 stays an idea unless you say why"),
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
