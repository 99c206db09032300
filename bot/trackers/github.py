"""GitHub Issues, on github.com and Enterprise Server, by the REST interface; as an App or with a token.

GitHub knows open and closed; what is in progress says a label. It keeps no due date: that stands in the text.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from json import dumps
from threading import Lock
from time import time
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.domain.tickets import ASSIGNEE, STAGE, TEXT, TITLE, SeenTicket, Stage
from bot.trackers.http import Http, HttpAnswer
from bot.trackers.shape import LABEL, Comment, Event, NewTicket, Page, Reception, TrackerClient, TrackerTrouble, moment
from bot.trackers.texts import with_section

API = "https://api.github.com/"
VERSION = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
IN_PROGRESS = frozenset({"in progress", "in-progress", "doing", "wip", "status: in progress", "started"})
"""Labels that say so, unless the connection names others."""
BOT = "Bot"
A_PAGE = 100
PAGES_LOOKED_THROUGH = 10
CLOCKS_DIFFER_BY = timedelta(minutes=15)
TOKEN_EARLY_S = 300
NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
ISSUE = re.compile(r"/([^/]+)/([^/]+)/issues/([1-9][0-9]{0,9})/?")


class GitHub(TrackerClient):
    """The issues of one repository."""

    def __init__(
        self, url: str, place: str, secret: str, options: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        """*secret*: a token; with `app_id` and `installation_id` in *options*, the App's private key."""
        self._http = Http(url, self._headers, said, transport)
        self._place, self._secret, self._options = place, secret, options
        self._lock, self._token, self._token_ends = Lock(), "", 0.0
        self._labels = labels_in_progress(options)

    def create(self, new: NewTicket) -> SeenTicket:
        """As `TrackerClient.create`. Where GitHub does not take the assignee, without one."""
        body = {"title": new.title, "body": new.text, "labels": [LABEL]}
        try:
            assigned = {"assignees": [new.assignee]} if new.assignee else {}
            made = self._http.ask("POST", f"{self._issues}", json=body | assigned)
        except TrackerTrouble as error:
            if error.meaning is not Reception.REFUSED or not new.assignee:
                raise
            made = self._http.ask("POST", f"{self._issues}", json=body)
        return self._ticket(made)

    def find(self, mark: str, since: datetime) -> SeenTicket | None:
        """As `TrackerClient.find`. By listing: the search lags behind what was just made."""
        begin = (since - CLOCKS_DIFFER_BY).strftime("%Y-%m-%dT%H:%M:%SZ")
        params = {"state": "all", "since": begin, "sort": "created", "direction": "desc", "per_page": A_PAGE}
        answer = self._http.get(self._issues, params)
        for _page in range(PAGES_LOOKED_THROUGH):
            for issue in _list(answer.json):
                if mark in str(issue.get("body") or ""):
                    return ticket_of(issue, self._labels)
            following = NEXT.search(answer.headers.get("link", ""))
            if not following:
                break
            answer = self._http.get(following[1])
        return None

    def read(self, ref: str) -> SeenTicket:
        """As `TrackerClient.read`; one that was transferred is missing, wherever it is now."""
        return self._ticket(self._get(ref))

    def write(self, ref: str, facts: Mapping[str, str], text: str) -> SeenTicket:
        """As `TrackerClient.write`: one request, and one before it where the text changes."""
        body: dict[str, Any] = {}
        if TITLE in facts:
            body["title"] = facts[TITLE]
        if TEXT in facts:
            body["body"] = with_section(str(self._get(ref).json.get("body") or ""), text)
        if STAGE in facts:
            body |= _state(Stage(facts[STAGE]))
        if ASSIGNEE in facts:
            body["assignees"] = [facts[ASSIGNEE]] if facts[ASSIGNEE] else []
        return self._ticket(self._http.ask("PATCH", self._issue(ref), json=body))

    def comment(self, ref: str, text: str) -> None:
        """As `TrackerClient.comment`."""
        self._http.ask("POST", f"{self._issue(ref)}/comments", json={"body": text})

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:
        """As `TrackerClient.has_comment`."""
        begin = (since - CLOCKS_DIFFER_BY).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = self._http.get(f"{self._issue(ref)}/comments", {"since": begin, "per_page": A_PAGE})
        return any(mark in str(each.get("body") or "") for each in _list(found.json))

    def changed_since(self, cursor: str) -> Page:
        """As `TrackerClient.changed_since`: the issues and the comments since, a request each."""
        params = {"state": "all", "sort": "updated", "direction": "asc", "per_page": A_PAGE, "since": cursor}
        issues = self._http.get(self._issues, params)
        comments = self._http.get(
            f"{self._issues}/comments", {name: params[name] for name in ("sort", "direction", "per_page", "since")}
        )
        events = [event for issue in _list(issues.json) if (event := self._changed(issue))]
        events += [event for each in _list(comments.json) if (event := comment_event(each))]
        pages = [[str(each.get("updated_at") or "") for each in _list(answer.json)] for answer in (issues, comments)]
        ends = [
            max(times)
            for times, answer in zip(pages, (issues, comments), strict=True)
            if 'rel="next"' in _links(answer)
        ]
        # A full page of either ends the reading there: what the other one has beyond comes again, and is no news.
        newest = min(ends) if ends else max([time for times in pages for time in times], default=cursor)
        more = bool(ends) and newest > cursor
        return Page(events, max(newest, cursor), more)

    def closing_change(self, ref: str) -> str:
        """As `TrackerClient.closing_change`: the pull request, or the commit, that closed it last."""
        try:
            events = _list(self._http.get(f"{self._issue(ref)}/timeline", {"per_page": A_PAGE}).json)
        except TrackerTrouble as error:
            if error.meaning in (Reception.MISSING, Reception.FORBIDDEN, Reception.REFUSED):
                return ""  # it only fills in a field
            raise
        return _closing(events)

    def account_of(self, email: str) -> str:
        """As `TrackerClient.account_of`: only addresses that people show."""
        found = self._http.get("search/users", {"q": f"{email} in:email", "per_page": 2})
        items = _list((found.json or {}).get("items"))
        return str(items[0].get("login") or "") if len(items) == 1 else ""

    def check(self) -> Sequence[str]:
        """As `TrackerClient.check`."""
        try:
            answer = self._http.get(f"repos/{self._place}")
        except TrackerTrouble as error:
            return [f"reached: no, {error.said or error.meaning.value}"]
        return [f"reached: ok ({answer.url})", f"as: {self._who()}", *self._rights(answer.json or {}), *self._found()]

    @property
    def _issues(self) -> str:
        return f"repos/{self._place}/issues"

    def _issue(self, ref: str) -> str:
        return f"{self._issues}/{ref}"

    def _get(self, ref: str) -> HttpAnswer:
        answer = self._http.get(self._issue(ref))
        # Followed to where a transferred issue is now, which is not what this connection is for.
        if str((answer.json or {}).get("number")) != ref:
            raise TrackerTrouble(Reception.MISSING, "transferred")
        return answer

    def _ticket(self, answer: HttpAnswer) -> SeenTicket:
        if not isinstance(answer.json, dict) or "number" not in answer.json:
            raise TrackerTrouble(Reception.UNSURE, "not GitHub's answer")
        return ticket_of(answer.json, self._labels)

    def _changed(self, issue: dict[str, Any]) -> Event | None:
        if "pull_request" in issue or "number" not in issue:
            return None
        ticket = ticket_of(issue, self._labels)
        return Event(ticket.ref, ticket, by=ticket.by)

    def _who(self) -> str:
        if self._options.get("app_id"):
            return f"App {self._options['app_id']}, installation {self._options['installation_id']}"
        try:
            return str((self._http.get("user").json or {}).get("login") or "unknown")
        except TrackerTrouble as error:
            return f"unknown ({error.said or error.meaning.value})"

    def _rights(self, repository: Mapping[str, Any]) -> list[str]:
        if repository.get("archived"):
            return ["may read: ok", "may write: no, the repository is archived. Choose another one, or unarchive it"]
        if repository.get("has_issues") is False:
            return ["may read: no, the repository has no issues. Switch them on in its settings"]
        rights = repository.get("permissions")
        may = rights is None or bool(rights.get("push") or rights.get("triage") or rights.get("admin"))
        advice = "no, the token may not. Give it “Issues: read and write”"
        return ["may read: ok", f"may write: {'ok' if may else advice}"]

    def _found(self) -> list[str]:
        words = ", ".join(sorted(self._labels))
        return [f"stages: open, closed as completed, closed as not planned; in progress by a label ({words})"]

    def _headers(self) -> Mapping[str, str]:
        token = self._installation_token() if self._options.get("app_id") else self._secret
        return {**VERSION, "Authorization": f"Bearer {token}"}

    def _installation_token(self) -> str:
        with self._lock:
            if time() > self._token_ends - TOKEN_EARLY_S:
                path = f"app/installations/{self._options['installation_id']}/access_tokens"
                jwt = app_token(self._options["app_id"], self._secret, int(time()))
                headers = {**VERSION, "Authorization": f"Bearer {jwt}"}
                made = self._http.ask("POST", path, headers=headers).json or {}
                self._token, self._token_ends = str(made.get("token") or ""), moment(made.get("expires_at")).timestamp()
            return self._token


def app_token(app_id: str, private_key: str, now: int) -> str:
    """What an App proves itself with, for ten minutes at most. Raises `TrackerTrouble` for what is no key."""
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 – slow, and tokens need it not
    from cryptography.hazmat.primitives.asymmetric import padding, rsa  # noqa: PLC0415

    try:
        key = serialization.load_pem_private_key(private_key.encode(), None)
    except ValueError:
        raise TrackerTrouble(Reception.UNAUTHORISED, "the private key cannot be read") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TrackerTrouble(Reception.UNAUTHORISED, "the private key is no RSA key")
    # A minute back, because clocks differ and GitHub takes no token from the future.
    claims = {"iat": now - 60, "exp": now + 540, "iss": app_id}
    signed = ".".join(_part(dumps(each).encode()) for each in ({"alg": "RS256", "typ": "JWT"}, claims))
    return f"{signed}.{_part(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def labels_in_progress(options: Mapping[str, str]) -> frozenset[str]:
    """The labels that mean in progress, in small letters."""
    named = options.get("in_progress", "")
    return frozenset(label.strip().lower() for label in named.split(",")) if named else IN_PROGRESS


def ticket_of(issue: Mapping[str, Any], labels: frozenset[str] = IN_PROGRESS) -> SeenTicket:
    """An issue as the REST interface and the webhooks show it."""
    url = str(issue.get("html_url") or "")
    assignee = issue.get("assignee") or {}
    return SeenTicket(
        ref=str(issue["number"]),
        name=name_of(url) or f"#{issue['number']}",
        url=url,
        title=str(issue.get("title") or ""),
        stage=_stage(issue, labels),
        at=moment(issue.get("updated_at")),
        assignee=str(assignee.get("login") or ""),
        by=str((issue.get("closed_by") or {}).get("login") or ""),
    )


def comment_event(comment: Mapping[str, Any]) -> Event | None:
    """A comment of a page, unless it is ours or belongs to no issue that can be told."""
    ref = str(comment.get("issue_url") or "").rpartition("/")[2]
    if not ref.isdigit():
        return None
    found = comment_of(comment, ref)
    return Event(ref, comment=found, by=found.by, is_person=found.is_person)


def comment_of(comment: Mapping[str, Any], ref: str) -> Comment:
    """A comment, of whichever of the two."""
    user = comment.get("user") or {}
    ours = "<!-- actionitem:" in str(comment.get("body") or "")
    is_person = user.get("type") != BOT and not ours
    # A deleted account is nobody's (GitHub shows none, or “ghost”).
    by = str(user.get("login") or "ghost")
    return Comment(str(comment.get("id") or ""), ref, by, moment(comment.get("updated_at")), is_person)


def locate(url: str, api: str, place: str) -> str:
    """The ref of the issue at that address of a page, if it is one of the connection's; else ""."""
    parts = urlsplit(url)
    host = urlsplit(api).hostname or ""
    web = "github.com" if host == "api.github.com" else host
    found = ISSUE.fullmatch(parts.path)
    if not found or (parts.hostname or "").removeprefix("www.") != web:
        return ""
    same_port = web == "github.com" or parts.port == urlsplit(api).port
    return found[3] if same_port and f"{found[1]}/{found[2]}".lower() == place.lower() else ""


def name_of(url: str) -> str:
    """`acme/shop#12` of the address of an issue's page."""
    found = ISSUE.search(urlsplit(url).path)
    return f"{found[1]}/{found[2]}#{found[3]}" if found else ""


def said(answer: Any) -> str:
    """What an error says, with the field it is about."""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors") or []
    more = [
        str(each.get("message") or f"{each.get('field')}: {each.get('code')}")
        for each in errors
        if isinstance(each, dict)
    ]
    return " ".join([str(answer.get("message") or ""), *more]).strip()


def _stage(issue: Mapping[str, Any], labels: frozenset[str]) -> Stage:
    if issue.get("state") == "closed":
        return Stage.NOT_PLANNED if issue.get("state_reason") in ("not_planned", "duplicate") else Stage.DONE
    names = {str(each.get("name") if isinstance(each, dict) else each).lower() for each in issue.get("labels") or []}
    return Stage.IN_PROGRESS if names & labels else Stage.TO_DO


def _state(stage: Stage) -> dict[str, str]:
    if not stage.is_over:
        return {"state": "open"}
    return {"state": "closed", "state_reason": "completed" if stage is Stage.DONE else "not_planned"}


def _closing(events: Sequence[Mapping[str, Any]]) -> str:
    for event in reversed(events):
        source = ((event.get("source") or {}).get("issue")) or {}
        merged = (source.get("pull_request") or {}).get("merged_at")
        if event.get("event") == "cross-referenced" and merged:
            return str(source.get("html_url") or "")
    empty: Mapping[str, Any] = {}
    closed = next((event for event in reversed(events) if event.get("event") == "closed"), empty)
    commit = str(closed.get("commit_url") or "")
    # The address of the interface is of no use to people.
    return (
        commit.replace("api.github.com/repos", "github.com")
        .replace("/api/v3/repos", "")
        .replace("/commits/", "/commit/")
    )


def _links(answer: HttpAnswer) -> str:
    return str(answer.headers.get("link", ""))


def _list(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _part(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
