"""docs/lifecycle.md draws the table of transitions, twice; both are the table itself."""

import re
from pathlib import Path

from bot.domain.lifecycle import ENDED, OPEN, PARKED, TRANSITIONS, State

TEXT = (Path(__file__).parents[3] / "docs/lifecycle.md").read_text(encoding="utf-8")
TABLE = {(before.value, action.value, to.value) for (before, action), to in TRANSITIONS.items()}
ROW = re.compile(r"^\| `(\w+)` \| `(\w+)` \| `(\w+)` \| (.+) \|$", re.MULTILINE)
ARROW = re.compile(r"^    (\w+) --> (\w+): (\w+)$", re.MULTILINE)


def test_table_of_the_document_is_the_table_of_transitions() -> None:
    rows = [(before, action, to) for before, action, to, _ in ROW.findall(TEXT)]
    assert set(rows) == TABLE
    assert len(rows) == len(TABLE)


def test_diagram_of_the_document_is_the_table_of_transitions() -> None:
    arrows = [(before, action, to) for before, to, action in ARROW.findall(TEXT)]
    assert sorted(arrows) == sorted(TABLE)


def test_document_names_every_state() -> None:
    assert all(f"`{state.value}`" in TEXT for state in State)


def test_document_says_which_states_are_open_parked_and_ended() -> None:
    for word, states in (("Open", OPEN), ("Parked", PARKED), ("Ended", ENDED)):
        line = next(line for line in TEXT.splitlines() if line.startswith(f"- **{word}**"))
        assert set(re.findall(r"`(\w+)`", line)) - {"resume"} == set(states)
