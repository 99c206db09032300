"""GitHub Issues, on github.com and Enterprise Server, by the REST interface; as an App or with a token.

GitHub knows open and closed; what is in progress says a label. Its issues have no due date: our section of the text has
it, and is read for what people write there.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from json import dumps
from threading import Lock
from time import time
from typing import Any

import httpx

from bot.domain.tickets import ASSIGNEE, STAGE, TEXT, TITLE, SeenTicket, Stage
from bot.trackers.github_code import GitHubCode, ReadUntil, mark_of
from bot.trackers.github_shapes import (
    closing_of,
    comment_event,
    end_of_token,
    list_of,
    said,
    state_of,
    ticket_of,
)
from bot.trackers.http import Http, HttpAnswer
from bot.trackers.labels import labels_in_progress
from bot.trackers.shape import LABEL, Event, NewTicket, Page, Reception, TrackerClient, TrackerTrouble, moment
from bot.trackers.texts import with_section

VERSION = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
A_PAGE = 100
PAGES_LOOKED_THROUGH = 10
CLOCKS_DIFFER_BY = timedelta(minutes=15)
TOKEN_EARLY_S = 300
ENDS_HEADER = "github-authentication-token-expiration"
NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')


class GitHub(TrackerClient):
    """The issues of one repository."""

    def __init__(
        self, url: str, place: str, secret: str, options: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        """*secret*: a token; with `app_id` and `installation_id` in *options*, the App's private key."""
        self._http = Http(url, self._headers, said, transport, notes=ENDS_HEADER)
        self._place, self._secret, self._options = place, secret, options
        self._lock, self._token, self._token_ends = Lock(), "", 0.0
        self._labels = labels_in_progress(options)
        self._code = GitHubCode(self._http, place)

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
            for issue in list_of(answer.json):
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
        there: HttpAnswer | None = None
        if TEXT in facts:
            there = self._get(ref)
            # Its editor ends lines as browsers do: that alone is nothing to be written.
            before = str(there.json.get("body") or "").replace("\r\n", "\n")
            # The same where an earlier attempt was taken and its answer was lost.
            body = {"body": after} if (after := with_section(before, text)) != before else {}
        if TITLE in facts:
            body["title"] = facts[TITLE]
        if STAGE in facts:
            body |= state_of(Stage(facts[STAGE]))
        if ASSIGNEE in facts:
            body["assignees"] = [facts[ASSIGNEE]] if facts[ASSIGNEE] else []
        if there and not body:
            return self._ticket(there)
        return self._ticket(self._http.ask("PATCH", self._issue(ref), json=body))

    def comment(self, ref: str, text: str) -> None:
        """As `TrackerClient.comment`."""
        self._http.ask("POST", f"{self._issue(ref)}/comments", json={"body": text})

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:
        """As `TrackerClient.has_comment`."""
        begin = (since - CLOCKS_DIFFER_BY).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = self._http.get(f"{self._issue(ref)}/comments", {"since": begin, "per_page": A_PAGE})
        return any(mark in str(each.get("body") or "") for each in list_of(found.json))

    def changed_since(self, cursor: str) -> Page:
        """As `TrackerClient.changed_since`: the issues, which pull requests are too, and the comments."""
        return self._page(ReadUntil.read(cursor), awaits_deployment=False)

    def changed_or_deployed_since(self, cursor: str) -> Page:
        """As `CodeHost.changed_or_deployed_since`."""
        return self._page(ReadUntil.read(cursor), awaits_deployment=True)

    def _page(self, since: ReadUntil, *, awaits_deployment: bool) -> Page:
        params = {"state": "all", "sort": "updated", "direction": "asc", "per_page": A_PAGE, "since": since.time}
        issues = self._http.get(self._issues, params)
        fresh = [issue for issue in list_of(issues.json) if not since.is_seen(issue)]
        events = [event for issue in list_of(issues.json) if (event := self._changed(issue, since))]
        answers = [issues]
        # A comment changes its issue: where none did, the second request is free for deployments.
        if fresh or not awaits_deployment:
            wanted = {name: params[name] for name in ("sort", "direction", "per_page", "since")}
            comments = self._http.get(f"{self._issues}/comments", wanted)
            events += [event for each in list_of(comments.json) if (event := comment_event(each))]
            answers.append(comments)
        read, more_left = _read_until(since.time, answers)
        seen = {mark_of(each) for each in list_of(issues.json) if each.get("updated_at") == read}
        deployed = replace(since, seen=frozenset(each for each in since.seen if each.startswith("d")))
        if awaits_deployment:
            more, deployed = self._code.deployed_since(since)
            events += more
        return Page(events, ReadUntil(read, deployed.seen | seen, deployed.deployed).text, more_left)

    def holds(self, deployed: str, sha: str) -> bool:
        """As `CodeHost.holds`."""
        return self._code.holds(deployed, sha)

    def find_guard(self, path: str) -> bool | None:
        """As `CodeHost.find_guard`."""
        return self._code.find_guard(path)

    def closing_change(self, ref: str) -> str:
        """As `TrackerClient.closing_change`: the pull request, or the commit, that closed it last."""
        try:
            events = list_of(self._http.get(f"{self._issue(ref)}/timeline", {"per_page": A_PAGE}).json)
        except TrackerTrouble as error:
            if error.meaning in (Reception.MISSING, Reception.FORBIDDEN, Reception.REFUSED):
                return ""  # it only fills in a field
            raise
        return closing_of(events)

    def account_of(self, email: str) -> str:
        """As `TrackerClient.account_of`: only addresses that people show."""
        found = self._http.get("search/users", {"q": f"{email} in:email", "per_page": 2})
        items = list_of((found.json or {}).get("items"))
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

    def _changed(self, issue: dict[str, Any], since: ReadUntil) -> Event | None:
        if "number" not in issue:
            return None
        if "pull_request" in issue:
            return None if since.is_seen(issue) else self._code.pull(issue)
        ticket = ticket_of(issue, self._labels)
        return Event(ticket.ref, ticket, by=ticket.by)

    @property
    def token_ends(self) -> datetime | None:
        """As `TokenEnds.token_ends`; an App's own tokens are made anew by themselves."""
        return None if self._options.get("app_id") else end_of_token(self._http.noted)

    def _who(self) -> str:
        if self._options.get("app_id"):
            return f"App {self._options['app_id']}, installation {self._options['installation_id']}"
        try:
            login = str((self._http.get("user").json or {}).get("login") or "unknown")
        except TrackerTrouble as error:
            return f"unknown ({error.said or error.meaning.value})"
        return f"{login}, with a token that ends on {self.token_ends:%Y-%m-%d}" if self.token_ends else login

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


def _read_until(cursor: str, answers: Sequence[HttpAnswer]) -> tuple[str, bool]:
    """Where the next reading begins, and whether to read on now."""
    pages = [[str(each.get("updated_at") or "") for each in list_of(answer.json)] for answer in answers]
    ends = [max(times) for times, answer in zip(pages, answers, strict=True) if 'rel="next"' in _links(answer)]
    # A full page of either ends the reading there: what the other one has beyond comes again, and is no news.
    newest = min(ends) if ends else max([time for times in pages for time in times], default=cursor)
    return max(newest, cursor), bool(ends) and newest > cursor


def _links(answer: HttpAnswer) -> str:
    return str(answer.headers.get("link", ""))


def _part(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
