"""GitLab Issues, on gitlab.com and self-managed, by the REST interface (v4), with a token.

GitLab knows opened and closed; what is in progress, and what was closed without being done, says a label.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.domain.tickets import ASSIGNEE, DUE, STAGE, TEXT, TITLE, SeenTicket, Stage
from bot.trackers.gitlab_shapes import (
    StageLabels,
    comment_event,
    list_of,
    merged_change,
    moment,
    said,
    state_of,
    ticket_of,
    without_commands,
)
from bot.trackers.shape import (
    LABEL,
    Event,
    NewTicket,
    Page,
    Reception,
    RollCall,
    TokenEnds,
    TrackerClient,
    TrackerTrouble,
    part,
)
from bot.trackers.texts import with_section

if TYPE_CHECKING:
    import httpx

    from bot.trackers.http import HttpAnswer

A_PAGE = 100
PAGES = 10
CLOCKS_DIFFER_BY = timedelta(minutes=15)
LATE = timedelta(minutes=1)
"""So much later than the comment itself GitLab may put it into its list of events."""
DAY_S = 86_400.0
MOST_MISSED = 20
"""So many tickets are told to be gone in a day, lest a right that was taken away for an hour is told to everybody."""
PLANNER = 15
"""The least role that may edit other people's issues."""
UNKNOWN = (Reception.MISSING, Reception.FORBIDDEN, Reception.REFUSED)
"""Answers that leave open what would only be nice to know."""


class GitLab(TrackerClient, TokenEnds, RollCall):
    """The issues of one project."""

    def __init__(
        self, url: str, place: str, secret: str, options: Mapping[str, str],
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:  # fmt: skip
        """*url*: GitLab's own, below which the interface stands; *place*: the project's path with all its groups;
        *secret*: a personal, group or project access token with the scope `api`."""
        from bot.trackers.http import Http  # noqa: PLC0415 – httpx is slow; few bots have a tracker

        self._http = Http(f"{url.rstrip('/')}/api/v4/", lambda: {"PRIVATE-TOKEN": secret}, said, transport)
        self._project = f"projects/{quote(place, safe='')}"
        self._labels = StageLabels.of(options)
        self._ids: dict[str, int] = {}
        self._token: Mapping[str, Any] = {}
        self._token_from = self._roll_from = -DAY_S

    def create(self, new: NewTicket) -> SeenTicket:
        """As `TrackerClient.create`; an assignee whom GitLab does not know is left out."""
        body = {"title": new.title, "description": without_commands(new.text), "labels": LABEL, "due_date": new.due}
        made = self._http.ask("POST", self._issues, json=body | self._assigned(new.assignee))
        return ticket_of(_shown(made), self._labels)

    def find(self, mark: str, since: datetime) -> SeenTicket | None:
        """As `TrackerClient.find`."""
        begin = (since - CLOCKS_DIFFER_BY).strftime("%Y-%m-%dT%H:%M:%SZ")
        params = {"created_after": begin, "order_by": "created_at", "sort": "desc", "per_page": A_PAGE}
        for page in range(1, PAGES + 1):
            answer = self._http.get(self._issues, params | {"page": page})
            for issue in list_of(answer.json):
                if mark in str(issue.get("description") or ""):
                    return ticket_of(issue, self._labels)
            if not _has_more(answer):
                break
        return None

    def read(self, ref: str) -> SeenTicket:
        """As `TrackerClient.read`; one that was moved is missing here, though GitLab still shows it, closed."""
        return ticket_of(self._get(ref), self._labels)

    def write(self, ref: str, facts: Mapping[str, str], text: str) -> SeenTicket:
        """As `TrackerClient.write`: one request, and one before it where the text changes."""
        body: dict[str, Any] = {}
        if TEXT in facts:
            before = str(self._get(ref).get("description") or "")
            # The same where an earlier attempt was taken and its answer was lost.
            after = with_section(before, without_commands(text))
            body = {"description": after} if after != before else {}
        if TITLE in facts:
            body["title"] = facts[TITLE]
        if DUE in facts:
            body["due_date"] = facts[DUE]
        if ASSIGNEE in facts:
            # Nobody is 0: an empty list does not reach GitLab in every version.
            body |= self._assigned(facts[ASSIGNEE]) if facts[ASSIGNEE] else {"assignee_ids": [0]}
        if STAGE in facts:
            body |= state_of(Stage(facts[STAGE]), self._labels)
        if not body:
            return self.read(ref)
        return ticket_of(_shown(self._http.ask("PUT", self._issue(ref), json=body)), self._labels)

    def comment(self, ref: str, text: str) -> None:
        """As `TrackerClient.comment`."""
        self._http.ask("POST", f"{self._issue(ref)}/notes", json={"body": without_commands(text)})

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:  # noqa: ARG002 – the newest are looked at
        """As `TrackerClient.has_comment`."""
        params = {"order_by": "created_at", "sort": "desc", "per_page": A_PAGE}
        found = self._http.get(f"{self._issue(ref)}/notes", params)
        return any(mark in str(each.get("body") or "") for each in list_of(found.json))

    def changed_since(self, cursor: str) -> Page:
        """As `TrackerClient.changed_since`: the issues, and the comments by the project's events."""
        issues, more = self._changed(cursor)
        newest = max([str(issue.get("updated_at") or "") for issue in issues], key=moment, default=cursor)
        is_new = moment(newest) > moment(cursor)
        events = [self._event(issue) for issue in issues if isinstance(issue.get("iid"), int)]
        # Once a day, where nothing is new, the second request is for the token; what was said comes with the next one.
        if not self._look_at_token() or is_new:
            events += self._comments(moment(cursor))
        return Page(events, newest if is_new else cursor, more and is_new)

    def missing(self, refs: Sequence[str]) -> Sequence[str]:
        """As `RollCall.missing`: a hundred in each request."""
        if monotonic() < self._roll_from + DAY_S:
            return ()
        self._roll_from = monotonic()
        asked = [refs[begin : begin + A_PAGE] for begin in range(0, len(refs), A_PAGE)]
        missed = [ref for some in asked for ref in self._not_listed(some)]
        return [ref for ref in missed[:MOST_MISSED] if self._is_missing(ref)]

    def closing_change(self, ref: str) -> str:
        """As `TrackerClient.closing_change`: the merge request that closed it."""
        try:
            return merged_change(list_of(self._http.get(f"{self._issue(ref)}/closed_by").json))
        except TrackerTrouble as error:
            if error.meaning in UNKNOWN:
                return ""  # it only fills in a field
            raise

    def account_of(self, email: str) -> str:
        """As `TrackerClient.account_of`: only addresses that people show, unless the token is an administrator's."""
        found = list_of(self._http.get("users", {"search": email, "per_page": 2}).json)
        return str(found[0].get("username") or "") if len(found) == 1 else ""

    def check(self) -> Sequence[str]:
        """As `TrackerClient.check`."""
        try:
            answer = self._http.get(self._project)
        except TrackerTrouble as error:
            return [f"reached: no, {error.said or error.meaning.value}"]
        who = self._who()
        project = answer.json if isinstance(answer.json, dict) else {}
        return [f"reached: ok ({answer.url})", f"as: {who}", *self._rights(project), self._labels.words]

    @property
    def token_ends(self) -> datetime | None:
        """As `TokenEnds.token_ends`: at midnight UTC of that day."""
        return moment(self._token["expires_at"]) if self._token.get("expires_at") else None

    @property
    def _issues(self) -> str:
        return f"{self._project}/issues"

    def _issue(self, ref: str) -> str:
        return f"{self._issues}/{ref}"

    def _get(self, ref: str) -> Mapping[str, Any]:
        return _shown(self._http.get(self._issue(ref)))

    def _assigned(self, account: str) -> dict[str, list[int]]:
        """GitLab knows people by number; nothing for one whom it does not know."""
        if account and account not in self._ids:
            found = list_of(self._http.get("users", {"username": account}).json)
            if found and isinstance(found[0].get("id"), int):
                self._ids[account] = found[0]["id"]
        return {"assignee_ids": [self._ids[account]]} if account in self._ids else {}

    def _changed(self, cursor: str) -> tuple[list[dict[str, Any]], bool]:
        """Issues of a page, the oldest change first, and whether there are more: the next reading begins at the last,
        for a page by its number would skip what moves to the end meanwhile. Only where a whole page is of one moment,
        its number leads on."""
        params = {"updated_after": cursor, "order_by": "updated_at", "sort": "asc", "per_page": A_PAGE}
        issues: list[dict[str, Any]] = []
        for page in range(1, PAGES + 1):
            answer = self._http.get(self._issues, params | {"page": page})
            issues += list_of(answer.json)
            if not _has_more(answer):
                return issues, False
            if moment(issues[-1].get("updated_at")) > moment(cursor):
                break
        return issues, True

    def _event(self, issue: Mapping[str, Any]) -> Event:
        ref = str(issue["iid"])
        if issue.get("moved_to_id"):
            return Event(ref, gone="transferred")
        ticket = ticket_of(issue, self._labels)
        return Event(ref, ticket, by=ticket.by)

    def _not_listed(self, refs: Sequence[str]) -> list[str]:
        found = list_of(self._http.get(self._issues, {"iids[]": list(refs), "per_page": A_PAGE}).json)
        there = {str(issue.get("iid")) for issue in found}
        return [ref for ref in refs if ref not in there]

    def _is_missing(self, ref: str) -> bool:
        try:
            self._http.get(self._issue(ref))
        except TrackerTrouble as error:
            return error.meaning is Reception.MISSING
        return False

    def _comments(self, since: datetime) -> list[Event]:
        # `after` means the days after that day.
        params = {"target_type": "note", "after": f"{since - timedelta(days=2):%Y-%m-%d}", "per_page": A_PAGE}
        found: list[Event] = []
        for page in range(1, PAGES + 1):
            answer = self._http.get(f"{self._project}/events", params | {"page": page})
            events = list_of(answer.json)
            fresh = [each for each in events if moment(each.get("created_at")) >= since - LATE]
            found += [event for each in fresh if (event := comment_event(each))]
            if len(fresh) < len(events) or not _has_more(answer):
                break
        return found[::-1]

    def _look_at_token(self) -> bool:
        """Whether it was asked for now. One that says nothing of itself, such as an older GitLab's, has no end."""
        if monotonic() < self._token_from + DAY_S:
            return False
        self._token_from = monotonic()
        try:
            found = self._http.get("personal_access_tokens/self").json
        except TrackerTrouble as error:
            if error.meaning not in UNKNOWN:
                raise
            found = None
        self._token = found if isinstance(found, dict) else {}
        return True

    def _who(self) -> str:
        try:
            self._look_at_token()
            name = str((self._http.get("user").json or {}).get("username") or "unknown")
        except TrackerTrouble as error:
            return f"unknown ({error.said or error.meaning.value})"
        return f"{name}, with a token that ends on {self.token_ends:%Y-%m-%d}" if self.token_ends else name

    def _rights(self, project: Mapping[str, Any]) -> list[str]:
        if project.get("archived"):
            return ["may read: ok", "may write: no, the project is archived. Choose another one, or unarchive it"]
        if project.get("issues_enabled") is False:
            return ["may read: no, the project has no issues. Switch them on in its settings"]
        scopes, rights = self._token.get("scopes"), part(project, "permissions")
        roles = [part(rights, each).get("access_level") or 0 for each in ("project_access", "group_access")]
        write = "ok"
        if isinstance(scopes, list) and "api" not in scopes:
            write = "no, the token lacks the scope “api”. Make one that has it"
        elif rights and max(roles) < PLANNER:
            write = "no, its role in the project may not edit issues. Give it “Planner” or “Reporter”"
        return ["may read: ok", f"may write: {write}"]


def _shown(answer: "HttpAnswer") -> Mapping[str, Any]:
    """The issue that an answer shows. Raises `TrackerTrouble` for what is none, and for one that was moved."""
    if not isinstance(answer.json, dict) or not isinstance(answer.json.get("iid"), int):
        raise TrackerTrouble(Reception.UNSURE, "not GitLab's answer")
    if answer.json.get("moved_to_id"):
        raise TrackerTrouble(Reception.MISSING, "transferred")
    return answer.json


def _has_more(answer: "HttpAnswer") -> bool:
    return bool(answer.headers.get("x-next-page")) or 'rel="next"' in str(answer.headers.get("link", ""))
