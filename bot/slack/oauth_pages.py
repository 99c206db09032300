"""What somebody who installs the bot reads in their browser: plain pages, each with the next step."""

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from slack_bolt import BoltResponse

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",  # the address holds a code
    "X-Content-Type-Options": "nosniff",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }}
main {{ max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem; }}
h1 {{ font-size: 1.375rem; line-height: 1.3; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
NOTHING = "Nothing was installed"
AGAIN = 'To try again, <a href="{install}">start the installation again</a>.'


class _Page(NamedTuple):
    status: int
    title: str
    says: str


FAILURES: Mapping[str, _Page] = {
    "access_denied": _Page(
        200, NOTHING, "The request was declined in Slack. In some workspaces only an admin may approve it: ask yours."
    ),
    "invalid_browser": _Page(
        400,
        "This link has ended",
        "An installation is begun and ended in the same browser, within ten minutes, and once. "
        "If you have read that Action Items is installed, all is done.",
    ),
    "invalid_state": _Page(400, NOTHING, "The link was used already, or it took longer than ten minutes."),
    "missing_code": _Page(400, NOTHING, "Slack did not send the code that an installation needs."),
    "refused": _Page(
        502, NOTHING, "Slack did not accept the installation. Whoever runs Action Items finds why in its log."
    ),
    "slack_away": _Page(503, NOTHING, "Slack did not answer. Wait a moment."),
    "database_away": _Page(503, NOTHING, "The database of Action Items did not answer. Wait a moment."),
    "rotation": _Page(
        500,
        NOTHING,
        "This Slack app changes its tokens regularly, and Action Items does not. "
        "Whoever runs it must make the app from its app_manifest.yml, with token_rotation_enabled: false.",
    ),
}
OTHERWISE = _Page(400, NOTHING, "Slack ended the installation.")


def installed_page(workspace: str, workspace_id: str) -> BoltResponse:
    """All went well."""
    title = f"Action Items is installed in {workspace}."
    body = (
        "<p>Invite it: <code>/invite @Action Items</code>.</p>\n"
        f'<p><a href="https://app.slack.com/client/{escape(workspace_id)}">Open Slack</a></p>'
    )
    return _page(200, title, body)


def organisation_page(name: str, enterprise: str, app: str) -> BoltResponse:
    """All went well; an organisation says afterwards in which of its workspaces the bot shall be."""
    manage = f"https://app.slack.com/manage/{escape(enterprise)}/integrations/profile/{escape(app)}/workspaces/add"
    body = (
        f'<p>It is in no workspace before you <a href="{manage}">add it to some</a>.</p>\n'
        "<p>Then invite it where it is needed: <code>/invite @Action Items</code>.</p>"
    )
    return _page(200, f"Action Items is installed for {name or enterprise}.", body)


def failure_page(reason: str, install: str) -> BoltResponse:
    """Why nothing was installed, and what to do. *reason* may come from anybody; it is not shown."""
    found = FAILURES.get(reason, OTHERWISE)
    again = AGAIN.format(install=escape(install))
    return _page(found.status, found.title, f"<p>{escape(found.says)}</p>\n<p>{again}</p>")


def _page(status: int, title: str, body: str) -> BoltResponse:
    return BoltResponse(status=status, headers=dict(HEADERS), body=PAGE.format(title=escape(title), body=body))
