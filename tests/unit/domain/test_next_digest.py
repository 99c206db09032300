"""When a team's digest comes next, for whoever types `/actionitem digest`."""

from datetime import UTC, date, datetime, time

import pytest

from bot.blocks.rituals import digest_comes, leadership_comes, themes_known
from bot.domain.digest import next_digest
from bot.domain.team import WeeklyTime
from tests.builders import team

BERLIN = team(name="Pay Team", channel="C0PAY", timezone="Europe/Berlin", digest=WeeklyTime(0, time(9)))


@pytest.mark.parametrize(
    ("now", "off", "comes"),
    [
        (datetime(2026, 11, 29, 20, tzinfo=UTC), None, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        (datetime(2026, 11, 30, 8, tzinfo=UTC), None, datetime(2026, 12, 7, 8, tzinfo=UTC)),
        # Its Monday is a day off, so that this week's comes on Tuesday.
        (datetime(2026, 12, 1, 7, tzinfo=UTC), date(2026, 11, 30), datetime(2026, 12, 1, 8, tzinfo=UTC)),
    ],
)
def test_digest_comes_next_on_its_day_or_the_first_working_day_after_it(
    now: datetime, off: date | None, comes: datetime
) -> None:
    assert next_digest(BERLIN, now, lambda day: day == off or day.weekday() > 4) == comes


def test_who_asks_for_the_digest_reads_when_it_comes_and_who_posts_it() -> None:
    said = digest_comes(BERLIN, datetime(2026, 11, 30, 8, tzinfo=UTC))
    assert "comes next on <!date^" in said
    assert "|Mon 30 Nov 2026>" in said
    assert "at 09:00 (Europe/Berlin) in <#C0PAY>" in said
    assert '`actionitem ritual weekly-digest --team "Pay Team"`' in said
    assert "has no leadership channel" in leadership_comes(BERLIN)
    assert "in <#C0VP>" in leadership_comes(team(leadership_channel="C0VP"))
    assert themes_known(["dns", "retries"]).startswith("Themes: dns, retries.")
