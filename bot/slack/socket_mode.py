"""Socket Mode: the connection that the bot itself opens to Slack, kept alive until it stops.

slack_sdk reconnects when Slack says goodbye; a connection that is cut without a word it would notice after a minute.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import structlog
from slack_bolt import App
from slack_bolt.adapter.socket_mode.builtin import SocketModeHandler
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.domain.errors import Refused, Unavailable
from bot.slack.client import error_code, is_away

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
REFUSED = (
    "Slack says {code} to SLACK_APP_TOKEN. Make an app-level token with the scope connections:write "
    "(it begins with xapp-), and set it."
)
AWAY = "Slack does not answer at SLACK_API_URL ({kind}). Start again when it does."
IsConnected = Callable[[], bool]


@contextmanager
def socket_mode(app: App, token: str) -> Iterator[IsConnected]:
    """Connects, and stays connected until the block ends; what was begun by then is answered.

    Raises `Refused` when Slack does not take the token, and `Unavailable` when it does not answer.
    """
    handler, ended = SocketModeHandler(app, token), Event()
    client = handler.client
    _connect(client)
    watchdog = Thread(target=_watch, args=(client, ended), name="socket-watchdog", daemon=True)
    watchdog.start()
    try:
        yield client.is_connected
    finally:
        # In this order: no more watching, so that nobody connects again; then nothing new is taken, what was begun is
        # answered, and only then is the line cut over which the answers go.
        ended.set()
        watchdog.join()
        client.closed = True  # takes nothing new
        client.message_workers.shutdown(wait=True)
        with suppress(AttributeError):  # slack_sdk, when both sides close at once
            handler.close()  # type: ignore[no-untyped-call]


def _connect(client: SocketModeClient) -> None:
    try:
        client.connect()
    except (SlackClientError, OSError) as error:
        if not is_away(error):
            raise Refused(REFUSED.format(code=error_code(error))) from error
        raise Unavailable(AWAY.format(kind=type(error).__name__)) from error


def _watch(client: SocketModeClient, ended: Event) -> None:
    """Asks the connection for a sign of life; connects anew when it cannot even be asked."""
    while not ended.wait(LOOK_EVERY_S):
        session = client.current_session
        try:
            if session:
                session.ping("watchdog")
        except OSError as error:
            log.warning("socket_dropped", error=type(error).__name__)
            _reconnect(client)


def _reconnect(client: SocketModeClient) -> None:
    """Once; while Slack is away, slack_sdk itself goes on trying every ten seconds."""
    with suppress(SlackClientError, OSError, AttributeError):
        client.disconnect()
        client.connect_to_new_endpoint()
