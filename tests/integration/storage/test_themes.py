"""Themes of items and links between incidents as the database keeps them."""

from dataclasses import replace

import pytest

from bot.domain.edit import edit
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.queries import Viewer, Wanted
from storage import incidents, items
from storage.engine import Database
from storage.themes import list_known_themes
from tests.builders import NOW, WORKSPACE, by, created, draft

ANYBODY = Viewer("U0ANY")


def themed(db: Database, *themes: str, private: bool = False) -> Item:
    with db.begin() as session:
        new = created(themes=themes, channel="C0INC", private=private, owner="U0OTHER")
        return items.record_item(session, WORKSPACE, new)


def with_theme(db: Database, theme: str) -> list[int]:
    with db.begin() as session:
        return [item.number for item in items.list_items(session, WORKSPACE, Wanted(theme=theme), ANYBODY)]


def incident(db: Database, channel: str, *, private: bool = False) -> Incident:
    with db.begin() as session:
        return incidents.record_incident(
            session, WORKSPACE, channel, title=f"In {channel}", began_at=NOW, private=private
        )


def link(db: Database, later: Incident, earlier: Incident | None) -> None:
    with db.begin() as session:
        incidents.record_recurrence(session, later, earlier)


def known(db: Database, found: Incident) -> Incident:
    with db.begin() as session:
        return incidents.get_incident(session, WORKSPACE, found.id, None)


def test_themes_are_kept_as_written_and_in_their_order(db: Database) -> None:
    assert themed(db, "Retry storms", "capacity").themes == ("Retry storms", "capacity")


def test_items_are_found_by_a_theme_or_a_word_of_it(db: Database) -> None:
    storms, monitoring = themed(db, "Retry storms"), themed(db, "monitoring")
    assert with_theme(db, "retry-storms") == [storms.number]
    assert with_theme(db, "STORMS") == [storms.number]
    assert with_theme(db, "monitoring") == [monitoring.number]
    assert with_theme(db, "monitor") == with_theme(db, "%") == []


def test_edit_replaces_the_themes_and_the_history_says_so(db: Database) -> None:
    item = themed(db, "dns", "capacity")
    moved = edit(item, by(), replace(draft(owner="U0OTHER"), themes=("capacity", "Quotas")))
    with db.begin() as session:
        assert items.record_moved(session, moved).themes == ("capacity", "Quotas")
    assert moved.change.detail == {"themes": {"from": ["dns", "capacity"], "to": ["capacity", "Quotas"]}}
    assert with_theme(db, "dns") == []


def test_known_themes_come_with_the_most_used_first_and_without_private_ones(db: Database) -> None:
    for themes in (("dns",), ("capacity", "DNS"), ("aliens",)):
        themed(db, *themes, private=themes == ("aliens",))
    with db.begin() as session:
        found = list_known_themes(session, WORKSPACE, ANYBODY)
    assert [theme.casefold() for theme in found] == ["dns", "capacity"]


def test_known_themes_are_those_of_the_newest_items(db: Database) -> None:
    for theme in ("oldest", "older", "new", "newest"):
        themed(db, theme)
    with db.begin() as session:
        assert len(list_known_themes(session, WORKSPACE, ANYBODY)) == 4
        assert list_known_themes(session, WORKSPACE, ANYBODY, newest=2) == ["new", "newest"]


def test_incident_keeps_its_cause_and_services(db: Database) -> None:
    found = incident(db, "C1")
    with db.begin() as session:
        incidents.record_facts(session, replace(found, root_cause="No back-off", services=("checkout", "Search API")))
    assert known(db, found).root_cause == "No back-off"
    assert known(db, found).services == ("checkout", "Search API")


def test_incident_is_linked_to_the_earlier_one_and_unlinked(db: Database) -> None:
    first, second = incident(db, "C1"), incident(db, "C2")
    link(db, second, first)
    assert known(db, second).recurrence_of == first.id
    with db.begin() as session:
        assert [found.id for found in incidents.list_recurrences(session, WORKSPACE, first.id, ANYBODY)] == [second.id]
    link(db, second, None)
    assert known(db, second).recurrence_of is None


def test_links_never_go_round(db: Database) -> None:
    first, second, third = incident(db, "C1"), incident(db, "C2"), incident(db, "C3")
    link(db, second, first)
    link(db, third, second)
    for later, earlier in ((first, first), (first, third), (first, second)):
        with pytest.raises(Refused, match="Choose an earlier one"):
            link(db, later, earlier)
    assert known(db, first).recurrence_of is None


def test_nothing_points_to_a_private_incident(db: Database) -> None:
    public, private = incident(db, "C1"), incident(db, "C2", private=True)
    with pytest.raises(Refused, match="private channel"):
        link(db, public, private)
    link(db, private, public)
    with db.begin() as session:
        assert incidents.list_recurrences(session, WORKSPACE, public.id, ANYBODY) == []
