"""What the monthly review says of a backlog: themes as projects, symptoms with their figures, within Slack's limits."""

import pytest

from bot.blocks import hygiene as blocks
from bot.domain.sprawl import OWNERS_NAMED, Sprawl, projects
from tests.builders import TODAY, item, names
from tests.unit.blocks.drawn import FILLS, accepted, extreme, fill, long_names

PAIRS = [(one, 999_999_999) for one in range(500)]


def said(found: Sprawl) -> str:
    return accepted(blocks.sprawl(found, names))


def test_backlog_that_is_kept_has_no_symptoms() -> None:
    assert "The backlog shows no signs of sprawl." in said(Sprawl(by_owner={"U0PRIYA": 3}))


def test_symptoms_have_their_figures_and_name_people() -> None:
    text = said(Sprawl(backlog=(1, 2, 3, 4), over_90_days=2, by_owner={"U0PRIYA": 9}, completion=(90, 80, 70)))
    assert "Symptoms of sprawl" in text
    for words in ("1 → 2 → 3 → 4", "2 open items are older than 90 days", "Priya Raman 9", "90 % → 80 % → 70 %"):
        assert words in text


def test_more_owners_than_are_named_are_counted() -> None:
    text = said(Sprawl(by_owner={f"U{number}": 20 - number for number in range(OWNERS_NAMED + 2)}))
    assert "U4 16 and 2 more owners." in text
    assert "U5" not in text


def test_theme_with_braces_and_marks_is_said_as_it_was_written() -> None:
    again = projects([item(number=n, incident_id=n, themes=("{0} <!channel> {x}",)) for n in (1, 2)])
    text = said(Sprawl(projects=again))
    assert "“{0} &lt;!channel&gt; {x}” in 2 incidents, 2 open" in text
    assert "Make it one project" in text


@pytest.mark.parametrize("mark", FILLS)
def test_review_that_says_as_much_as_it_can_fits_a_message(mark: str) -> None:
    def themes() -> tuple[str, ...]:
        return tuple(f"{number}{fill(mark, 59)}" for number in range(9))

    items = [extreme(mark, number=n, incident_id=n, themes=themes()) for n in range(1, 60)]
    owners = {f"U{number}": 50 for number in range(300)}
    found = Sprawl((1, 2, 3, 4), 99, owners, PAIRS, projects(items), (90, 80, 70))
    text = accepted(blocks.review("&" * 200, items, 900, found, long_names, TODAY, "1:2026-11-23:0"))
    assert "and 4 more themes" in text
    assert "Fewer items are completed" in text
