"""A first title for an incident, from its channel's name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incidents import title_from_channel

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
