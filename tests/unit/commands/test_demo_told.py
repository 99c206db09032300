"""What the demo says of a move of its clock: a message of the morning once, whatever it speaks of."""

from datetime import UTC, datetime

from bot.commands.demo_told import _by_message, _what
from scheduler.rituals.registry import RITUALS
from scheduler.runs import Run

NINE = datetime(2026, 11, 30, 8, tzinfo=UTC)
MORNING = "morning:U0PRIYA:2026-11-30"


def run(ritual: str, *keys: str) -> Run:
    return Run(ritual, "T0ACME", "Payments", "2026-11-30", NINE, "posted", len(keys), keys=keys)


def test_message_of_the_morning_is_one_line_with_everything_that_it_speaks_of() -> None:
    found = _by_message([run("due-reminder", MORNING), run("stale-nudge", MORNING, "morning:U0SAM:2026-11-30")])
    assert list(found) == [("T0ACME", MORNING), ("T0ACME", "morning:U0SAM:2026-11-30")]
    assert _what(found["T0ACME", MORNING]) == "Told of what is due and what has not moved"


def test_digest_goes_by_its_team() -> None:
    assert _what([run("weekly-digest", "weekly-digest:1:2026-W49")]) == "Weekly digest of Payments"


def test_every_ritual_has_words() -> None:
    for name in RITUALS:
        words = _what([run(name, "x")])
        assert name not in words, f"{name} is said by its name in the program"
