"""The symptoms of sprawl: each with its figures, and none where there is none."""

import pytest

from bot.domain.lifecycle import State
from bot.domain.sprawl import Sprawl, projects, symptoms
from tests.builders import item


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Sprawl(backlog=(3, 9, 12, 14, 19)), "The backlog has grown 3 months running: 9 → 12 → 14 → 19."),
        (Sprawl(over_90_days=1), "1 open item is older than 90 days."),
        (Sprawl(over_90_days=4), "4 open items are older than 90 days."),
        (Sprawl(by_owner={"U0A": 8, "U0B": 7, "U0C": 11}), "Open items of one owner: {0} 11, {1} 8."),
        (Sprawl(duplicates=((3, 9),)), "1 pair says nearly the same: AI-3 and AI-9."),
        (Sprawl(completion=(None, 81, 70, 66)), "Fewer items are completed by their due date: 81 % → 70 % → 66 %."),
    ],
)
def test_symptom_is_said_with_its_figures(found: Sprawl, said: str) -> None:
    assert [str(symptom.words) for symptom in symptoms(found)] == [said]


@pytest.mark.parametrize(
    "found",
    [
        Sprawl(),
        Sprawl(backlog=(9, 12, 14)),
        Sprawl(backlog=(9, 12, 12, 14)),
        Sprawl(by_owner={"U0A": 7}),
        Sprawl(completion=(81, 70, None)),
        Sprawl(completion=(81, 70, 70)),
    ],
)
def test_backlog_that_is_kept_has_no_symptom(found: Sprawl) -> None:
    assert symptoms(found) == []


def test_overloaded_owners_are_named_by_whoever_shows_them() -> None:
    [symptom] = symptoms(Sprawl(by_owner={"U0A": 9}))
    assert (str(symptom.words).format("Priya"), symptom.people) == ("Open items of one owner: Priya 9.", ("U0A",))


def test_theme_of_two_incidents_asks_for_one_project() -> None:
    items = [
        item(number=1, incident_id=1, themes=("Retry storms", "dns"), effort=5),
        item(number=2, incident_id=2, themes=("retry-storms",), effort=1),
        item(number=3, incident_id=2, themes=("retry storms",)),
        item(number=4, incident_id=3, themes=("Retry storms",), state=State.CLOSED),
        item(number=5, incident_id=None, themes=("dns",)),
    ]
    [project] = projects(items)
    assert (project.theme, project.incidents, {each.number for each in project.items}) == ("Retry storms", 2, {1, 2, 3})
    assert project.into.number == 2
    assert "“Retry storms” in 2 incidents, 3 open" in str(symptoms(Sprawl(projects=[project]))[0].words)


def test_theme_of_the_most_incidents_comes_first() -> None:
    items = [item(number=n, incident_id=n, themes=("a",) if n < 3 else ("b",)) for n in range(1, 6)]
    assert [project.theme for project in projects(items)] == ["b", "a"]
