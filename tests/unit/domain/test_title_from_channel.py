"""An incident: a first title from its channel's name, and who may know of it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused
from bot.domain.incident import check_shown_in, lacks_title, title_from_channel
from tests.builders import incident

PATTERN = "^(inc|incident)[-_]"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("inc-2026-11-03-checkout-down", "Checkout down, 2026-11-03"),
        ("inc-20261103-checkout-down", "Checkout down, 20261103"),
        ("incident_checkout_down", "Checkout down"),
        ("inc-2041-checkout", "2041 checkout"),
        ("inc-2026-11-03", "inc-2026-11-03"),
        ("inc-", "inc-"),
        ("payments", "Payments"),
        ("inc--a__b", "A b"),
    ],
)
def test_title_says_what_and_when(name: str, title: str) -> None:
    assert title_from_channel(name, PATTERN) == title


def test_prefix_follows_the_setting() -> None:
    assert title_from_channel("sev1-login-slow", r"^sev\d-") == "Login slow"


@given(st.from_regex(re.compile(r"[a-z0-9_-]{1,80}"), fullmatch=True))
def test_title_is_never_empty(name: str) -> None:
    assert title_from_channel(name, PATTERN).strip()


@pytest.mark.parametrize(
    ("channel", "private"), [("C0INC", False), ("C0VAULT", False), (None, False), ("C0BOARD", True)]
)
def test_private_incident_is_not_named_elsewhere(channel: str | None, private: bool) -> None:
    vault = incident(channel="C0VAULT", private=True)
    with pytest.raises(Refused, match="Create an item there instead") as caught:
        check_shown_in(vault, channel, private=private)
    assert caught.value.field == "incident"


@pytest.mark.parametrize(("incident_is_private", "private"), [(True, True), (False, True), (False, False)])
def test_incident_is_named_where_it_was_handled_or_when_it_is_public(incident_is_private: bool, private: bool) -> None:
    check_shown_in(incident(channel="C0VAULT", private=incident_is_private), "C0VAULT", private=private)


@pytest.mark.parametrize(
    ("title", "lacks"),
    [
        ("2050 dns", True),
        ("3001", True),
        ("12 new gateway", True),
        ("Checkout down, 2026-11-03", False),
        ("DNS", False),
    ],
)
def test_number_and_a_word_are_no_title(title: str, lacks: bool) -> None:
    assert lacks_title(title) is lacks
