"""Jira, Cloud (with an e-mail address) and Data Center (with a personal token), by the REST interface.

Statuses are told by their category, which is not translated; what may be done next, by an issue's transitions.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from bot.domain.tickets import ASSIGNEE, DUE, STAGE, TEXT, TITLE, SeenTicket, Stage
from bot.trackers import jira_text
from bot.trackers.http import Http
from bot.trackers.jira_shapes import (
    MARK,
    PROPERTY,
    account,
    category,
    chosen_transition,
    comment_of,
    fields_asked,
    fields_of,
    hidden,
    leads_to,
    marks_in,
    said,
    ticket_of,
)
from bot.trackers.shape import (
    LABEL,
    Event,
    NewTicket,
    Page,
    Reception,
    TrackerClient,
    TrackerTrouble,
    moment,
    part,
)

FIELDS = "summary,status,resolution,assignee,duedate,updated,labels,security"
A_PAGE = 100
PAGES = 20
OPTIONAL = ("duedate", "assignee", "labels")
"""Fields that a screen of somebody's Jira may lack; a ticket is made without them."""
PERMISSIONS = "BROWSE_PROJECTS,CREATE_ISSUES,EDIT_ISSUES,TRANSITION_ISSUES,ADD_COMMENTS"


class Jira(TrackerClient):
    """The issues of one project."""

    def __init__(
        self,
        url: str,
        place: str,
        secret: str,
        options: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """*options*: `issue_type`; with `email` it is Cloud; `done` and `not_planned` name statuses of one's own."""
        self._site, self._place, self._secret, self._options = url.rstrip("/"), place, secret, options
        self._is_cloud = bool(options.get("email"))
        self._http = Http(url, self._headers, said, transport)
        self._api = f"rest/api/{3 if self._is_cloud else 2}"

    def create(self, new: NewTicket) -> SeenTicket:
        """As `TrackerClient.create`; a field that the project's screen lacks is left out."""
        fields: dict[str, Any] = {
            "project": {"key": self._place},
            "issuetype": {"name": self._options.get("issue_type") or "Task"},
            "summary": new.title,
            "description": self._described(None, new.text),
            "labels": [LABEL, *marks_in(new.text)],
            "duedate": new.due,
        }
        if new.assignee:
            fields[ASSIGNEE] = self._person(new.assignee)
        made = self._created(fields)
        try:
            return self.read(str(made["id"]))
        except TrackerTrouble as error:
            # It is there: whoever tries again must look for it first.
            raise TrackerTrouble(Reception.UNSURE, error.said, error.retry_after) from error

    def find(self, mark: str, since: datetime) -> SeenTicket | None:
        """As `TrackerClient.find`: by its label among what was made since."""
        minutes = _minutes_since(since) + 15
        jql = f'project = "{self._place}" AND created >= "-{minutes}m" ORDER BY created DESC'
        wanted = MARK.format(mark=mark)
        found = next(
            (each for each in self._search(jql, FIELDS) if wanted in (fields_of(each).get("labels") or [])), None
        )
        return self._ticket(found) if found else None

    def read(self, ref: str) -> SeenTicket:
        """As `TrackerClient.read`; one that was moved to another project is missing here."""
        found = self._http.get(f"{self._api}/issue/{ref}", {"fields": FIELDS}).json
        if not isinstance(found, dict) or "key" not in found:
            raise TrackerTrouble(Reception.AWAY, "not Jira's answer")
        if str(found["key"]).rpartition("-")[0] != self._place:
            raise TrackerTrouble(Reception.MISSING, "transferred")
        return self._ticket(found)

    def write(self, ref: str, facts: Mapping[str, str], text: str) -> SeenTicket:
        """As `TrackerClient.write`: the fields in one request, the stage in one of its own."""
        fields: dict[str, Any] = {}
        if TITLE in facts:
            fields["summary"] = facts[TITLE]
        if DUE in facts:
            fields["duedate"] = facts[DUE] or None
        if ASSIGNEE in facts:
            fields["assignee"] = self._person(facts[ASSIGNEE]) if facts[ASSIGNEE] else None
        if TEXT in facts:
            there = fields_of(self._http.get(f"{self._api}/issue/{ref}", {"fields": "description"}).json)
            described = self._described(there.get("description"), text)
            # The same where an earlier attempt was taken and its answer was lost.
            fields |= {"description": described} if described != there.get("description") else {}
        if fields:
            self._edited(ref, fields)
        if STAGE in facts:
            self._moved(ref, Stage(facts[STAGE]))
        return self.read(ref)

    def comment(self, ref: str, text: str) -> None:
        """As `TrackerClient.comment`; its mark is a property, which people do not see."""
        body: Any = jira_text.document(jira_text.as_document(text)) if self._is_cloud else jira_text.as_wiki(text)
        marked = [{"key": PROPERTY, "value": {"mark": hidden(text)}}]
        self._http.ask("POST", f"{self._api}/issue/{ref}/comment", json={"body": body, "properties": marked})

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:  # noqa: ARG002 – the newest are looked at
        """As `TrackerClient.has_comment`."""
        params = {"expand": "properties", "orderBy": "-created", "maxResults": A_PAGE}
        found = (self._http.get(f"{self._api}/issue/{ref}/comment", params).json or {}).get("comments") or []
        return any(hidden(mark) in json.dumps(each.get("properties") or []) for each in found)

    def changed_since(self, cursor: str) -> Page:
        """As `TrackerClient.changed_since`, in one search: each issue comes with its newest comments."""
        minutes = _minutes_since(moment(cursor)) + 2
        jql = f'project = "{self._place}" AND updated >= "-{minutes}m" ORDER BY updated ASC'
        issues = list(self._search(jql, f"{FIELDS},comment"))
        events = [event for issue in issues for event in self._events(issue, cursor)]
        newest = max([str(fields_of(issue).get("updated") or "") for issue in issues], key=moment, default=cursor)
        return Page(events, newest if moment(newest) > moment(cursor) else cursor)

    def closing_change(self, ref: str) -> str:  # noqa: ARG002 – Jira itself knows of no change
        """As `TrackerClient.closing_change`."""
        return ""

    def account_of(self, email: str) -> str:
        """As `TrackerClient.account_of`."""
        params = {"query" if self._is_cloud else "username": email, "maxResults": 2}
        found = self._http.get(f"{self._api}/user/search", params).json or []
        return account(found[0]) if isinstance(found, list) and len(found) == 1 else ""

    def check(self) -> Sequence[str]:
        """As `TrackerClient.check`."""
        try:
            me = self._http.get(f"{self._api}/myself")
        except TrackerTrouble as error:
            return [f"reached: no, {error.said or error.meaning.value}"]
        who = str((me.json or {}).get("displayName") or (me.json or {}).get("name") or "unknown")
        return [f"reached: ok ({self._site})", f"as: {who}", *self._rights(), *self._found()]

    def _rights(self) -> list[str]:
        try:
            params = {"projectKey": self._place, "permissions": PERMISSIONS}
            rights = (self._http.get(f"{self._api}/mypermissions", params).json or {}).get("permissions") or {}
        except TrackerTrouble as error:
            return [f"may read: no, {error.said or error.meaning.value}"]
        lacks = [name for name, each in rights.items() if not each.get("havePermission") and name != "BROWSE_PROJECTS"]
        may_read = part(rights, "BROWSE_PROJECTS").get("havePermission", True)
        write = f"no, it lacks {', '.join(sorted(lacks))} in project {self._place}" if lacks else "ok"
        return [f"may read: {'ok' if may_read else 'no, it may not browse the project'}", f"may write: {write}"]

    def _found(self) -> list[str]:
        try:
            kinds = self._http.get(f"{self._api}/project/{self._place}/statuses").json or []
        except TrackerTrouble as error:
            return [f"stages: no, {error.said or error.meaning.value}"]
        wanted = self._options.get("issue_type") or "Task"
        kind = next((each for each in kinds if each.get("name") == wanted), None)
        if kind is None:
            names = ", ".join(str(each.get("name")) for each in kinds)
            return [f"stages: no, the project has no issue type {wanted}. It has: {names}"]
        words = ", ".join(f"{each.get('name')} ({category(each)})" for each in kind.get("statuses") or [])
        return [f"stages: {words}"]

    def _created(self, fields: dict[str, Any]) -> Mapping[str, Any]:
        left = dict(fields)
        for _turn in range(len(OPTIONAL) + 1):
            try:
                found = self._http.ask("POST", f"{self._api}/issue", json={"fields": left}).json
            except TrackerTrouble as error:
                if not (lacking := [name for name in OPTIONAL if name in left and f"{name}:" in error.said]):
                    raise
                left = {name: value for name, value in left.items() if name not in lacking}
                continue
            if isinstance(found, dict) and "id" in found:
                return found
            raise TrackerTrouble(Reception.UNSURE, "not Jira's answer")
        raise TrackerTrouble(Reception.REFUSED, "it takes none of the fields")

    def _edited(self, ref: str, fields: dict[str, Any]) -> None:
        left = dict(fields)
        while left:
            try:
                self._http.ask("PUT", f"{self._api}/issue/{ref}", json={"fields": left})
            except TrackerTrouble as error:
                if not (lacking := [name for name in OPTIONAL if name in left and f"{name}:" in error.said]):
                    raise
                left = {name: value for name, value in left.items() if name not in lacking}
            else:
                return

    def _moved(self, ref: str, stage: Stage) -> None:
        """Raises `TrackerTrouble` that says what the transition asks for."""
        params = {"expand": "transitions.fields"}
        found = (self._http.get(f"{self._api}/issue/{ref}/transitions", params).json or {}).get("transitions") or []
        chosen = chosen_transition(found, stage, self._options)
        if chosen is None:
            raise TrackerTrouble(Reception.REFUSED, f"no transition leads to a status that means {stage.value}")
        fields = fields_asked(chosen, stage)
        body = {"transition": {"id": str(chosen["id"])}} | ({"fields": fields} if fields else {})
        try:
            self._http.ask("POST", f"{self._api}/issue/{ref}/transitions", json=body)
        except TrackerTrouble as error:
            if error.meaning is not Reception.REFUSED:
                raise
            raise TrackerTrouble(Reception.REFUSED, f"the transition to {leads_to(chosen)}: {error.said}") from error

    def _search(self, jql: str, fields: str) -> Iterator[Mapping[str, Any]]:
        # Cloud has removed the search that Data Center has; both want to be bounded, which every question of ours is.
        path = f"{self._api}/search/jql" if self._is_cloud else f"{self._api}/search"
        params: dict[str, Any] = {"jql": jql, "fields": fields, "maxResults": A_PAGE}
        for page in range(PAGES):
            found = self._http.get(path, params).json or {}
            issues = found.get("issues") or []
            yield from issues
            if self._is_cloud and not found.get("nextPageToken"):
                return
            if not self._is_cloud and (page + 1) * A_PAGE >= int(found.get("total") or 0):
                return
            params |= {"nextPageToken": found["nextPageToken"]} if self._is_cloud else {"startAt": (page + 1) * A_PAGE}

    def _events(self, issue: Mapping[str, Any], cursor: str) -> Iterator[Event]:
        ticket = self._ticket(issue)
        yield Event(ticket.ref, ticket)
        for each in (fields_of(issue).get("comment") or {}).get("comments") or []:
            found = comment_of(each, ticket.ref)
            if found.at >= moment(cursor):
                yield Event(ticket.ref, comment=found, by=found.by, is_person=found.is_person, who=found.who)

    def _ticket(self, issue: Mapping[str, Any]) -> SeenTicket:
        return ticket_of(issue, self._site, self._options)

    def _described(self, there: Any, text: str) -> Any:
        if self._is_cloud:
            return jira_text.with_panel(there, text)
        return jira_text.with_wiki_panel(str(there or ""), text)

    def _person(self, account_id: str) -> dict[str, str]:
        return {"accountId" if self._is_cloud else "name": account_id}

    def _headers(self) -> Mapping[str, str]:
        if not self._is_cloud:
            return {"Accept": "application/json", "Authorization": f"Bearer {self._secret}"}
        pair = b64encode(f"{self._options['email']}:{self._secret}".encode()).decode()
        return {"Accept": "application/json", "Authorization": f"Basic {pair}"}


def _minutes_since(at: datetime) -> int:
    return max(int((datetime.now(UTC) - at) / timedelta(minutes=1)), 0) + 1
