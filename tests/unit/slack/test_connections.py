"""Connections to Slack are kept, and no request is ever repeated over another one."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import RemoteDisconnected
from threading import Semaphore, Thread
from urllib.error import URLError

import pytest
from slack_bolt import BoltContext
from slack_bolt.authorization import AuthorizeResult

from bot.slack import connections
from bot.slack.client import answering_client
from bot.slack.installations import Authorization, OneWorkspace
from scheduler.delivery.slack_calls import SlackTrouble, delivery_client, open_direct
from tests.integration.delivery.slack_stub import SlackStub

YES = b'{"ok": true}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(YES), YES)


@dataclass
class Server:
    """What each connection asked, and how it is answered: `None` closes it without a word."""

    url: str = ""
    asked: list[list[bytes]] = field(default_factory=list)
    answers: Callable[[int, int], bytes | None] = lambda _connection, _request: ANSWER
    close_after_answer: bool = False
    closed: Semaphore = field(default_factory=lambda: Semaphore(0))

    def serve(self, listening: socket.socket) -> None:
        """One connection after the other, until it is closed itself."""
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.asked.append([])
            with connection:
                self._speak(connection, len(self.asked) - 1)
            self.closed.release()

    def _speak(self, connection: socket.socket, number: int) -> None:
        for request in range(100):
            if not (said := _read(connection)):
                return
            self.asked[number].append(said)
            if (answer := self.answers(number, request)) is None:
                return
            connection.sendall(answer)
            if self.close_after_answer:
                return


def _read(connection: socket.socket) -> bytes:
    """A whole request; nothing when the other side has gone."""
    said = b""
    while b"\r\n\r\n" not in said:
        if not (more := connection.recv(65536)):
            return b""
        said += more
    head, _, body = said.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(**how: object) -> Iterator[Server]:
    """A server on a port of its own, so that no connection of another test is used."""
    server = Server(**how)  # type: ignore[arg-type]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.url = f"http://127.0.0.1:{listening.getsockname()[1]}/api/"
        Thread(target=server.serve, args=(listening,), daemon=True).start()
        yield server


def test_calls_of_several_workspaces_share_one_connection() -> None:
    with serving() as server:
        delivery_client("xoxb-1", server.url).api_call("auth.test")
        answering_client(server.url, "xoxb-2").api_call("auth.test")
    [asked] = server.asked
    assert [b"xoxb-1" in asked[0], b"xoxb-2" in asked[1]] == [True, True]


class _Installed(OneWorkspace):
    """A workspace of which Slack need not be asked."""

    def identity(self) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")


def test_requests_of_a_workspace_share_connections_and_no_token() -> None:
    with serving() as server:
        authorize = Authorization(_Installed(server.url, "xoxb-1"), server.url)
        contexts = [BoltContext(), BoltContext()]
        for context in contexts:
            authorize(context=context, enterprise_id=None, team_id="T1", user_id="U1")
        for context, token in zip(contexts, ("xoxb-1", "xwfp-2"), strict=True):
            context.client.token = token  # as Bolt does, with a step's own token too
        for context in contexts:
            context.client.api_call("views.open", json={"trigger_id": "1.1.a"})
    [asked] = server.asked
    assert [b"xoxb-1" in asked[0], b"xwfp-2" in asked[1]] == [True, True]


def test_connection_that_slack_has_closed_is_not_used_again() -> None:
    with serving(close_after_answer=True) as server:
        client = delivery_client("xoxb-1", server.url)
        for _ in range(3):
            client.api_call("auth.test")
            assert server.closed.acquire(timeout=60)
    assert [len(each) for each in server.asked] == [1, 1, 1]


def test_connection_is_not_used_again_when_it_was_idle_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack may be closing it at that very moment."""
    now = 1000.0
    monkeypatch.setattr(connections, "monotonic", lambda: now)
    with serving() as server:
        client = delivery_client("xoxb-1", server.url)
        client.api_call("auth.test")
        now += connections.KEPT_FOR_S - 0.1
        client.api_call("auth.test")
        now += connections.KEPT_FOR_S
        client.api_call("auth.test")
    assert [len(each) for each in server.asked] == [2, 1]


def test_message_whose_answer_is_lost_is_not_sent_again_over_another_connection() -> None:
    """On a kept connection too: Slack may have taken it, and delivery looks for it before it sends it again."""
    with serving(answers=lambda _connection, request: ANSWER if request == 0 else None) as server:
        client = delivery_client("xoxb-1", server.url)
        client.api_call("auth.test")
        with pytest.raises(RemoteDisconnected):
            client.api_call("chat.postMessage")
        with pytest.raises(SlackTrouble) as trouble:
            open_direct(client, "U1")
    assert [len(each) for each in server.asked] == [2, 1]
    assert trouble.value.trouble.code == "not_slacks"  # the first answer of a connection of its own


def test_answer_that_breaks_off_is_one_that_never_came() -> None:
    with serving(answers=lambda _connection, _request: ANSWER[:-3], close_after_answer=True) as server:
        with pytest.raises(SlackTrouble) as trouble:
            open_direct(delivery_client("xoxb-1", server.url), "U1")
        assert trouble.value.trouble.code == "dropped"
    assert len(server.asked) == 1


def test_nobody_there_is_known_from_an_answer_that_was_lost() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    client = delivery_client("xoxb-1", f"http://127.0.0.1:{port}/api/")
    with pytest.raises(URLError) as refused:
        client.api_call("auth.test")
    assert isinstance(refused.value.reason, ConnectionRefusedError)
    with pytest.raises(SlackTrouble) as trouble:
        open_direct(client, "U1")
    assert trouble.value.trouble.code == "unreachable"


def test_slack_that_does_not_answer_in_time_is_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = delivery_client("xoxb-1", f"http://127.0.0.1:{listening.getsockname()[1]}/api/")
        client.timeout = 0.05
        with pytest.raises(TimeoutError):
            client.api_call("auth.test")


@pytest.mark.parametrize("proxy", ["http://me:s%3Acret@{}", "me:s%3Acret@{}", "https://me:s%3Acret@{}"])
def test_proxy_is_asked_in_place_of_slack(proxy: str) -> None:
    with serving() as server:
        client = delivery_client("xoxb-1", "http://slack.invalid/api/")
        client.proxy = proxy.format(server.url.split("/")[2])
        client.api_call("auth.test")
    [[said]] = server.asked
    assert said.startswith(b"POST http://slack.invalid/api/auth.test HTTP/1.1\r\n")
    assert b"authorization: basic bwu6czpjcmv0" in said.lower()


def test_proxy_is_left_out_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as server:
        client = delivery_client("xoxb-1", server.url)
        client.proxy = "http://proxy.invalid:3128"
        client.api_call("auth.test")
    assert len(server.asked) == 1


def test_tunnel_that_a_proxy_refuses_was_never_to_slack() -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with serving(answers=lambda _connection, _request: refusal) as server:
        client = delivery_client("xoxb-1", "https://slack.invalid/api/")
        client.proxy = f"http://{server.url.split('/')[2]}"
        with pytest.raises(URLError, match="403"):
            client.api_call("auth.test")
    [[said]] = server.asked
    assert said.startswith(b"CONNECT slack.invalid:443")
    assert b"xoxb-1" not in said


def test_stub_of_other_tests_keeps_connections_as_slack_does() -> None:
    with SlackStub() as stub:
        client = delivery_client("xoxb-1", stub.api_url)
        assert open_direct(client, "U1") == "DU1"
        assert open_direct(client, "U2") == "DU2"
