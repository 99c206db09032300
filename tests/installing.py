"""Somebody installs the bot from their browser: our address, Slack's leave, back to us. And the settings for that."""

import socket
from datetime import UTC, datetime, timedelta

import httpx
from cryptography.fernet import Fernet

from bot.sandbox.model import Team
from bot.sandbox.server import Sandbox
from bot.sandbox.state import State

OTHER = "T0BETA"


def new_key() -> str:
    """A key for TOKEN_ENCRYPTION_KEYS."""
    return Fernet.generate_key().decode()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def oauth_environment(sandbox: Sandbox, public_url: str, keys: str) -> dict[str, str]:
    """What an operator sets for many workspaces, beside the database."""
    return {
        "SLACK_CLIENT_ID": sandbox.client_id,
        "SLACK_CLIENT_SECRET": sandbox.client_secret,
        "SLACK_SIGNING_SECRET": sandbox.signing_secret,
        "SLACK_API_URL": sandbox.api_url,
        "PUBLIC_URL": public_url,
        "TOKEN_ENCRYPTION_KEYS": keys,
    }


def second_workspace(state: State) -> Team:
    """Another workspace, without the bot, with Bea in its incident channel."""
    team = state.add_team("Beta & Söhne", team=OTHER, install=False)
    state.add_user(OTHER, "Bea Novak", user="U0BEA", name="bea", tz="Europe/Berlin", is_admin=True)
    state.add_channel(OTHER, "inc-1-login", members=["U0BEA"], channel="C0LOGIN")
    return team


def install(browser: httpx.Client, workspace: str) -> httpx.Response:
    """The whole way, leave given; the page at its end."""
    return browser.get(back_from_slack(begin(browser, workspace)))


def begin(browser: httpx.Client, workspace: str) -> str:
    """Opens /slack/install; the address at Slack to which it sends the browser."""
    answer = browser.get("/slack/install", params={"team": workspace}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def back_from_slack(address: str) -> str:
    """Slack gives leave; the address to which it sends the browser back."""
    answer = httpx.get(address, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


class MovedClock:
    """The machine's clock, moved."""

    def __init__(self) -> None:
        self.by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by
