"""A sandbox, and a small real Bolt app that it calls over HTTP."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from bot.sandbox.server import Sandbox
from tests.people import Person


class Served:
    """A Bolt app behind a plain HTTP server on a free port."""

    def __init__(self, app: App) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                headers = {name: [value] for name, value in self.headers.items()}
                answer = app.dispatch(BoltRequest(body=body, headers=headers))
                self.send_response(answer.status)
                for name, values in answer.headers.items():
                    self.send_header(name, values[0])
                self.end_headers()
                self.wfile.write((answer.body or "").encode())

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(rates=False) as running:
        yield running


@pytest.fixture
def client(sandbox: Sandbox) -> WebClient:
    return WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])


@pytest.fixture
def bolt(sandbox: Sandbox, client: WebClient) -> Iterator[App]:
    app = App(
        client=client,
        token=sandbox.bot_token,
        signing_secret=sandbox.signing_secret,
        process_before_response=True,
    )
    served = Served(app)
    sandbox.app_url = served.url
    yield app
    served.server.shutdown()
    served.server.server_close()


@pytest.fixture
def priya(sandbox: Sandbox) -> Person:
    return Person(sandbox.url, "U0PRIYA")


@pytest.fixture
def marco(sandbox: Sandbox) -> Person:
    return Person(sandbox.url, "U0MARCO")
