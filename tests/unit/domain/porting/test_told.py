"""Incidents as a file tells of them: found again, told apart, and linked to earlier ones."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from bot.domain.incident import Incident, Severity
from bot.domain.porting.told import Gathering, IncidentKey, Settled
from tests import builders
from tests.unit.domain.porting.rows import CREATED, day, row

DOWN = "Checkout down"


def settle(*rows: dict[str, Any], known: Iterable[Incident] = ()) -> Settled:
    gathering = Gathering()
    for line, changes in enumerate(rows, start=2):
        assert gathering.add(row(line=line, incident=changes.pop("incident", DOWN), **changes)) == []
    return gathering.settle(known)


def registered(**changes: Any) -> Incident:
    return builders.incident(title=DOWN, began_at=CREATED, **changes)


def test_incident_without_a_time_began_when_its_first_item_was_created() -> None:
    settled = settle({"created_at": day(3)}, {"created_at": day(1)})
    assert list(settled.new) == [IncidentKey(DOWN, day(1))]
    assert settled.means[IncidentKey(DOWN, None)] == IncidentKey(DOWN, day(1))


def test_same_title_at_another_time_is_another_incident() -> None:
    assert len(settle({"incident_started_at": day(1)}, {"incident_started_at": day(2)}).new) == 2


def test_row_without_a_time_means_the_only_incident_of_that_title() -> None:
    settled = settle({"incident_started_at": day(1)}, {"postmortem_url": "https://example.com"})
    assert [told.facts for told in settled.new.values()] == [{"postmortem_url": "https://example.com"}]


def test_row_without_a_time_must_not_be_ambiguous() -> None:
    settled = settle({"incident_started_at": day(1)}, {"incident_started_at": day(2)}, {})
    assert settled.bad == [
        (4, "“Checkout down” is several incidents: say which by incident_started_at "
            "(2026-01-06T09:00:00Z or 2026-01-07T09:00:00Z)")
    ]  # fmt: skip


def test_registered_incident_is_found_again() -> None:
    settled = settle({"incident_started_at": CREATED}, {}, known=[registered()])
    assert (settled.new, settled.known[IncidentKey(DOWN, CREATED)].id) == ({}, 1)


def test_registered_incident_gets_the_post_mortem_that_it_lacks() -> None:
    url = "https://example.com/pm"
    other = registered(postmortem_url="https://example.com/other")
    assert settle({"postmortem_url": url}, known=[registered()]).lacking == {1: {"postmortem_url": url}}
    assert settle({"postmortem_url": url}, known=[other]).lacking == {}


def test_registered_incident_gets_each_fact_that_it_lacks_and_keeps_what_people_wrote() -> None:
    said = {"severity": "SEV2 – major", "services": ("search",), "incident_root_cause": "A retry storm"}
    assert settle(dict(said), known=[registered()]).lacking == {1: said}
    known = registered(severity=Severity.SEV1, services=("dns",))
    assert settle(dict(said), known=[known]).lacking == {1: {"incident_root_cause": "A retry storm"}}


def test_rows_of_one_incident_must_agree() -> None:
    gathering = Gathering()
    gathering.add(row(line=2, incident=DOWN, postmortem_url="https://example.com/a"))
    assert gathering.add(row(line=3, incident=DOWN, postmortem_url="https://example.com/b")) == [
        "postmortem_url is another one than in line 2, of the same incident"
    ]


@pytest.mark.parametrize(
    ("column", "values"),
    [("severity", ("SEV1 – critical", "SEV2 – major")), ("services", (("a",), ("b",))), ("recurrence_of", ("x", "y"))],
)
def test_rows_that_say_different_things_of_their_incident_are_named(column: str, values: tuple[Any, Any]) -> None:
    gathering = Gathering()
    lines = [gathering.add(row(line=line, incident=DOWN, **{column: value})) for line, value in enumerate(values, 2)]
    assert lines == [[], [f"{column} is another one than in line 2, of the same incident"]]
    assert gathering.add(row(line=4, incident=DOWN)) == []


def test_recurrence_is_of_the_latest_earlier_incident_with_that_title() -> None:
    starts: list[datetime] = [day(1), day(2), day(9)]
    rows: list[dict[str, Any]] = [{"incident_started_at": at} for at in starts]
    again = {"incident": "Checkout slow", "incident_started_at": day(5), "recurrence_of": DOWN}
    assert settle(*rows, again).earlier == {IncidentKey("Checkout slow", day(5)): IncidentKey(DOWN, day(2))}


def test_incident_can_be_a_recurrence_of_one_with_its_own_title() -> None:
    settled = settle({"incident_started_at": day(1)}, {"incident_started_at": day(2), "recurrence_of": DOWN})
    assert settled.earlier == {IncidentKey(DOWN, day(2)): IncidentKey(DOWN, day(1))}


def test_earlier_incident_without_items_is_registered_by_its_name() -> None:
    again = {"recurrence_of": "Long ago"}
    settled = settle({"incident_started_at": day(5), **again}, {"incident_started_at": day(2), **again})
    (earlier,) = settled.named_only
    assert earlier.title == "Long ago"
    assert earlier.began_at
    assert earlier.began_at < day(2)
    assert set(settled.earlier.values()) == {earlier}


def test_incident_that_began_later_is_not_the_earlier_one() -> None:
    again = {"incident": "Checkout slow", "incident_started_at": day(1), "recurrence_of": DOWN}
    settled = settle({"incident_started_at": day(2)}, again)
    assert settled.earlier[IncidentKey("Checkout slow", day(1))] in settled.named_only


def test_incident_is_private_when_all_its_items_are() -> None:
    (told,) = settle({"private_channel": "G0A"}, {"private_channel": "G0A"}).new.values()
    assert (told.private, told.channel) == (True, "G0A")
    (told,) = settle({"private_channel": "G0A"}, {}).new.values()
    assert (told.private, told.channel) == (False, None)
    (told,) = settle({"private_channel": "G0A"}, {"private_channel": "G0B"}).new.values()
    assert (told.private, told.channel) == (True, None)


def test_public_item_cannot_tell_of_a_private_incident() -> None:
    settled = settle({}, {"private_channel": "C0INC"}, known=[registered(private=True)])
    assert {line for line, _ in settled.bad} == {2, 3}
    assert settle({"private_channel": "C0INC"}, known=[registered(private=True)]).bad == []
