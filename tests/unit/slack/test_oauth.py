"""What the installation asks of Slack and says to people: scopes, addresses and pages."""

import pytest

from bot.slack.manifest import wanted_scopes
from bot.slack.oauth import authorize_url
from bot.slack.oauth_pages import FAILURES, failure_page, installed_page
from bot.slack.scopes import SCOPES
from tests.running import manifest

INSTALL = "https://bot.example/slack/install"


def test_scopes_are_those_of_the_manifest() -> None:
    assert list(SCOPES) == manifest()["oauth_config"]["scopes"]["bot"]


def test_scopes_are_known_without_the_manifest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.manifest.manifest_file", lambda: None)
    assert wanted_scopes() == set(SCOPES)


@pytest.mark.parametrize(
    ("api", "authorize"),
    [
        ("https://slack.com/api/", "https://slack.com/oauth/v2/authorize"),
        ("http://127.0.0.1:8000/api/", "http://127.0.0.1:8000/oauth/v2/authorize"),
    ],
)
def test_leave_is_asked_beside_the_web_api(api: str, authorize: str) -> None:
    assert authorize_url(api) == authorize


def test_page_says_where_it_is_installed_and_what_is_next() -> None:
    page = installed_page("Beta & <b>Söhne</b>", "T1")
    assert "<h1>Action Items is installed in Beta &amp; &lt;b&gt;Söhne&lt;/b&gt;.</h1>" in page.body
    assert "Invite it: <code>/invite @Action Items</code>." in page.body
    assert page.status == 200


@pytest.mark.parametrize("reason", [*FAILURES, "what_nobody_foresaw"])
def test_every_failure_is_calm_and_says_how_to_begin_again(reason: str) -> None:
    page = failure_page(reason, INSTALL)
    assert f'<a href="{INSTALL}">start the installation again</a>' in page.body
    assert "!" not in page.body.replace("<!doctype", "")
    assert '<html lang="en">' in page.body
    assert 200 <= page.status < 600


def test_page_shows_nothing_that_came_with_the_request() -> None:
    assert "nobody" not in failure_page("what_nobody_foresaw", INSTALL).body


def test_pages_run_nothing_and_are_not_kept() -> None:
    headers = failure_page("refused", INSTALL).headers
    assert headers["content-security-policy"][0].startswith("default-src 'none'")
    assert headers["cache-control"] == ["no-store"]
    assert headers["referrer-policy"] == ["no-referrer"]
