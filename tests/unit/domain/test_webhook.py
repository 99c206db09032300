"""Webhooks: which events there are, who wants which, and which addresses are somebody's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import Refused
from bot.domain.lifecycle import Action, Change, State
from bot.domain.webhook import Webhook, check_patterns, check_url, is_inner, type_of

NOW = datetime(2026, 12, 7, tzinfo=UTC)


INNER = """
127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.16.5.5 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 255.255.255.255
::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:7f00:1 2001:db8::1
64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 2002:7f00:1:: 2002:a00:1:: ::127.0.0.1 192.0.2.1 240.0.0.1
"""


@pytest.mark.parametrize("address", INNER.split())
def test_address_of_a_private_network_is_one_in_every_form(address: str) -> None:
    assert is_inner(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"])
def test_address_of_everybody_is_none(address: str) -> None:
    assert not is_inner(address)


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://example.com", "https://", "https:///x", "https://a b.example.com", "https://user:x@example.com",
     "https://example.com:0/x", "https://example.com:99999", "javascript:alert(1)", "https://[::1",
     "https://x/" + 2001 * "y"],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        check_url(url)


def test_address_keeps_what_it_has() -> None:
    assert check_url(" https://hooks.example.com:8443/x?y=1 ") == "https://hooks.example.com:8443/x?y=1"


def change(action: Action, before: State | None, after: State) -> Change:
    return Change(action, before, after, "U0PRIYA", NOW)


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (change("create", None, State.NOT_STARTED), "created"),  # type: ignore[arg-type]
        (change(Action.START, State.NOT_STARTED, State.IN_PROGRESS), "state_changed"),
        (change(Action.EDIT, State.IN_PROGRESS, State.IN_PROGRESS), "updated"),
        (change(Action.BLOCK, State.IN_PROGRESS, State.IN_PROGRESS), "blocked"),
        (change(Action.DEFER, State.IN_PROGRESS, State.DEFERRED), "deferred"),
    ],
)
def test_every_change_is_an_event(made: Change, kind: str) -> None:
    assert type_of(made, private=False) == f"item.{kind}"
    assert type_of(made, private=True) == f"private_item.{kind}"


def hook(*events: str, private: bool = False) -> Webhook:
    return Webhook("T0ACME", 1, "https://x.example.com", events, private, False, NOW)


def test_webhook_wants_what_its_patterns_say_and_private_items_only_where_it_may() -> None:
    assert hook("*").wants("item.created")
    assert not hook("*").wants("private_item.created")
    assert hook("*", private=True).wants("private_item.created")
    assert not hook("item.*", private=True).wants("private_item.created")
    assert hook("item.state_*").wants("item.state_changed")
    assert not hook("incident.*").wants("item.created")


def test_pattern_that_fits_no_event_is_refused() -> None:
    assert check_patterns(()) == ("*",)
    assert check_patterns(("private_item.*", "incident.created")) == ("private_item.*", "incident.created")
    with pytest.raises(Refused, match="Events"):
        check_patterns(("items.*",))


def test_deliveries_of_two_webhooks_wait_apart_though_sqlite_gave_both_one_id() -> None:
    removed = hook("item.*")
    again = replace(removed, created_at=NOW + timedelta(minutes=1))
    assert removed.line != again.line
