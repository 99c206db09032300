"""What a submitted view holds, by the names of its fields."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.errors import Refused
from handlers.gateway.forms import Form


def form(**values: Any) -> Form:
    """A view with an input for each value, as Slack sends it."""
    blocks = [{"type": "context", "block_id": "about"}, *({"type": "input", "block_id": name} for name in values)]
    state = {"values": {name: {name: value} for name, value in values.items()}}
    return Form({"blocks": blocks, "state": state})


@pytest.mark.parametrize(
    ("value", "text"), [("  x \n", "x"), (None, ""), ("   ", ""), ("\u200b \u2060\u3164", ""), ("a\nb", "a\nb")]
)
def test_text_is_read_without_white_space_around_it(value: str | None, text: str) -> None:
    assert form(why={"type": "plain_text_input", "value": value}).text("why") == text


def test_every_kind_of_field_is_read() -> None:
    filled = form(
        owner={"selected_user": "U0PRIYA"},
        collaborators={"selected_users": ["U0AISHA", "U0LENA"]},
        due={"selected_date": "2026-12-04"},
        remedy={"selected_option": {"value": "Automation"}},
        began_at={"selected_date_time": 1_795_000_000},
    )
    assert (filled.user("owner"), filled.users("collaborators")) == ("U0PRIYA", ("U0AISHA", "U0LENA"))
    assert (filled.day("due"), filled.choice("remedy")) == (date(2026, 12, 4), "Automation")
    assert filled.moment("began_at") == datetime.fromtimestamp(1_795_000_000, UTC)


@pytest.mark.parametrize("empty", [form(), form(f={}), form(f={"selected_option": None, "selected_users": None})])
def test_field_that_is_empty_or_missing_reads_as_nothing(empty: Form) -> None:
    assert (empty.text("f"), empty.user("f"), empty.users("f"), empty.choice("f")) == ("", "", (), "")
    assert (empty.day("f"), empty.moment("f")) == (None, None)


@pytest.mark.parametrize("read", [Form.required_day, Form.required_scale, Form.required_user])
def test_missing_value_is_refused_beside_its_field(read: Any) -> None:
    with pytest.raises(Refused, match="Choose one") as caught:
        read(form(owner={}), "owner", "Choose one.")
    assert caught.value.field == "owner"


@pytest.mark.parametrize(("field", "place"), [("due", "due"), (None, "title"), ("team", "title"), ("about", "title")])
def test_error_stands_beside_its_field_or_the_first_input(field: str | None, place: str) -> None:
    assert form(title={}, due={}).place(field) == place
