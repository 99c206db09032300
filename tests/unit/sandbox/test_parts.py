"""The small parts: clock, rates, frames, typed text, arguments, events' addressees."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.errors import SlackError
from bot.sandbox.events import is_told
from bot.sandbox.manifest import app_from_manifest
from bot.sandbox.model import AppConfig
from bot.sandbox.outgoing import signature
from bot.sandbox.people.commanding import typed
from bot.sandbox.rates import Rates
from bot.sandbox.shapes import channel_json, user_json
from bot.sandbox.state import State
from bot.sandbox.websocket import PING, TEXT, accept_key, frame, unframe
from bot.sandbox.wire import Args, form_fields
from bot.sandbox.world import small_world

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(lambda: NOON)


@pytest.fixture
def state(clock: Clock) -> State:
    made = State(clock, AppConfig())
    small_world(made)
    return made


def test_the_clock_goes_forward_only(clock: Clock) -> None:
    clock.move_by(timedelta(hours=1))
    clock.move_to(NOON + timedelta(hours=2))
    assert clock.now() == NOON + timedelta(hours=2)
    with pytest.raises(ValueError, match="back"):
        clock.move_to(NOON)
    with pytest.raises(ValueError, match="offset"):
        clock.move_to(datetime(2026, 12, 1))


def test_message_times_rise_even_when_the_clock_stands(state: State) -> None:
    assert state.new_ts() < state.new_ts() < state.new_ts()


def test_ids_are_the_same_after_a_reset(state: State) -> None:
    before = (sorted(state.channels), state.installation("T0ACME"))
    state.clear()
    small_world(state)
    assert (sorted(state.channels), state.installation("T0ACME")) == before


@pytest.mark.parametrize(("tier", "minute"), [(1, 1), (2, 20), (3, 50), (4, 100)])
def test_a_tier_is_so_many_a_minute(clock: Clock, tier: int, minute: int) -> None:
    rates = Rates(clock, on=True)
    assert [rates.wait_for("T1", "m", tier, None) for _ in range(minute)] == [0] * minute
    assert rates.wait_for("T1", "m", tier, None) > 0
    assert rates.wait_for("T2", "m", tier, None) == 0
    clock.move_by(timedelta(minutes=1))
    assert rates.wait_for("T1", "m", tier, None) == 0


def test_posting_refills_once_a_second_per_channel(clock: Clock) -> None:
    rates = Rates(clock, on=True)
    waits = [rates.wait_for("T1", "chat.postMessage", 3, "C1") for _ in range(7)]
    assert waits == [0] * 5 + [1, 1]
    assert rates.wait_for("T1", "chat.postMessage", 3, "C2") == 0
    clock.move_by(timedelta(seconds=1))
    assert rates.wait_for("T1", "chat.postMessage", 3, "C1") == 0


def test_the_signature_is_the_one_of_slacks_documentation() -> None:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected


@pytest.mark.parametrize("size", [0, 5, 125, 126, 65535, 65536])
def test_frames_of_every_length_are_read_back(size: int) -> None:
    payload = b"x" * size
    framed = frame(TEXT, payload)
    assert unframe(framed) == (TEXT, True, payload, len(framed))
    assert unframe(framed[:-1] if size else framed[:1]) is None


def test_masked_frames_are_unmasked() -> None:
    """The masked "Hello" of RFC 6455, section 5.7."""
    assert unframe(bytes.fromhex("818537fa213d7f9f4d5158")) == (TEXT, True, b"Hello", 11)
    assert unframe(bytes.fromhex("8900")) == (PING, True, b"", 2)


def test_the_handshake_is_the_one_of_the_rfc() -> None:
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("fix <b> & co", "fix &lt;b&gt; &amp; co"),
        ("ask @marco", "ask <@U0MARCO|marco>"),
        ("ask @Marco Rossi now", "ask <@U0MARCO|marco> now"),
        ("ask @MARCO", "ask <@U0MARCO|marco>"),
        ("ask <@U0MARCO>", "ask <@U0MARCO|marco>"),
        ("mail marco@acme.example", "mail marco@acme.example"),
        ("in #payments", "in <#C0PAYMENTS|payments>"),
        ("in #inc-2042-vault", "in #inc-2042-vault"),
        ("<!channel> look", "&lt;!channel&gt; look"),
        ("@channel look", "<!channel> look"),
        ("@nobody look", "@nobody look"),
    ],
)
def test_what_is_typed_is_sent_as_slacks_client_sends_it(state: State, text: str, sent: str) -> None:
    assert typed(state, state.users["U0PRIYA"], text, named=True) == sent


def test_forms_with_files_are_read() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="filename"\r\n\r\na.csv\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\r\n--b--\r\n'
    )
    assert form_fields("multipart/form-data; boundary=b", body) == {"filename": "a.csv", "file": b"a,b"}


def test_arguments_are_read_as_slack_reads_them() -> None:
    args = Args({"flag": "true", "names": "a, b", "blocks": "[]", "limit": "0", "text": {"a": 1}})
    assert args.flag("flag") is True
    assert args.names("names") == ["a", "b"]
    assert args.json("blocks", "invalid_blocks_format") == []
    with pytest.raises(SlackError, match="invalid_limit"):
        args.number("limit", 10, 100)
    with pytest.raises(SlackError, match="invalid_arguments"):
        args.text("text")
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        Args({"blocks": "{"}).json("blocks", "invalid_blocks_format")


def test_a_manifest_limits_the_app() -> None:
    app = app_from_manifest(
        {
            "features": {"slash_commands": [{"command": "/actionitem"}], "bot_user": {"display_name": "Actions"}},
            "oauth_config": {"scopes": {"bot": ["commands"]}},
            "settings": {"event_subscriptions": {"bot_events": ["app_home_opened"]}},
        }
    )
    assert (app.name, app.scopes, app.events, app.shortcuts) == ("Actions", {"commands"}, {"app_home_opened"}, [])


@pytest.mark.parametrize(
    ("channel", "scopes", "events", "told"),
    [
        ("C0INC", None, None, True),
        ("C0RANDOM", None, None, False),
        ("C0INC", {"channels:history"}, None, True),
        ("C0INC", {"groups:history"}, None, False),
        ("C0INC", None, {"message.channels"}, True),
        ("C0INC", None, {"message.groups"}, False),
    ],
)
def test_the_app_is_told_what_it_subscribed_to_and_may_see(
    state: State, channel: str, scopes: set[str] | None, events: set[str] | None, told: bool
) -> None:
    state.app.events = events
    installation = state.installation("T0ACME")
    installation.scopes = scopes
    event = {"type": "message", "channel_type": "channel"}
    assert is_told(state, installation, event, state.channels[channel]) is told


def test_objects_look_as_slack_documents_them(state: State) -> None:
    """https://docs.slack.dev/reference/objects"""
    priya = user_json(state, state.users["U0PRIYA"])
    assert (priya["tz"], priya["tz_offset"], priya["profile"]["email"]) == (
        "Europe/Berlin",
        3600,
        "priya@acme.example",
    )
    assert "email" not in user_json(state, state.users["U0PRIYA"], with_email=False)["profile"]
    vault = channel_json(state, state.channels["C0VAULT"], "U0BOT")
    assert (vault["is_private"], vault["is_group"], vault["is_channel"], vault["is_member"]) == (
        True,
        True,
        False,
        True,
    )
    direct = channel_json(state, state.direct("U0PRIYA", "U0BOT"), "U0BOT")
    assert (direct["is_im"], direct["user"]) == (True, "U0PRIYA")
