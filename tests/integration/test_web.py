"""What the server answers to whoever calls it: Slack, a monitor, or somebody who pretends to be Slack."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

import httpx
import pytest
from cryptography.fernet import Fernet
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bot.app import open_product
from bot.commands.serve import Pulse, readiness
from bot.settings import Settings
from bot.slack.requests import SIGNATURE, SIGNED_AT, SlackApp
from bot.web import BODY_LIMIT, web_app
from storage.engine import Database
from tests.integration.delivery.conftest import eventually
from tests.running import Bot, BotProcess, RunningBot, local_slack
from tests.signing import signed
from tests.straight import Straight

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND = {
    "command": "/actionitem", "text": "help", "team_id": "T0ACME", "user_id": "U0PRIYA", "channel_id": "C0INC",
    "channel_name": "inc-2041-checkout", "trigger_id": "1.2.x", "response_url": "https://example.com/never",
}  # fmt: skip
EVENT = {"type": "event_callback", "team_id": "T0ACME", "event_id": "Ev1", "event": {"type": "team_join", "user": {}}}


UNUSED = {"TOKEN_ENCRYPTION_KEYS": Fernet.generate_key().decode(), "SLACK_CLIENT_SECRET": "s3cr3t-of-a-client"}
"""Secrets that this server knows and has no use for."""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    """One server for all these tests; it logs as much as it can."""
    folder = tmp_path_factory.mktemp("bot")
    with local_slack() as sandbox:
        running = BotProcess(sandbox, f"sqlite:///{folder}/actionitem.db", folder)
        running.environment |= UNUSED | {"LOG_LEVEL": "debug"}
        running.start()
        yield running
        running.stop()


def post(bot: Bot, body: str | bytes, kind: str = FORM, age: int = 0, secret: str = "") -> httpx.Response:
    """Sends *body* as Slack would, signed *age* seconds ago."""
    headers = signed(secret or bot.sandbox.signing_secret, body, age) | {"Content-Type": kind}
    return httpx.post(f"{bot.url}/slack/events", content=body, headers=headers, timeout=60)


def command(**changes: str) -> str:
    return urlencode(COMMAND | changes)


def logged(bot: BotProcess, event: str) -> list[dict[str, Any]]:
    return [line for text in bot.log if event in text and (line := json.loads(text))["event"] == event]


def test_signed_command_is_answered(bot: BotProcess) -> None:
    answer = post(bot, command())
    assert answer.status_code == 200
    assert answer.json()["response_type"] == "ephemeral"
    assert "/actionitem new" in answer.text


@pytest.mark.parametrize(("age", "secret"), [(0, "wrong"), (310, ""), (-330, ""), (86_400, "")])
def test_wrong_or_old_signature_is_refused(bot: BotProcess, age: int, secret: str) -> None:
    assert post(bot, command(), age=age, secret=secret).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=abc"},
        {"X-Slack-Request-Timestamp": str(10**12), "X-Slack-Signature": ""},
    ],
)
def test_request_that_is_not_signed_is_refused(bot: BotProcess, headers: dict[str, str]) -> None:
    answer = httpx.post(f"{bot.url}/slack/events", data=COMMAND, headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Slack-Signature", "v0=é".encode()),
        ("X-Slack-Signature", b"v0=" + b"\xe9" * 64),
        ("X-Slack-Request-Timestamp", b"9" * 500),
        ("X-Slack-Request-Timestamp", b"9" * 5000),
        ("X-Slack-Request-Timestamp", b"\xb2"),
        ("X-Slack-Request-Timestamp", b""),
    ],
    ids=["letter", "letters", "too far", "too long", "a digit in Unicode", "empty"],
)
def test_signature_that_is_none_is_refused(bot: BotProcess, header: str, value: bytes) -> None:
    signed = post(bot, command()).request.headers
    headers = {name: text.encode() for name, text in signed.items() if name != "content-length"}
    answer = httpx.post(f"{bot.url}/slack/events", content=command(), headers=headers | {header.lower(): value})
    assert answer.status_code == 401


def test_signature_given_twice_is_refused(bot: BotProcess) -> None:
    signed = post(bot, command()).request.headers
    headers = [(name, text) for name, text in signed.items() if name != "content-length"]
    twice = [*headers, ("x-slack-request-timestamp", "9" * 500)]
    assert httpx.post(f"{bot.url}/slack/events", content=command(), headers=twice).status_code == 401


def test_signature_of_another_body_is_refused(bot: BotProcess) -> None:
    signed = post(bot, command()).request.headers
    headers = {name: value for name, value in signed.items() if name != "content-length"}
    answer = httpx.post(f"{bot.url}/slack/events", content=command(text="list"), headers=headers)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{", JSON),
        ("", JSON),
        ("payload=%7B", FORM),
        ("payload=", FORM),
        ("payload=%5B%5D", FORM),
        ("[1]", JSON),
        ('"x"', JSON),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(bot: BotProcess, body: str | bytes, kind: str) -> None:
    assert post(bot, body, kind).status_code == 400


@pytest.mark.parametrize("kind", [FORM, JSON])
def test_what_is_no_text_is_a_bad_request(bot: BotProcess, kind: str) -> None:
    """Whoever signed it; else it is refused for that before anything is made of it."""
    assert post(bot, b"\xff\xfe", kind).status_code == 400
    answer = httpx.post(f"{bot.url}/slack/events", content=b"\xff\xfe", headers={"Content-Type": kind})
    assert answer.status_code == 401


@pytest.mark.parametrize("text", ["payload", "search payload=1", "new Validate the payload size"])
def test_command_may_speak_of_a_payload(bot: BotProcess, text: str) -> None:
    assert post(bot, command(text=text)).status_code == 200


@pytest.mark.parametrize("words", ["search", "list team", "list"])
def test_what_was_typed_is_repeated_as_it_was_typed(bot: BotProcess, words: str) -> None:
    said = post(bot, command(text=f"{words} R&amp;D &lt;!channel&gt;")).json()["text"]
    assert "R&amp;D &lt;!channel&gt;" in said


@pytest.mark.parametrize("text", ["help", "HELP", " help ", ""])
def test_help_is_the_answer_to_help_and_to_nothing(bot: BotProcess, text: str) -> None:
    assert post(bot, command(text=text)).json()["text"] == "What /actionitem can do"


@pytest.mark.parametrize("text", [" help  new", "help\nnew", "help\tnew", "HELP new"])
def test_subcommand_ends_at_any_white_space(bot: BotProcess, text: str) -> None:
    answer = post(bot, command(text=text)).json()
    assert "/actionitem new" in answer["text"]
    assert answer == post(bot, command(text="help new")).json()


def test_huge_request_is_not_read(bot: BotProcess) -> None:
    assert post(bot, "x" * (BODY_LIMIT + 1)).status_code == 413


@pytest.mark.parametrize(("chunks", "status"), [(BODY_LIMIT // 1000 + 1, 413), (1, 401)])
def test_request_that_does_not_say_how_long_it_is_is_read_up_to_the_limit(
    bot: BotProcess, chunks: int, status: int
) -> None:
    forged = {SIGNED_AT: str(int(time.time())), SIGNATURE: "v0=" + "0" * 64}
    body = (b"x" * 1000 for _ in range(chunks))
    answer = httpx.post(f"{bot.url}/slack/events", content=body, headers=forged, timeout=60)
    assert "content-length" not in answer.request.headers
    assert answer.status_code == status


def test_form_of_an_unknown_workspace_is_refused_where_its_reader_sees_it(bot: BotProcess) -> None:
    inputs = [{"type": "input", "block_id": "why"}]
    view = {"id": "V1", "callback_id": "reopen", "blocks": inputs, "state": {"values": {}}, "private_metadata": "{}"}
    payload = {"type": "view_submission", "team": {"id": "T0STRANGER"}, "user": {"id": "U0PRIYA"}, "view": view}
    answer = post(bot, urlencode({"payload": json.dumps(payload)}))
    assert answer.status_code == 200
    assert answer.json()["response_action"] == "errors"
    assert "is not installed in this workspace" in answer.json()["errors"]["why"]


def test_unknown_workspace_is_refused_and_logged(bot: BotProcess) -> None:
    answer = post(bot, command(team_id="T0STRANGER"))
    assert "/actionitem new" not in answer.text
    assert logged(bot, "unknown_workspace")[-1]["workspace"] == "T0STRANGER"


def test_event_that_nobody_waits_for_is_acknowledged(bot: BotProcess) -> None:
    unknown = EVENT | {"event": {"type": "emoji_changed"}}
    assert post(bot, json.dumps(unknown), JSON).status_code == 200


def test_url_verification_is_answered(bot: BotProcess) -> None:
    answer = post(bot, json.dumps({"type": "url_verification", "challenge": "ch4llenge"}), JSON)
    assert "ch4llenge" in answer.text


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/slack/events", 405), ("/healthz", 200)])
def test_other_addresses(bot: BotProcess, path: str, status: int) -> None:
    assert httpx.get(bot.url + path).status_code == status


def test_ready_server_says_what_it_waits_for(bot: BotProcess) -> None:
    eventually(lambda: httpx.get(f"{bot.url}/readyz").json()["undelivered"] == {"waiting": 0, "failed": 0})
    answer = httpx.get(f"{bot.url}/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True


def test_metrics_are_in_prometheus_form(bot: BotProcess) -> None:
    answer = httpx.get(f"{bot.url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    none = 'actionitem_undelivered_messages{state="enqueued"} 0.0'
    eventually(lambda: none in httpx.get(f"{bot.url}/metrics").text)


def test_secrets_are_never_logged(bot: BotProcess) -> None:
    """At `debug` SQLAlchemy alone would have shown every row that is read."""
    post(bot, command(text="new the passphrase"))
    post(bot, command(text="idea Rotate the passphrase of the vault", trigger_id="1.3.x"))
    assert "passphrase" in post(bot, command(text="list ideas")).text
    post(bot, command(), secret="wrong")
    log = "\n".join(bot.log)
    assert '"ready"' in log
    known = (bot.sandbox.bot_token, bot.sandbox.signing_secret, *UNUSED.values())
    assert [secret for secret in (*known, "passphrase") if secret in log] == []


@pytest.fixture
def without_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    """The web application of a product whose database has gone since its start."""
    monkeypatch.chdir(tmp_path)
    product = open_product(Settings(slack_bot_token="xoxb-1", slack_api_url="http://127.0.0.1:1/"))
    product.db.close()
    gone = type(product)(**vars(product) | {"db": Database("postgresql://bot:s3cr3t@127.0.0.1:1/gone")})
    slack = SlackApp(signing_secret="x", token="xoxb-1", token_verification_enabled=False)
    return web_app(slack, lambda: readiness(gone, Pulse(), Pulse()), CollectorRegistry())


def get(web: Starlette, path: str) -> httpx.Response:
    with httpx.Client(transport=Straight(web), base_url="http://bot") as client:
        return client.get(path)


def test_server_without_its_database_is_alive_but_not_ready(without_database: Starlette) -> None:
    answer = get(without_database, "/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": "OperationalError"})
    assert get(without_database, "/healthz").status_code == 200


@pytest.mark.parametrize("secret", ["", "anything"])
def test_in_socket_mode_nobody_gets_in_over_http(tmp_path: Path, secret: str) -> None:
    """Slack's own requests come through the socket there; before, any request over HTTP was taken as Slack's."""
    with local_slack() as sandbox:
        running = RunningBot(sandbox, f"sqlite:///{tmp_path}/actionitem.db", tmp_path)
        running.environment |= {"SLACK_APP_TOKEN": sandbox.app_token, "SLACK_SIGNING_SECRET": secret}
        running.start()
        try:
            unsigned = httpx.post(f"{running.url}/slack/events", content=command(), headers={"Content-Type": FORM})
            assert unsigned.status_code == 401
            assert post(running, command(), secret=secret or "forged").status_code == (200 if secret else 401)
        finally:
            running.stop()


@pytest.mark.parametrize(
    ("scheduler", "silent_s", "ready", "said"),
    [("on", 60, True, "on"), ("on", 3600, False, "silent for 3600 seconds"), ("off", 3600, True, "off")],
)
def test_server_is_ready_while_its_scheduler_looks_at_the_schedules(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheduler: Literal["on", "off"],
    silent_s: int,
    ready: bool,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    product = open_product(Settings(slack_bot_token="xoxb-1", slack_api_url="http://127.0.0.1:1/", scheduler=scheduler))
    seconds = iter([0, *[silent_s] * 3])
    found = readiness(product, Pulse(lambda: next(seconds)), Pulse())
    product.db.close()
    assert (found["ready"], found["scheduler"]) == (ready, said)
