"""What somebody can do to the server who only connects to it: hold it up, fill its memory, its files or its log."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from threading import Thread
from urllib.parse import urlencode

import httpx
import pytest
from prometheus_client import CollectorRegistry
from slack_bolt import Ack, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from structlog.testing import capture_logs

from bot.commands.connections import Bounds, Server, bounds_for, configuration
from bot.slack.requests import SIGNATURE, SIGNED_AT, SlackApp
from bot.web import BODY_LIMIT, web_app
from tests.signing import signed

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOUNDS = Bounds(connections=20, accepted_at_once=8, request_s=0.5)
HALF = b"GET /healthz HTTP/1.1\r\nHost: bot\r\nX-Drop: "
FORM = "application/x-www-form-urlencoded"


def slack() -> SlackApp:
    """Bolt, which repeats what a command says."""
    app = SlackApp(
        signing_secret=SECRET,
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id="T0", bot_user_id="U0BOT", bot_id="B0", bot_token="xoxb-1"
        ),
        client=WebClient(base_url="http://127.0.0.1:1/", retry_handlers=[]),
        process_before_response=True,
    )

    @app.command("/actionitem")
    def repeat(ack: Ack, body: dict[str, str], context: BoltContext) -> None:
        ack(text=f"{context.user_id}: {body.get('text')}")

    return app


@contextmanager
def serving(bounds: Bounds) -> Iterator[str]:
    """The address of the product's web server within *bounds*."""
    web = web_app(slack(), lambda: {"ready": True}, CollectorRegistry())
    server = Server(configuration(web, bounds))
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        thread = Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(BOUNDS) as address:
        yield address


@contextmanager
def connected(url: str, count: int = 1, say: bytes = b"") -> Iterator[list[socket.socket]]:
    """Connections that are held."""
    host = httpx.URL(url)
    with ExitStack() as stack:
        held = []
        for _ in range(count):
            one = stack.enter_context(socket.create_connection((host.host, host.port or 0), timeout=10))
            one.sendall(say)
            held.append(one)
        yield held


def ended(one: socket.socket) -> bool:
    """Whether the server has ended it, waiting as long as the socket does; what it said before is passed over."""
    try:
        while one.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def healthy(url: str) -> float:
    """Seconds until it says that it is."""
    began = time.monotonic()
    assert httpx.get(f"{url}/healthz", timeout=10).json() == {"ok": True}
    return time.monotonic() - began


def head(length: int | None = None, **headers: str) -> bytes:
    """The head of a request as Slack would send it, with a signature that is none."""
    said = {"Host": "bot", "Content-Type": FORM, SIGNED_AT: str(int(time.time())), SIGNATURE: "v0=" + "0" * 64}
    said |= {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
    lines = [f"{name}: {value}" for name, value in (said | headers).items()]
    return "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode()


def test_thousand_halves_of_a_request_keep_nobody_out(url: str) -> None:
    """They made it deaf, and wrote 431 MB of log in 45 seconds."""
    with capture_logs() as log, connected(url, 200, HALF):
        assert healthy(url) < 5
    assert {line["event"] for line in log} <= {"too_many_connections", "request_too_slow"}


def test_who_waits_longest_for_their_request_makes_room(url: str) -> None:
    with connected(url, BOUNDS.connections + 1, HALF) as held:
        assert ended(held[0])
        held[-1].sendall(b"\r\n\r\n")
        assert held[-1].recv(15) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("said", [b"", b"GET", HALF, head(10), head(10) + b"12345", head() + b"5\r\nhello"])
def test_request_that_is_not_whole_in_time_is_ended(url: str, said: bytes) -> None:
    with connected(url, 1, said) as held:
        assert ended(held[0])
    assert healthy(url) < 5


def test_request_in_drops_is_ended_however_often_one_falls(url: str) -> None:
    began = time.monotonic()
    with connected(url, 1, head(1000)) as held, suppress(OSError):
        while time.monotonic() - began < 10:
            held[0].sendall(b"x")
            time.sleep(0.02)  # a drop
    assert time.monotonic() - began < 5


def test_request_in_drops_that_is_whole_in_time_is_answered(url: str) -> None:
    body = urlencode({"command": "/actionitem", "text": "drops", "user_id": "U1", "team_id": "T0"})
    headers = signed(SECRET, body) | {"Content-Type": FORM}

    def drops() -> Iterator[bytes]:
        yield from (letter.encode() for letter in body)

    assert httpx.post(f"{url}/slack/events", content=drops(), headers=headers).text == "U1: drops"


def test_idle_connection_may_be_used_again(url: str) -> None:
    with httpx.Client() as client:
        for _ in range(3):
            assert client.get(f"{url}/healthz").status_code == 200
            time.sleep(BOUNDS.request_s * 0.6)  # together longer than one request may take


@pytest.mark.parametrize("piece", [b"x" * 65_536, b"x"])
def test_body_without_a_declared_end_stops_at_the_limit(url: str, piece: bytes) -> None:
    """65 MB were taken of it."""
    taken = 0
    with connected(url, 1, head()) as held, suppress(OSError):
        while taken < 100_000_000:
            taken += held[0].send(b"%x\r\n%b\r\n" % (len(piece), piece))
    assert taken < 20_000_000  # what the kernels hold on both sides counts too
    assert healthy(url) < 5


def test_sixteen_senders_of_unsigned_forms_hold_nobody_up() -> None:
    """They held `/healthz` up for nine seconds: each form was read before anybody asked for its signature."""
    form = urlencode({f"field{number}": "x" * 20 for number in range(30_000)}).encode()[: BODY_LIMIT - 1]
    with serving(replace(BOUNDS, request_s=10)) as url, connected(url, 16, head(len(form))) as held:
        senders = [Thread(target=one.sendall, args=(form,)) for one in held]
        for sender in senders:
            sender.start()
        assert healthy(url) < 2
        for sender in senders:
            sender.join()
        assert [one.recv(12) for one in held] == [b"HTTP/1.1 401"] * 16


@pytest.mark.parametrize(
    "lie",
    [
        b"Content-Length: -1",
        b"Content-Length: 1e3",
        b"Content-Length: " + b"9" * 5000,
        "Content-Length: ١٠".encode(),
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5, 6",
        b"Transfer-Encoding: gzip",
        b"Host: evil\r\nHost: worse",
        b"Host : evil",
        b"X-" + b"y" * 100_000 + b": 1",
    ],
    ids=lambda lie: lie[:24].decode(errors="replace"),
)
def test_head_that_makes_no_sense_is_refused(url: str, lie: bytes, caplog: pytest.LogCaptureFixture) -> None:
    host = b"" if lie.startswith(b"Host") else b"Host: bot\r\n"
    with connected(url, 1, b"POST /slack/events HTTP/1.1\r\n" + host + lie + b"\r\n\r\n") as held:
        assert held[0].recv(12) in (b"HTTP/1.1 400", b"HTTP/1.1 401", b"HTTP/1.1 501")
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]


@pytest.mark.parametrize("host", ["evil.example", "evil.example:1/x", "[::1]", "\xe9", "a b", ""])
def test_host_that_lies_changes_no_answer(url: str, host: str) -> None:
    line = f"GET /healthz/ HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Host: {host}\r\n\r\n"
    with connected(url, 1, line.encode("latin-1")) as held:
        answer = held[0].recv(65536)
    assert answer.split(b" ")[1] in (b"404", b"400")
    assert b"evil" not in answer.lower()


def test_who_leaves_in_the_middle_is_no_error(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with connected(url, 30, head(1000) + b"12345"):
        pass
    with connected(url, 5, head()) as held:
        for one in held:
            one.sendall(b"this is no chunk\r\n")
            ended(one)
    healthy(url)
    assert not [record for record in caplog.records if record.levelno > logging.WARNING]


@pytest.mark.parametrize("depth", [101, 1_000, 100_000, 450_000])
@pytest.mark.parametrize("kind", ["list", "object", "payload"])
def test_deep_json_is_a_bad_request(url: str, depth: int, kind: str) -> None:
    """It was an error of ours, with a traceback."""
    if kind == "object" and depth > 100_000:
        depth = 100_000  # its brackets are longer, and more would not be read at all
    deep = "[" * depth + "]" * depth if kind == "list" else '{"a":' * depth + "1" + "}" * depth
    body = json.dumps({"type": "event_callback", "deep": 0}).replace("0", deep)
    sent = urlencode({"payload": body}) if kind == "payload" and depth < 10_000 else body
    headers = signed(SECRET, sent) | {"Content-Type": FORM if sent.startswith("payload") else "application/json"}
    assert httpx.post(f"{url}/slack/events", content=sent, headers=headers).status_code in (400, 413)


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "team": 5, "user": [], "actions": "x"},
        {"type": "event_callback", "event": [], "authorizations": {}},
        {"type": "view_submission", "view": {"blocks": [{}]}},
        {"type": "view_submission", "view": []},
        {"type": {"type": "x"}},
        {"command": "/actionitem"},
        {},
    ],
    ids=str,
)
def test_signed_payload_of_no_shape_is_refused(url: str, payload: object, caplog: pytest.LogCaptureFixture) -> None:
    sent = json.dumps(payload)
    headers = signed(SECRET, sent) | {"Content-Type": "application/json"}
    assert httpx.post(f"{url}/slack/events", content=sent, headers=headers).status_code in (200, 400, 404)
    assert "Exception in ASGI application" not in caplog.text


@pytest.mark.parametrize(
    ("typed", "kept"), [("a\0b", "ab"), ("a\ud800b", "a\ufffdb"), ("\udc00", "\ufffd"), ("\U0001f600", "\U0001f600")]
)
def test_text_that_no_database_takes_comes_in_as_text_that_it_takes(url: str, typed: str, kept: str) -> None:
    sent = json.dumps({"command": "/actionitem", "text": typed, "user_id": f"U{typed}", "team_id": "T0"})
    headers = signed(SECRET, sent) | {"Content-Type": "application/json"}
    assert httpx.post(f"{url}/slack/events", content=sent, headers=headers).text == f"U{kept}: {kept}"


@pytest.mark.parametrize("files", [64, 256, 1024, 20_000, 1_000_000])
def test_connections_leave_files_for_databases_and_logs(files: int) -> None:
    bounds = bounds_for(files)
    assert bounds.connections >= 16
    assert bounds.connections + 3 * bounds.accepted_at_once <= files * 3 / 4


def test_server_within_few_files_stays_alive() -> None:
    """Many at once: asyncio accepts them before anybody counts."""

    async def crowd(url: str) -> None:
        host = httpx.URL(url)
        opened = await asyncio.gather(*(asyncio.open_connection(host.host, host.port) for _ in range(300)))
        assert healthy(url) < 5
        for _reader, writer in opened:
            writer.close()

    # A browser of another test may hold this thread's loop.
    with serving(BOUNDS) as url, ThreadPoolExecutor(1) as beside:
        beside.submit(asyncio.run, crowd(url)).result()
