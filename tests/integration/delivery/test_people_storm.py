"""People at work while what answers them is killed: `make storm` kills sixty times, here it is a few."""

from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.people_storm import PeopleStorm, blow
from tests.conftest import migrate_new


def test_what_people_were_told_is_there_once_whoever_was_killed(database_url: str, tmp_path: Path) -> None:
    migrate_new(database_url)
    wreckage, told = blow(database_url, PeopleStorm(people=6, kills=2, pause_s=0.5), tmp_path)
    assert told.created
    assert told.updated
    assert asdict(wreckage) == {"lost": [], "doubled": [], "half": [], "messages": [], "refused": []}
