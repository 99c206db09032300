"""Two processes that write the same row at the same moment: both go on, and the last one's facts stay."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from storage.engine import Database
from storage.people import find_person, record_person
from tests.builders import WORKSPACE, person


def test_two_who_meet_somebody_new_at_once_both_go_on(db: Database) -> None:
    met = person(user="U0NEW")

    def meet() -> None:
        with db.begin() as session:
            record_person(session, replace(met, name="Newer"))

    with ThreadPoolExecutor(1) as other:
        with db.begin() as session:
            record_person(session, met)
            waiting = other.submit(meet)  # blocked by us: on PostgreSQL by the row, on SQLite by its one connection
        waiting.result(30)
    with db.begin() as session:
        assert find_person(session, WORKSPACE, "U0NEW") == replace(met, name="Newer")
