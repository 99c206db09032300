"""Who sees what was made in a private channel (P5)."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import NotFound
from bot.domain.queries import Viewer, Wanted
from storage import incidents, items
from storage.engine import Database
from storage.export import list_rows
from storage.private import has_private, record_private
from tests.builders import NOW, WORKSPACE, created

OWNER, HELPER, MEMBER = Viewer("U0PRIYA"), Viewer("U0AISHA"), Viewer("U0MARCO", frozenset({"C0VAULT"}))
OUTSIDER, OTHER_CHANNEL = Viewer("U0LENA"), Viewer("U0LENA", frozenset({"C0BOARD"}))
PUBLIC, VAULT_ITSELF = Viewer(""), Viewer("", frozenset({"C0VAULT"}))
SEES = [(OWNER, True), (HELPER, True), (MEMBER, True), (VAULT_ITSELF, True)]
SEES_NOT = [(OUTSIDER, False), (OTHER_CHANNEL, False), (PUBLIC, False)]


def new_item(db: Database, **facts: Any) -> int:
    with db.begin() as session:
        return items.record_item(session, WORKSPACE, created(collaborators=("U0AISHA",), **facts)).number


@pytest.mark.parametrize(("viewer", "sees"), SEES + SEES_NOT)
def test_private_item_is_listed_counted_and_found_for_those_who_may_see_it(
    db: Database, viewer: Viewer, sees: bool
) -> None:
    new_item(db, channel="C0VAULT", private=True, title="Rotate the vault keys")
    with db.begin() as session:
        for wanted in (Wanted(), Wanted(words=("vault",)), Wanted(owner="U0PRIYA")):
            assert len(items.list_items(session, WORKSPACE, wanted, viewer)) == sees
            assert items.count_items(session, WORKSPACE, wanted, viewer) == sees


@pytest.mark.parametrize("viewer", [viewer for viewer, _ in SEES_NOT])
def test_private_item_reads_as_if_it_did_not_exist(db: Database, viewer: Viewer) -> None:
    number = new_item(db, channel="C0VAULT", private=True)
    with db.begin() as session:
        reasons = []
        for wanted in (number, number + 1):
            with pytest.raises(NotFound) as caught:
                items.get_item(session, WORKSPACE, wanted, viewer)
            reasons.append(caught.value.reason.replace(str(wanted), "N"))
    assert reasons[0] == reasons[1]


@pytest.mark.parametrize("viewer", [viewer for viewer, _ in SEES_NOT])
def test_private_item_cannot_be_changed_by_who_may_not_see_it(db: Database, viewer: Viewer) -> None:
    number = new_item(db, channel="C0VAULT", private=True)
    with db.begin() as session, pytest.raises(NotFound):
        items.get_item_for_change(session, WORKSPACE, number, viewer)


@pytest.mark.parametrize("viewer", [viewer for viewer, _ in SEES + SEES_NOT])
def test_public_item_is_for_everybody(db: Database, viewer: Viewer) -> None:
    number = new_item(db, channel="C0INC")
    with db.begin() as session:
        assert items.get_item(session, WORKSPACE, number, viewer).number == number


def test_bot_itself_sees_all_to_draw_cards(db: Database) -> None:
    new_item(db, channel="C0VAULT", private=True)
    with db.begin() as session:
        assert items.count_items(session, WORKSPACE, Wanted(), None) == 1
        assert items.get_item_as_it_is(session, WORKSPACE, 1) is not None
        assert items.get_item_as_it_is(session, WORKSPACE, 2) is None


@pytest.mark.parametrize(("private", "channels", "found"), [(False, [], 1), (True, [], 0), (True, ["C0VAULT"], 1)])
def test_private_incident_is_offered_only_in_its_channel(
    db: Database, private: bool, channels: list[str], found: int
) -> None:
    with db.begin() as session:
        incidents.record_incident(session, WORKSPACE, "C0VAULT", title="Vault", began_at=NOW, private=private)
        assert len(incidents.list_incidents(session, WORKSPACE, Viewer("U0LENA", frozenset(channels)), 100)) == found


@pytest.mark.parametrize("kind", ["nothing", "item", "incident"])
def test_workspace_knows_whether_anything_is_private(db: Database, kind: str) -> None:
    new_item(db, channel="C0INC")
    if kind == "item":
        new_item(db, channel="C0VAULT", private=True)
    with db.begin() as session:
        if kind == "incident":
            incidents.record_incident(session, WORKSPACE, "C0VAULT", title="Vault", began_at=NOW, private=True)
        assert has_private(session, WORKSPACE) is (kind != "nothing")
        assert not has_private(session, "T0OTHER")


@pytest.mark.parametrize("viewer", [OUTSIDER, MEMBER, OWNER])
def test_incident_that_becomes_private_is_named_by_items_of_its_own_channel_alone(db: Database, viewer: Viewer) -> None:
    with db.begin() as session:
        made = incidents.record_incident(session, WORKSPACE, "C0VAULT", title="Breach", began_at=NOW, private=False)
        incidents.record_facts(session, replace(made, postmortem_url="https://example.com/pm"))
    elsewhere = new_item(db, channel="C0INC", incident_id=made.id)
    inside = new_item(db, channel="C0VAULT", incident_id=made.id)
    with db.begin() as session:
        record_private(session, WORKSPACE, ["C0VAULT"])
    later = new_item(db, channel="C0INC", incident_id=made.id)
    with db.begin() as session:
        listed = items.list_items(session, WORKSPACE, Wanted(), viewer)
        exported = list_rows(session, WORKSPACE, viewer, after=0, limit=9)
        whole = list_rows(session, WORKSPACE, None, after=0, limit=9)
    hidden, shown = ("", ""), ("Breach", "https://example.com/pm")
    expected = {elsewhere: hidden, later: hidden} | ({} if viewer is OUTSIDER else {inside: shown})
    assert {item.number: (item.incident_title, item.postmortem_url) for item in listed} == expected
    assert {item.incident_id for item in listed} == {made.id}
    assert {row.number: (row.incident, row.postmortem_url) for row in exported} == expected
    assert {row.incident for row in exported if row.incident_started_at} == {row.incident for row in exported} - {""}
    assert {row.incident for row in whole} == {"Breach"}


def test_new_item_names_no_private_incident_of_another_channel(db: Database) -> None:
    with db.begin() as session:
        vault = incidents.record_incident(session, WORKSPACE, "C0VAULT", title="Vault", began_at=NOW, private=True)
        elsewhere = items.record_item(session, WORKSPACE, created(channel="C0INC", incident_id=vault.id))
        inside = items.record_item(session, WORKSPACE, created(channel="C0VAULT", private=True, incident_id=vault.id))
    assert (elsewhere.incident_title, inside.incident_title) == ("", "Vault")
