"""Installing by OAuth against the sandbox: the way through the browser, states, tokens at rest, uninstall."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from slack_bolt.request import BoltRequest
from sqlalchemy import text

from bot.app import NotConfigured, Product, open_product, slack_app
from bot.commands.team import resolve_workspace
from bot.domain.errors import Refused
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.slack.oauth import COOKIE, Installing
from bot.slack.scopes import SCOPES
from bot.slack.stored_installations import StoredInstallations
from bot.web import web_app
from storage.engine import Database
from tests.installing import (
    OTHER,
    MovedClock,
    back_from_slack,
    begin,
    install,
    new_key,
    oauth_environment,
    second_workspace,
)
from tests.running import local_slack
from tests.straight import Straight

pytestmark = pytest.mark.mostly_sqlite

PUBLIC_URL = "http://127.0.0.1:3999/"
ACME = "T0ACME"
KEY, OLDER = new_key(), new_key()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        running.do(second_workspace)
        yield running


@pytest.fixture(autouse=True)
def no_faults(sandbox: Sandbox) -> Iterator[None]:
    yield
    httpx.delete(f"{sandbox.url}/sandbox/faults")


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def settings(sandbox: Sandbox, migrated_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SLACK_")]:
        monkeypatch.delenv(name)
    environment = oauth_environment(sandbox, PUBLIC_URL, f"{KEY},{OLDER}") | {"DATABASE_URL": migrated_url}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.fixture
def product(settings: Settings, clock: MovedClock) -> Iterator[Product]:
    opened = open_product(settings, clock)
    yield opened
    opened.db.close()


@pytest.fixture
def browser(product: Product) -> Iterator[httpx.Client]:
    """A browser, as far as cookies go, in front of the product's web server."""
    with browser_of(product) as client:
        yield client


def browser_of(product: Product) -> httpx.Client:
    web = web_app(slack_app(product), lambda: {"ready": True}, CollectorRegistry())
    return httpx.Client(transport=Straight(web), base_url=PUBLIC_URL)


@pytest.fixture
def stored(product: Product) -> StoredInstallations:
    assert isinstance(product.installations, StoredInstallations)
    return product.installations


@contextmanager
def renamed(db: Database, table: str) -> Iterator[None]:
    """Nobody finds the table meanwhile."""
    with db.begin() as session:
        session.execute(text(f"ALTER TABLE {table} RENAME TO elsewhere"))
    try:
        yield
    finally:
        with db.begin() as session:
            session.execute(text(f"ALTER TABLE elsewhere RENAME TO {table}"))


def fault(sandbox: Sandbox, **given: object) -> None:
    httpx.post(f"{sandbox.url}/sandbox/faults", json=given).raise_for_status()


# the way through the browser


def test_browser_is_sent_to_slack_with_everything_it_asks_for(browser: httpx.Client, sandbox: Sandbox) -> None:
    address = urlsplit(begin(browser, OTHER))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{sandbox.url}/oauth/v2/authorize"
    assert asked.pop("state")
    assert asked == {
        "client_id": sandbox.client_id,
        "scope": ",".join(SCOPES),
        "redirect_uri": f"{PUBLIC_URL}slack/oauth_redirect",
        "team": OTHER,
    }


@pytest.mark.parametrize(
    ("public_url", "flags"),
    [
        ("http://127.0.0.1/", {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"}),
        ("https://bot.example/", {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600", "Secure"}),
    ],
)
def test_cookie_is_for_this_browser_alone(product: Product, public_url: str, flags: set[str]) -> None:
    settings = product.settings.model_copy(update={"public_url": public_url})
    assert isinstance(product.installations, StoredInstallations)
    flow = Installing(settings, SCOPES, product.installations, product.db, product.deps.clock)
    (cookie,) = flow.handle_installation(BoltRequest(body="")).headers["set-cookie"]
    name_and_value, *rest = cookie.split("; ")
    assert name_and_value.startswith(f"{COOKIE}=")
    assert set(rest) == flags


def test_host_of_the_request_is_not_trusted(browser: httpx.Client) -> None:
    answer = browser.get("/slack/install", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert "evil" not in answer.headers["location"]


def test_team_of_the_address_adds_nothing_else(browser: httpx.Client) -> None:
    asked = parse_qs(urlsplit(begin(browser, "T1&scope=admin\r\nSet-Cookie: a=b")).query)
    assert asked["scope"] == [",".join(SCOPES)]
    assert asked["team"] == ["T1&scope=admin\r\nSet-Cookie: a=b"]


@pytest.mark.walk
def test_installed_workspace_is_told_what_is_next(browser: httpx.Client, sandbox: Sandbox, product: Product) -> None:
    page = install(browser, OTHER)
    assert page.status_code == 200
    assert "Action Items is installed in Beta &amp; Söhne." in page.text
    assert "/invite @Action Items" in page.text
    identity = product.installations.authorized(OTHER)
    assert identity is not None
    assert identity.bot_user_id == sandbox.do(lambda state: state.bot_of(OTHER))
    assert product.clients(OTHER).auth_test()["team_id"] == OTHER
    assert resolve_workspace(product, None) == OTHER


@pytest.mark.walk
def test_what_slack_granted_is_kept(browser: httpx.Client, stored: StoredInstallations, clock: MovedClock) -> None:
    install(browser, OTHER)
    (kept,) = stored.installed()
    assert (kept.workspace, kept.name, kept.installed_by, kept.scopes) == (OTHER, "Beta & Söhne", "U0BEA", SCOPES)
    assert clock() - kept.installed_at < timedelta(minutes=1)


@pytest.mark.walk
def test_installing_again_replaces_the_token(browser: httpx.Client, product: Product) -> None:
    install(browser, OTHER)
    first = product.installations.token(OTHER)
    assert install(browser, OTHER).status_code == 200
    assert product.installations.token(OTHER) != first
    assert product.clients(OTHER).auth_test()["ok"]


@pytest.mark.walk
def test_each_workspace_has_its_own_token(browser: httpx.Client, product: Product) -> None:
    install(browser, ACME)
    install(browser, OTHER)
    assert product.clients(ACME).auth_test()["team_id"] == ACME
    assert product.clients(OTHER).auth_test()["team_id"] == OTHER
    with pytest.raises(Refused, match=r"There are several workspaces. Say which: --workspace T0ACME \(or T0BETA\)"):
        resolve_workspace(product, None)


def test_command_before_any_installation_says_what_to_open(product: Product) -> None:
    for given in (None, ACME):
        with pytest.raises(Refused, match=f"installed in no workspace yet. Open {PUBLIC_URL}slack/install"):
            resolve_workspace(product, given)


def test_neither_token_nor_client_id_names_both(settings: Settings) -> None:
    with pytest.raises(NotConfigured, match=r"SLACK_BOT_TOKEN \(one workspace\) nor SLACK_CLIENT_ID \(many"):
        open_product(settings.model_copy(update={"slack_client_id": None}))


def test_one_workspace_has_no_address_to_install(settings: Settings, sandbox: Sandbox) -> None:
    alone = settings.model_copy(update={"slack_client_id": None, "slack_bot_token": SecretStr(sandbox.bot_token)})
    product = open_product(alone)
    with browser_of(product) as browser:
        assert browser.get("/slack/install").status_code == 404
    product.db.close()


# refused


def is_not_installed(page: httpx.Response, status: int, words: str, stored: StoredInstallations) -> None:
    assert (page.status_code, words in page.text) == (status, True), page.text
    assert f'<a href="{PUBLIC_URL}slack/install">start the installation again</a>' in page.text
    assert stored.installed() == []


def test_denied(browser: httpx.Client, stored: StoredInstallations) -> None:
    begin(browser, OTHER)
    page = browser.get("/slack/oauth_redirect?error=access_denied&state=x")
    is_not_installed(page, 200, "The request was declined in Slack.", stored)


def test_what_the_address_says_is_not_shown(browser: httpx.Client, stored: StoredInstallations) -> None:
    page = browser.get("/slack/oauth_redirect", params={"error": "<script>alert(1)</script>"})
    assert "script" not in page.text
    is_not_installed(page, 400, "Slack ended the installation.", stored)


def test_state_of_another_browser(browser: httpx.Client, stored: StoredInstallations) -> None:
    back = back_from_slack(begin(browser, OTHER))
    browser.cookies.clear()
    is_not_installed(browser.get(back), 400, "begun and ended in the same browser", stored)


def test_state_that_was_never_issued(browser: httpx.Client, stored: StoredInstallations) -> None:
    browser.cookies.set(COOKIE, "made-up")
    page = browser.get("/slack/oauth_redirect?state=made-up&code=x")
    is_not_installed(page, 400, "used already", stored)


@pytest.mark.walk
def test_state_that_is_too_old(browser: httpx.Client, stored: StoredInstallations, clock: MovedClock) -> None:
    back = back_from_slack(begin(browser, OTHER))
    clock.by = timedelta(minutes=10)
    is_not_installed(browser.get(back), 400, "longer than ten minutes", stored)


@pytest.mark.walk
def test_state_is_used_once(browser: httpx.Client, stored: StoredInstallations) -> None:
    address = begin(browser, OTHER)
    state = dict(browser.cookies)[COOKIE]
    browser.get(back_from_slack(address))
    browser.cookies.set(COOKIE, state)  # a copy of the cookie that we deleted
    page = browser.get(back_from_slack(address))
    assert (page.status_code, "used already" in page.text) == (400, True)
    assert len(stored.installed()) == 1


def test_page_of_success_loaded_again_says_that_all_is_done(browser: httpx.Client) -> None:
    back = back_from_slack(begin(browser, OTHER))
    assert browser.get(back).status_code == 200
    assert "all is done" in browser.get(back).text


def test_code_is_missing(browser: httpx.Client, stored: StoredInstallations) -> None:
    begin(browser, OTHER)
    page = browser.get("/slack/oauth_redirect", params={"state": dict(browser.cookies)[COOKIE]})
    is_not_installed(page, 400, "did not send the code", stored)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ({"method": "oauth.v2.access", "kind": "error", "error": "bad_client_secret"}, (502, "did not accept")),
        ({"method": "oauth.v2.access", "kind": "http"}, (503, "Slack did not answer.")),
        ({"method": "oauth.v2.access", "kind": "429"}, (503, "Slack did not answer.")),
        ({"method": "oauth.v2.access", "kind": "error"}, (503, "Slack did not answer.")),
        ({"method": "oauth.v2.access", "kind": "drop_before"}, (503, "Slack did not answer.")),
        ({"method": "oauth.v2.access", "kind": "drop_after_acceptance"}, (503, "Slack did not answer.")),
        ({"method": "auth.test", "kind": "away"}, (503, "Slack did not answer.")),
    ],
)
def test_slack_in_trouble(
    browser: httpx.Client, sandbox: Sandbox, stored: StoredInstallations, trouble: dict[str, str], told: tuple[int, str]
) -> None:
    back = back_from_slack(begin(browser, OTHER))
    fault(sandbox, **trouble)
    is_not_installed(browser.get(back), *told, stored)


def test_trouble_is_logged_without_the_code(
    browser: httpx.Client, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    back = back_from_slack(begin(browser, OTHER))
    fault(sandbox, method="oauth.v2.access", kind="error", error="bad_client_secret")
    browser.get(back)
    logged = "".join(capsys.readouterr())
    assert "bad_client_secret" in logged
    assert parse_qs(urlsplit(back).query)["code"][0] not in logged


@pytest.mark.walk
@pytest.mark.parametrize("path", ["/slack/install", "/slack/oauth_redirect"])
def test_database_away(browser: httpx.Client, product: Product, path: str) -> None:
    begin(browser, OTHER)
    state = dict(browser.cookies)[COOKIE]
    with renamed(product.db, "oauth_states"):
        page = browser.get(path, params={"state": state, "code": "x"})
    assert (page.status_code, "The database of Action Items did not answer." in page.text) == (503, True)
