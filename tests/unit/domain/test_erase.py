"""Somebody in texts: what is replaced, and what only looks like them."""

import pytest

from bot.domain.erase import Traces, is_erased

GONE = Traces("U0PRIYA", "UERASED1", names=["Priya Raman", "Will"], handles=["priya"], addresses=["priya@acme.example"])


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("U0PRIYA", "UERASED1"),
        ("Ask <@U0PRIYA> or <@U0PRIYA|priya>.", "Ask <@UERASED1> or <@UERASED1|priya>."),
        ("home:U0PRIYA:3", "home:UERASED1:3"),
        ("U0PRIYAN and XU0PRIYA are others", "U0PRIYAN and XU0PRIYA are others"),
        ("Priya Raman found it, PRIYA RAMAN's fix", "Erased person found it, Erased person's fix"),
        ("Priya Ramanujan is somebody else", "Priya Ramanujan is somebody else"),
        ("Will said that it will hold", "Erased person said that it will hold"),
        ("Priya@Acme.example, xpriya@acme.example", "erased@example.invalid, xpriya@acme.example"),
        ("@priya, not @priya-dev, nor mail@priya.example", "@erased, not @priya-dev, nor mail@priya.example"),
        ("Nobody is here", "Nobody is here"),
    ],
)  # fmt: skip
def test_person_is_replaced_and_nobody_else(text: str, becomes: str) -> None:
    assert GONE.in_text(text) == becomes


def test_every_text_of_a_json_value_is_replaced_keys_too() -> None:
    said = {"U0PRIYA": ["<@U0PRIYA>", {"n": 3, "who": None}], "x": True}
    assert GONE.in_json(said) == {"UERASED1": ["<@UERASED1>", {"n": 3, "who": None}], "x": True}


def test_name_is_found_as_json_writes_it() -> None:
    traces = Traces("U1ABC", "UERASED2", names=["Zoë Müller"])
    assert traces.in_text('{"by": "Zo\\u00eb M\\u00fcller"}') == '{"by": "Erased person"}'
    assert "Zo\\u00eb M\\u00fcller" in traces.needles


def test_only_an_id_of_ours_is_of_somebody_erased() -> None:
    assert is_erased(GONE.becomes)
    assert not is_erased("U0PRIYA")
